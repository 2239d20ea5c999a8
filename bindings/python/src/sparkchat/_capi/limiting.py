"""Connects the library's limiter callbacks to Python objects."""

from __future__ import annotations

import itertools
import logging
from typing import Any, Protocol

from . import functions, types
from .raised import keep

_logger = logging.getLogger("sparkchat")


class Asked(Protocol):
    """Decides when attempts may begin; see the header's callbacks. Called on any thread."""

    def acquire(self, attempt: int) -> int:
        """Return 0 if the attempt may begin, or the milliseconds after which to ask again."""

    def report(self, attempt: int, status: int, service_code: int) -> None:
        """Note the result of an attempt that has begun."""

    def release(self, attempt: int) -> None:
        """Note that an attempt is over."""


_numbers = itertools.count(1)
_asked: dict[int, Asked] = {}


def connect_limiter(config: Any, asked: Asked, error_out: Any) -> int:
    """Make the library ask the limiter while a client of this config exists.

    Returns the status of the call.
    """
    number = next(_numbers)
    _asked[number] = asked
    callbacks = (_on_acquire, _on_report, _on_release)
    status: int = functions.config_set_limiter(config, *callbacks, number, _on_destroy, error_out)
    return status


def _acquire(attempt: int, number: int) -> int:
    try:
        return _asked[number].acquire(attempt)
    except BaseException as error:
        keep(error)
    return -1


def _report(attempt: int, status: int, service_code: int, number: int) -> None:
    try:
        _asked[number].report(attempt, status, service_code)
    except Exception:
        _logger.warning("the limiter failed to note the result of a request", exc_info=True)
    except BaseException as error:
        keep(error)


def _release(attempt: int, number: int) -> None:
    try:
        _asked[number].release(attempt)
    except Exception:
        _logger.warning("the limiter failed to note the end of a request", exc_info=True)
    except BaseException as error:
        keep(error)


# Kept permanently: the library may call them as long as a client exists.
_on_acquire = types.AcquireCallback(_acquire)
_on_report = types.ReportCallback(_report)
_on_release = types.ReleaseCallback(_release)
# Not Python code: it could raise, and no caller could catch that.
_on_destroy = types.DestroyCallback(_asked.pop)
