"""The library's log as Python's: the logger is called "sparkchat"."""

from __future__ import annotations

import json
import logging
import threading
from ctypes import byref
from typing import Any

from ._capi import functions, types
from ._reading import check
from .enums import LogLevel

_logger = logging.getLogger("sparkchat")
_LEVELS: dict[int, int] = {
    LogLevel.DEBUG: logging.DEBUG,
    LogLevel.INFO: logging.INFO,
    LogLevel.WARNING: logging.WARNING,
    LogLevel.ERROR: logging.ERROR,
}


class _Interrupts(threading.local):
    """What ended a handler of the log: Ctrl-C, most likely. It cannot pass through the library."""

    caught: BaseException | None = None


_interrupts = _Interrupts()


def connect_log(config: Any) -> None:
    """Have the library log as much as the logger takes now; where that is nothing, not at all."""
    level = next((ours for ours, theirs in _LEVELS.items() if _logger.isEnabledFor(theirs)), None)
    if level is not None:
        error = types.ErrorPointer()
        connected = functions.config_set_log(
            config, level, _on_log, None, _no_destroy, byref(error)
        )
        check(connected, error)


def raise_interrupt() -> None:
    """Raise what was caught in the log, on the thread that it was for."""
    caught, _interrupts.caught = _interrupts.caught, None
    if caught is not None:
        raise caught


def drop_interrupt() -> None:
    """Forget what was caught while closing, where another exception is on its way already."""
    _interrupts.caught = None


def _log(level: int, message: bytes, fields: bytes, _: object) -> None:
    try:
        theirs = _LEVELS.get(level, logging.DEBUG)
        if not _logger.isEnabledFor(theirs):
            return
        values = json.loads(fields)
        said = [message.decode(), *(f"{name}={value}" for name, value in values.items())]
        _logger.log(theirs, "%s", " ".join(said), extra={"sparkchat": values})
    except BaseException as error:
        _interrupts.caught = error


# Here for good: the library may log as long as there is a client.
_on_log = types.LogCallback(_log)
_no_destroy = types.DestroyCallback()
