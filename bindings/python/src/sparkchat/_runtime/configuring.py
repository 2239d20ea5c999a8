"""Puts the settings of a client into the library's config."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ctypes import byref
from typing import Any

from .._capi import functions, types
from .._capi.failures import check
from .._capi.handle import Handle
from .._capi.limiting import connect_limiter
from .._capi.log import connect_log, deliver_log
from .._capi.values import choice, deadline, flag, integer, pair, path, real, size, text
from ..enums import Transport
from ..limiters.protocol import Limiter
from .gate import Gate

# Plausible limits in seconds; a larger number is probably meant as milliseconds.
_connecting = deadline(900)
_waiting = deadline(3600)
_answering = deadline(4 * 3600)
_lining = deadline(7 * 24 * 3600)

CONVERTERS: dict[str, Callable[[str, Any], Any]] = {
    "app_id": text,
    "api_key": text,
    "api_secret": text,
    "api_password": text,
    "model": text,
    "transport": choice(Transport),
    "url": text,
    "domain": text,
    "embedding_url": text,
    "user_id": text,
    "patch_id": text,
    "ca_file": path,
    "ca_directory": path,
    "client_certificate": pair(path),
    "pinned_public_key": text,
    "proxy": text,
    "resolve_timeout": _connecting,
    "connect_timeout": _connecting,
    "tls_timeout": _connecting,
    "upgrade_timeout": _connecting,
    "first_token_timeout": _waiting,
    "idle_timeout": _waiting,
    "total_timeout": _answering,
    "close_timeout": _connecting,
    "queue_timeout": _lining,
    "max_attempts": integer,
    "retry_budget": _lining,
    "retry_backoff": pair(_connecting),
    "clock_correction": flag,
    "max_rate": real,
    "max_concurrency": integer,
    "max_idle_connections": integer,
    "keepalive": _lining,
    "max_message_size": size,
    "max_answer_size": size,
    "keep_raw": flag,
}


def new_client(
    settings: Mapping[str, Any], environment: bool, limiter: Limiter | None = None
) -> Handle[types.Client]:
    """Return a new client of the library."""
    client, error = Handle(types.ClientPointer(), functions.client_free), types.ErrorPointer()
    with Handle(functions.config_new(), functions.config_free) as config:
        for name, value in settings.items():
            values = CONVERTERS[name](name, value)
            if not isinstance(values, tuple):
                values = (values,)
            setter = getattr(functions, f"config_set_{name}")
            check(setter(config.pointer, *values, byref(error)), error)
        if environment:
            check(functions.config_load_environment(config.pointer, byref(error)), error)
            check(functions.config_load_proxy_environment(config.pointer, byref(error)), error)
        check(connect_log(config.pointer, byref(error)), error)
        if limiter is not None:
            check(connect_limiter(config.pointer, Gate(limiter), byref(error)), error)
        check(functions.client_new(config.pointer, client.out, byref(error)), error)
    deliver_log()
    return client
