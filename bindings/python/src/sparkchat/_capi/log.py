"""Passes the library's log to Python's logger "sparkchat"."""

from __future__ import annotations

import atexit
import json
import logging
import os
from collections import deque
from contextlib import suppress
from ctypes import PYFUNCTYPE, c_char_p, py_object, pythonapi
from functools import partial
from typing import Any

from ..enums import LogLevel, Status
from . import functions, types
from .limiting import limiters, note_ends
from .raised import raise_interrupt

_logger = logging.getLogger("sparkchat")
_LEVELS: dict[int, int] = {
    LogLevel.DEBUG: logging.DEBUG,
    LogLevel.INFO: logging.INFO,
    LogLevel.WARNING: logging.WARNING,
    LogLevel.ERROR: logging.ERROR,
}
_MOST_ENTRIES = 10_000
_entries: deque[tuple[int, bytes, bytes, None]] = deque(maxlen=_MOST_ENTRIES)

# The callback only stores the entry, and is not Python code: Python would first handle signals
# that arrived during the call, and what a handler raises, such as KeyboardInterrupt, would be lost
# in the library. The format makes one tuple of the arguments.
_note = PYFUNCTYPE(py_object, py_object, c_char_p, *[py_object] * 4)(
    ("PyObject_CallFunction", pythonapi)
)
# Kept permanently: the library may log as long as a client exists.
_on_log = types.LogCallback(partial(_note, _entries.append, b"((OOOO))"))
_no_destroy = types.DestroyCallback()


def connect_log(config: Any, error_out: Any) -> int:
    """Make the library log at the level that the logger has now, or not at all if it is off.

    Returns the status of the call.
    """
    level = next((ours for ours, theirs in _LEVELS.items() if _logger.isEnabledFor(theirs)), None)
    if level is None:
        return Status.OK
    status: int = functions.config_set_log(config, level, _on_log, None, _no_destroy, error_out)
    return status


def deliver_log() -> None:
    """Log the stored entries; call it after every call that waits or closes.

    Also notes what a limiter missed during the library's call because of an interrupt, and raises
    that interrupt.
    """
    while _entries:
        try:
            level, message, fields, _ = _entries.popleft()
        except IndexError:
            # Another thread took it.
            return
        theirs = _LEVELS.get(level, logging.DEBUG)
        if _logger.isEnabledFor(theirs):
            values = json.loads(fields)
            said = [message.decode(), *(f"{name}={value}" for name, value in values.items())]
            _logger.log(theirs, "%s", " ".join(said), extra={"sparkchat": values})
    try:
        raise_interrupt()
    finally:
        if limiters:
            note_ends()


def _deliver_rest() -> None:
    with suppress(KeyboardInterrupt):
        deliver_log()


atexit.register(_deliver_rest)
# The parent process logs its entries itself.
os.register_at_fork(after_in_child=_entries.clear)
