"""The clients of a chat model: one for each set of settings."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import SecretStr

from ..errors import InvalidArgumentError, TLSError
from ..models import models
from ..options import Options
from ..settings import Settings
from ._environment import from_environment

_CREDENTIALS = ("app_id", "api_key", "api_secret")
# The names of the fields, and those of `Spark`'s settings.
_RENAMED = {
    "spark_app_id": "app_id",
    "spark_api_key": "api_key",
    "spark_api_secret": "api_secret",
    "spark_api_password": "api_password",
    "spark_api_url": "url",
    "domain": "domain",
    "spark_user_id": "user_id",
    "spark_proxy": "proxy",
    "transport": "transport",
    "total_timeout": "total_timeout",
}
# Settings that have a field, under this name or another.
_OWN = {
    *_RENAMED.values(),
    "model",
    "domain",
    "max_attempts",
    *Options.__annotations__,
}
# This package reads the environment itself, since its URL and model belong together.
OTHERS = Settings.__annotations__.keys() - _OWN - {"environment"}

# The default deadlines of the phases before the first piece, in seconds.
_PHASES = {"resolve": 10.0, "connect": 10.0, "tls": 10.0, "upgrade": 15.0}
_MOST = 8

Client = TypeVar("Client")


def client_settings(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `Spark` for fields that are set."""
    settings = dict(fields.get("client_kwargs", {}))
    chosen = {_RENAMED[name]: value for name, value in fields.items() if name in _RENAMED}
    if "spark_llm_domain" in fields:
        name = fields["spark_llm_domain"]
        is_named = "domain" in fields or name in _model_names()
        chosen["model" if is_named else "domain"] = name
    if "max_retries" in fields:
        chosen["max_attempts"] = fields["max_retries"] + 1
    if "request_timeout" in fields:
        chosen |= _timeouts(fields["request_timeout"])
    return {**chosen, **settings}


def check_client_kwargs(settings: Mapping[str, Any]) -> None:
    """Refuse names that are not settings of `Spark`, or that have their own argument."""
    for name in settings:
        if name in _OWN:
            raise InvalidArgumentError(f"client_kwargs has {name!r}, which has its own argument")
        if name not in OTHERS:
            raise InvalidArgumentError(
                f"client_kwargs has {name!r}", hint=f"it takes {', '.join(sorted(OTHERS))}"
            )


def _timeouts(seconds: float) -> dict[str, float]:
    """Return deadlines; those of the phases before the answer are at most as long as its own."""
    early = {name: min(seconds, most) for name, most in _PHASES.items() if seconds > 0}
    early |= {"first_token": seconds, "idle": seconds}
    return {f"{name}_timeout": value for name, value in early.items()}


@cache
def _model_names() -> frozenset[str]:
    return frozenset(name for model in models() for name in (model.name, *model.aliases))


class Clients(Generic[Client]):
    """Keeps a few clients, and creates others on demand.

    A copy is empty: clients are neither copied nor passed to another process.
    """

    def __init__(self, make: Callable[..., Client]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._clients: dict[Hashable, Client] = {}
        _all[id(self)] = self

    def get(self, settings: Mapping[str, Any]) -> Client:
        """Return a client with settings. InvalidArgumentError, ConfigError: they are invalid."""
        key = (os.getpid(), *sorted((name, _frozen(value)) for name, value in settings.items()))
        with self._lock:
            client = self._clients.pop(key, None)
            if client is None:
                client = self._new(settings)
                while len(self._clients) >= _MOST:
                    # The least recently used one; its running questions continue.
                    del self._clients[next(iter(self._clients))]
            self._clients[key] = client
        return client

    def _new(self, settings: Mapping[str, Any]) -> Client:
        try:
            given = {name: plain(value) for name, value in settings.items()}
            return self._make(**_without_environment(given))
        except TypeError as error:
            # The types of all other settings have been checked.
            raise InvalidArgumentError(f"client_kwargs: {error}") from error
        except TLSError as error:
            # There is no connection yet, so a certificate file is bad.
            raise InvalidArgumentError(error.message, hint=error.hint) from error

    def __eq__(self, other: object) -> bool:
        # Two models are equal even if they have created different clients.
        return isinstance(other, Clients) and self._make is other._make

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Clients[Client]:
        return Clients(self._make)

    def __deepcopy__(self, memo: object) -> Clients[Client]:
        return Clients(self._make)


# By their ids, since they have no hash.
_all: weakref.WeakValueDictionary[int, Clients[Any]] = weakref.WeakValueDictionary()


def _renew_locks() -> None:
    """Replace the locks in a child process, where the threads that held them do not exist."""
    for clients in list(_all.values()):
        clients._lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_locks)


def _without_environment(settings: dict[str, Any]) -> dict[str, Any]:
    """Leave out the credentials that `Spark` takes from the environment: its errors say so."""
    own = {name: from_environment(f"spark_{name}")() for name in _CREDENTIALS}
    return {n: value for n, value in settings.items() if n not in own or own[n] != value}


def plain(value: Any) -> Any:
    """Return a value, with a secret in plain text."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _frozen(value: Any) -> str:
    # repr distinguishes types: 1 and True are not the same setting.
    return repr(plain(value))
