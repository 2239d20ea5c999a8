"""Connects the library's limiter callbacks to Python objects."""

from __future__ import annotations

import itertools
import logging
from collections import deque
from ctypes import PYFUNCTYPE, c_char_p, py_object, pythonapi
from functools import partial
from typing import Any, Protocol

from . import functions, types
from .raised import keep

_logger = logging.getLogger("sparkchat")


class Asked(Protocol):
    """Decides when attempts may begin; see the header's callbacks. Called on any thread."""

    ended: deque[int]
    """The attempts that are over, and whose end was not noted yet."""

    def acquire(self, attempt: int) -> int:
        """Return 0 if the attempt may begin, or the milliseconds after which to ask again."""

    def report(self, attempt: int, status: int, service_code: int) -> None:
        """Note the result of an attempt that has begun."""

    def note_ends(self) -> None:
        """Note the ends of the attempts in `ended`."""


_numbers = itertools.count(1)
limiters: dict[int, tuple[Asked, Any]] = {}
"""The limiters in use, each with its callback for ends."""


def connect_limiter(config: Any, asked: Asked, error_out: Any) -> int:
    """Make the library ask the limiter while a client of this config exists.

    Returns the status of the call.
    """
    number = next(_numbers)
    on_release = types.ReleaseCallback(partial(_append, asked.ended.append, b"O"))
    limiters[number] = asked, on_release
    callbacks = (_on_acquire, _on_report, on_release)
    status: int = functions.config_set_limiter(config, *callbacks, number, _on_destroy, error_out)
    return status


def note_ends() -> None:
    """Note the ends that an interrupt has kept from being noted."""
    for asked, _ in list(limiters.values()):
        if asked.ended:
            asked.note_ends()


def _acquire(attempt: int, number: int) -> int:
    asked, _ = limiters[number]
    wait = -1
    try:
        wait = asked.acquire(attempt)
    except BaseException as error:
        # The limiter may have counted it.
        asked.ended.append(attempt)
        keep(error)
    return wait


def _report(attempt: int, status: int, service_code: int, number: int) -> None:
    try:
        limiters[number][0].report(attempt, status, service_code)
    except Exception:
        _logger.warning("the limiter failed to note the result of a request", exc_info=True)
    except BaseException as error:
        keep(error)


def _note_end(result: Any, function: Any, arguments: tuple[Any, ...]) -> Any:
    try:
        limiters[arguments[-1]][0].note_ends()
    except BaseException as error:
        keep(error)
    return result


# An interrupt may come where a Python function begins, before any `try`. Therefore C code adds the
# attempt to those that are over, and only then calls Python.
_append = PYFUNCTYPE(py_object, py_object, c_char_p, *[py_object] * 2)(
    ("PyObject_CallFunction", pythonapi)
)
_append.errcheck = _note_end
# Kept permanently: the library may call them as long as a client exists.
_on_acquire = types.AcquireCallback(_acquire)
_on_report = types.ReportCallback(_report)
# Not Python code: it could raise, and no caller could catch that.
_on_destroy = types.DestroyCallback(limiters.pop)
