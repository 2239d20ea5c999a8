"""The library's log as Python's: the logger is called "sparkchat"."""

from __future__ import annotations

import json
import logging
from ctypes import byref
from typing import Any

from ..enums import LogLevel
from . import functions, types
from .failures import check
from .interrupts import catch_interrupt

_logger = logging.getLogger("sparkchat")
_LEVELS: dict[int, int] = {
    LogLevel.DEBUG: logging.DEBUG,
    LogLevel.INFO: logging.INFO,
    LogLevel.WARNING: logging.WARNING,
    LogLevel.ERROR: logging.ERROR,
}


def connect_log(config: Any) -> None:
    """Have the library log as much as the logger takes now; where that is nothing, not at all."""
    level = next((ours for ours, theirs in _LEVELS.items() if _logger.isEnabledFor(theirs)), None)
    if level is not None:
        error = types.ErrorPointer()
        connected = functions.config_set_log(
            config, level, _on_log, None, _no_destroy, byref(error)
        )
        check(connected, error)


def _log(level: int, message: bytes, fields: bytes, _: object) -> None:
    try:
        theirs = _LEVELS.get(level, logging.DEBUG)
        if not _logger.isEnabledFor(theirs):
            return
        values = json.loads(fields)
        said = [message.decode(), *(f"{name}={value}" for name, value in values.items())]
        _logger.log(theirs, "%s", " ".join(said), extra={"sparkchat": values})
    except BaseException as error:
        catch_interrupt(error)


# Here for good: the library may log as long as there is a client.
_on_log = types.LogCallback(_log)
_no_destroy = types.DestroyCallback()
