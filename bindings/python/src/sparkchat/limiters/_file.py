"""A limit for the processes of one machine, kept in a file; no daemon is needed."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from ..enums import Status
from ..errors import ConfigError
from ._limits import HELD, TOO_FAST, Limits

# Seconds between two checks while another process's question runs.
_LOOK_AGAIN = 0.02
# The beginning of each limiter's file.
_START = b'{"until":{'
# The bytes that a power failure may leave.
_NOTHING = b"\0\n "


@dataclass
class _State:
    """The contents of the file. Times are those of the machine's monotonic clock."""

    until: dict[str, float] = field(default_factory=dict)
    """The time until which each started question counts against the rate."""
    running: dict[str, list[int]] = field(default_factory=dict)
    """The process of each running question."""
    last: float = 0.0
    """When the last question started."""
    held: float = 0.0
    """The time before which no question may start."""


class FileLimiter:
    """A limit that all processes of a machine with the same file share.

    `max_rate` is how many questions may start per second, and `max_concurrency` how many may run at
    once, in all processes together; 0 means no limit. Set at least one of them. Each process
    applies its own numbers: give all of them the same.

    The limiter needs a file of its own: it refuses one that contains anything else, with a
    ConfigError. It creates a missing file, and writes only times and process ids to it. You may
    delete the file while no process is asking. A process that is killed gives its share back.

    `settle` is how long, in seconds, the service may take to count a question after it was sent. A
    shorter time allows a little more if answers are slow to begin; a longer one is safer on a slow
    network. At 0.1, a limit of 20 per second allows 18 to 20.

    The processes have to see each other's ids, as those in one container do. Otherwise, use
    `RedisLimiter`, or give each process a part of the limit: `Spark(max_rate=20 / workers)`.

    >>> from sparkchat import Spark
    >>> from sparkchat.limiters import FileLimiter
    >>> chat = Spark(limiter=FileLimiter("/tmp/spark-limit", max_rate=20))
    >>> print(chat.invoke("1+1"))
    1 + 1 = **2**.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_rate: float = 0,
        max_concurrency: int = 0,
        settle: float = 0.1,
    ) -> None:
        self._path = os.path.abspath(path)
        self._limits = Limits(max_rate, max_concurrency, settle)
        # Attempts that are over, and still in the file if it could not be opened or written.
        self._over: list[str] = []
        # Fail now, and not with the first question, if the file cannot be written.
        with self._opened():
            pass

    def acquire(self, attempt: int) -> float:
        """Return 0 if the attempt may start; otherwise the seconds after which to ask again."""
        limits, key = self._limits, _key(attempt)
        with self._opened() as state:
            now = time.monotonic()
            state.until = {k: t for k, t in state.until.items() if t > now}
            waits = [state.held - now, state.last + limits.interval - now]
            if limits.period and len(state.until) >= limits.most_starts:
                waits.append(sorted(state.until.values())[-limits.most_starts] - now)
            if limits.max_concurrency and len(state.running) >= limits.max_concurrency:
                state.running = {k: p for k, p in state.running.items() if _is_alive(*p)}
                if len(state.running) >= limits.max_concurrency:
                    waits.append(_LOOK_AGAIN)
            if max(waits) > 0:
                return max(waits)
            if limits.period:
                state.until[key] = now + limits.settle + limits.period
                state.last = now
            if limits.max_concurrency:
                state.running[key] = _this_process()
        return 0.0

    def report(self, attempt: int, status: Status, service_code: int) -> None:
        """Note that the service has counted the attempt, or that it wants a pause."""
        key = _key(attempt)
        with self._opened() as state:
            now = time.monotonic()
            if key in state.until:
                state.until[key] = min(state.until[key], now + self._limits.period)
            if status in TOO_FAST:
                state.held = max(state.held, now + HELD)

    def release(self, attempt: int) -> None:
        """Note that the attempt is over; if that fails, the next call does it."""
        self._over.append(_key(attempt))
        with self._opened():
            pass

    @contextmanager
    def _opened(self) -> Iterator[_State]:
        """Lock the file, and write back any changes."""
        # Open it each time: an inherited descriptor would not lock out a child process.
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        file = os.open(self._path, flags, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield from self._changing(file)
            finally:
                # A child that was forked meanwhile has the descriptor, and would keep the lock.
                fcntl.flock(file, fcntl.LOCK_UN)
        finally:
            os.close(file)

    def _changing(self, file: int) -> Iterator[_State]:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise self._not_ours()
        before = os.pread(file, 1 << 24, 0)
        state = _read(before, self._limits.period)
        if state is None:
            raise self._not_ours()
        over = list(self._over)
        for key in over:
            state.running.pop(key, None)
        yield state
        after = json.dumps(asdict(state), separators=(",", ":")).encode() + b"\n"
        if after != before:
            # A single write; the rest of a longer previous text is after the end of the line.
            os.pwrite(file, after, 0)
            os.ftruncate(file, len(after))
        del self._over[: len(over)]

    def _not_ours(self) -> ConfigError:
        return ConfigError(
            f"{self._path} is not a limiter's file, and is left unchanged",
            hint="give the limiter its own file: an empty one, or one that does not exist yet",
        )


def _read(data: bytes, period: float) -> _State | None:
    """Return the state in a file. None: no limiter has written it."""
    begins = data.strip(_NOTHING)[: len(_START)]
    if not _START.startswith(begins):
        return None
    if not data:
        return _State()
    now = time.monotonic()
    state = _whole(data.partition(b"\n")[0])
    if state is None:
        # A crash has torn the file, so the last questions are unknown: wait for one period.
        return _State(held=now + period)
    if state.last > now or state.held > now + max(HELD, period):
        # The file is from before a reboot: no limiter writes such times.
        return _State()
    return state


def _whole(line: bytes) -> _State | None:
    try:
        read = json.loads(line)
        return _State(
            until={key: float(end) for key, end in read["until"].items()},
            running={key: [int(pid), int(birth)] for key, (pid, birth) in read["running"].items()},
            last=float(read["last"]),
            held=float(read["held"]),
        )
    except (ValueError, TypeError, AttributeError, LookupError):
        return None


def _key(attempt: int) -> str:
    return f"{os.getpid()}.{attempt}"


def _this_process() -> list[int]:
    process = os.getpid()
    return [process, _birth(process)]


def _is_alive(process: int, birth: int) -> bool:
    return _birth(process) == birth


def _birth(process: int) -> int:
    """Return when a process began, which identifies it if its id is reused; 0 if it is gone."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            fields: list[Any] = file.read().rpartition(b")")[2].split()
    except OSError:
        return 0
    # A zombie asks no more questions.
    return 0 if fields[0] in (b"Z", b"X") else int(fields[19])
