"""The clients that a chat model asks with: one for each set of settings."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import SecretStr

from ..errors import InvalidArgumentError
from ..models import models
from ..options import Options

# Names of `Spark` for those of the fields.
_RENAMED = {
    "spark_app_id": "app_id",
    "spark_api_key": "api_key",
    "spark_api_secret": "api_secret",
    "spark_api_password": "api_password",
    "spark_api_url": "url",
    "spark_user_id": "user_id",
    "spark_proxy": "proxy",
    "transport": "transport",
    "total_timeout": "total_timeout",
}
SETTINGS = frozenset(
    {*_RENAMED, "spark_llm_domain", "request_timeout", "max_retries", "client_kwargs"}
)
"""The fields that make a client; all others are for each question."""
# What the fields say, under these names or others.
_OWN = {
    *_RENAMED.values(),
    "model",
    "domain",
    "max_attempts",
    "environment",
    *Options.__annotations__,
}

# Until the first piece there are phases with deadlines of their own, in seconds, by default.
_PHASES = {"resolve": 10.0, "connect": 10.0, "tls": 10.0, "upgrade": 15.0}
_MOST = 8

Client = TypeVar("Client")


def client_settings(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `Spark` for fields that are set."""
    settings = dict(fields.get("client_kwargs", {}))
    chosen = {_RENAMED[name]: value for name, value in fields.items() if name in _RENAMED}
    if "spark_llm_domain" in fields:
        name = fields["spark_llm_domain"]
        chosen["model" if name in _model_names() else "domain"] = name
    if "max_retries" in fields:
        chosen["max_attempts"] = fields["max_retries"] + 1
    if "request_timeout" in fields:
        chosen |= _timeouts(fields["request_timeout"])
    for name in settings:
        if name in _OWN:
            raise InvalidArgumentError(f"client_kwargs has {name!r}, which is not for there")
    return {**chosen, **settings}


def _timeouts(seconds: float) -> dict[str, float]:
    """Return deadlines, none of the phases before the answer longer than the wait for it."""
    early = {name: min(seconds, most) for name, most in _PHASES.items() if seconds > 0}
    early |= {"first_token": seconds, "idle": seconds}
    return {f"{name}_timeout": value for name, value in early.items()}


@cache
def _model_names() -> frozenset[str]:
    return frozenset(name for model in models() for name in (model.name, *model.aliases))


class Clients(Generic[Client]):
    """Keeps a few clients, and makes others when they are needed.

    A copy is empty: a client is not copied, nor handed to another process.
    """

    def __init__(self, make: Callable[..., Client]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._clients: dict[Hashable, Client] = {}

    def get(self, settings: Mapping[str, Any]) -> Client:
        """Return a client with settings. What it is refused for is raised."""
        key = (os.getpid(), *sorted((name, _frozen(value)) for name, value in settings.items()))
        with self._lock:
            client = self._clients.pop(key, None)
            if client is None:
                client = self._make(**{name: _plain(value) for name, value in settings.items()})
                while len(self._clients) >= _MOST:
                    # The one that has been idle the longest; questions it has asked go on.
                    del self._clients[next(iter(self._clients))]
            self._clients[key] = client
        return client

    def __eq__(self, other: object) -> bool:
        # Which clients there are already makes no difference between two models.
        return isinstance(other, Clients) and self._make is other._make

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Clients[Client]:
        return Clients(self._make)

    def __deepcopy__(self, memo: object) -> Clients[Client]:
        return Clients(self._make)


def _plain(value: Any) -> Any:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _frozen(value: Any) -> str:
    # Of different types as well: 1 and True are not the same setting.
    return repr(_plain(value))
