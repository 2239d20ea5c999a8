"""A limit for any number of machines, in Redis."""

from __future__ import annotations

import os
import socket
import uuid
from importlib import import_module
from typing import Any, Protocol

from .._capi.values import real
from ..enums import Status
from ..errors import ConfigError, InvalidArgumentError
from ._limits import HELD, TOO_FAST, Limits
from ._redis_scripts import ACQUIRE, RENEW, REPORT
from ._renewal import Renewal
from ._unanswered import Unanswered

# During a long outage, the ends of all others are left to their leases.
_MOST_OVER = 10_000


class RedisClient(Protocol):
    """The required methods of a client of the package redis."""

    def register_script(self, script: str) -> Any:
        """Return a callable that runs a script."""

    def zrem(self, name: str, *values: str) -> Any:
        """Remove members of a sorted set."""


class RedisLimiter:
    """A limit that everything with the same Redis and `name` shares; needs the extra `redis`.

    `redis` is a URL such as "redis://localhost", or a client of the package redis. `max_rate`,
    `max_concurrency` and `settle` are the same as for `FileLimiter`. Times are those of the
    server's clock. A process that is killed gives its share back after `lease` seconds. With
    `max_concurrency`, a thread in each process renews the leases of running questions.

    Each question costs three short round trips, on the thread or the event loop that asks. If Redis
    does not answer within a second, the question fails with a LimiterError, and after two such
    calls in a row the questions of the next second fail at once. A URL may set another time,
    "redis://localhost?socket_timeout=5"; a client that you pass has its own.
    """

    def __init__(
        self,
        redis: str | RedisClient,
        *,
        name: str = "sparkchat",
        max_rate: float = 0,
        max_concurrency: int = 0,
        settle: float = 0.1,
        lease: float = 15,
    ) -> None:
        self._limits = Limits(max_rate, max_concurrency, settle)
        if not 1 <= real("lease", lease) <= 86_400:
            raise InvalidArgumentError(f"lease is {lease} s", hint="use 1 to 86400")
        self._redis = redis
        self._name = name
        self._lease = lease
        client: Any = _client_at(redis) if isinstance(redis, str) else redis
        self._client = client
        # The braces put all keys into one slot of a cluster.
        self._keys = [f"{{{name}}}:{part}" for part in ("until", "running", "last", "held")]
        self._acquire = client.register_script(ACQUIRE)
        self._report = client.register_script(REPORT)
        self._renew = client.register_script(RENEW)
        self._unanswered = Unanswered()
        self._forget()

    def _forget(self) -> None:
        """Start as a process without questions: a child is not its parent."""
        self._pid = os.getpid()
        self._process = f"{socket.gethostname()}.{uuid.uuid4().hex}"
        self._running: dict[int, None] = {}
        # Attempts that are over, and that Redis may still count if it has not answered.
        self._over: dict[str, None] = {}
        self._renewal = Renewal(self._renew_all, self._lease / 3)

    def acquire(self, attempt: int) -> float:
        """Return 0 if the attempt may start; otherwise the seconds after which to ask again."""
        if self._pid != os.getpid():
            self._forget()
        limits = self._limits
        arguments = [
            self._member(attempt),
            limits.most_starts,
            _microseconds(limits.period),
            _microseconds(limits.interval),
            limits.max_concurrency,
            _microseconds(limits.settle),
            _microseconds(self._lease),
            _microseconds(HELD),
        ]
        wait: int = self._run(self._acquire, arguments)
        if wait <= 0 and limits.max_concurrency:
            self._running[attempt] = None
            self._renewal.begin()
        return max(wait, 0) / 1_000_000

    def report(self, attempt: int, status: Status, service_code: int) -> None:
        """Note that the service has counted the attempt, or that it wants a pause."""
        held = HELD if status in TOO_FAST else 0.0
        arguments = [
            self._member(attempt),
            _microseconds(self._limits.period),
            _microseconds(held),
        ]
        self._run(self._report, arguments)

    def release(self, attempt: int) -> None:
        """Note that the attempt is over; if that fails, the next call does it."""
        if self._limits.max_concurrency:
            self._running.pop(attempt, None)
            if len(self._over) < _MOST_OVER:
                self._over[self._member(attempt)] = None
            self._note_ends()

    def __reduce__(self) -> tuple[Any, ...]:
        if not isinstance(self._redis, str):
            raise TypeError(
                "a RedisLimiter with a client is not pickled: create it with a URL instead"
            )
        limits = self._limits
        settings = (limits.max_rate, limits.max_concurrency, limits.settle, self._lease)
        return _make, (self._redis, self._name, *settings)

    def _member(self, attempt: int) -> str:
        return f"{self._process}.{attempt}"

    def _run(self, script: Any, arguments: list[Any]) -> Any:
        self._note_ends()
        return self._unanswered.call(lambda: script(keys=self._keys, args=arguments))

    def _note_ends(self) -> None:
        if over := list(self._over):
            self._unanswered.call(lambda: self._client.zrem(self._keys[1], *over))
            for member in over:
                self._over.pop(member, None)

    def _renew_all(self) -> bool:
        """Renew the leases of this process. False: no question is running."""
        members = [self._member(attempt) for attempt in list(self._running)]
        if members:
            self._run(self._renew, ["", _microseconds(self._lease), *members])
        return bool(members)


def _microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)


def _client_at(url: str) -> Any:
    try:
        redis = import_module("redis")
    except ModuleNotFoundError:
        raise ConfigError(
            "the package redis is not installed",
            hint="pip install redis (the extra `redis` of the wheel that `make wheel` builds)",
        ) from None
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def _make(url: str, name: str, rate: float, at_once: int, settle: float, lease: float) -> Any:
    return RedisLimiter(
        url, name=name, max_rate=rate, max_concurrency=at_once, settle=settle, lease=lease
    )
