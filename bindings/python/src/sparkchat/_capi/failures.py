"""Turns failed library calls into exceptions."""

from __future__ import annotations

import re
from ctypes import byref, c_int64
from typing import TYPE_CHECKING, Any

from ..enums import Phase, Status
from ..errors import ServiceError, SparkError, class_for, error_for
from . import functions
from .raised import take_cause
from .strings import decode

if TYPE_CHECKING:
    from ..response import Response


_MILLISECONDS = re.compile(r"\b(\d+)(?: to (\d+))? ms\b")


def in_seconds(text: str) -> str:
    """Return a text from the library with its times in seconds, the unit of Python's settings.

    Quoted text comes from elsewhere, and is left unchanged.
    """
    parts = text.split('"')
    parts[::2] = (_MILLISECONDS.sub(_seconds, part) for part in parts[::2])
    return '"'.join(parts)


def _seconds(times: re.Match[str]) -> str:
    return " to ".join(f"{int(time) / 1000:g}" for time in times.groups() if time) + " s"


class Failure:
    """What is known about a failed call. Each raise makes a new exception.

    A raised exception refers to the frames it went through, and so to the stream: a stream that
    kept the exception would never be freed.
    """

    __slots__ = ("_cause", "_details", "_message", "_status")

    def __init__(self, status: int, error: Any) -> None:
        """Read the error, and free it."""
        self._status = Status(status)
        self._cause = take_cause() if status == Status.ERR_CALLBACK else None
        self._message = self._text(functions.error_message(error)) or self._status.name
        skew = c_int64()
        known = functions.error_clock_skew(error, byref(skew))
        wait_ms: int = functions.error_retry_after_ms(error)
        self._details: dict[str, Any] = {
            "hint": self._text(functions.error_hint(error)),
            "service_code": functions.error_service_code(error) or None,
            "sid": decode(functions.error_sid(error)),
            "http_status": functions.error_http_status(error) or None,
            "http_body": decode(functions.error_http_body(error)),
            "server_date": decode(functions.error_server_date(error)),
            "clock_skew": skew.value if known else None,
            "retry_after": None if wait_ms < 0 else wait_ms / 1000,
            "os_errno": functions.error_os_errno(error) or None,
            "phase": Phase(functions.error_phase(error)),
            "retryable": bool(functions.error_retryable(error)),
        }
        functions.error_free(error)

    def _text(self, text: bytes | None) -> str:
        said = decode(text) or ""
        return said if issubclass(class_for(self._status), ServiceError) else in_seconds(said)

    def exception(self, response: Response | None = None) -> SparkError:
        """Return an exception to raise."""
        error = error_for(self._status, self._message, {**self._details, "response": response})
        error.__cause__ = self._cause
        return error


def failure_of(status: int, error: Any) -> Failure | None:
    """Return what is known about a failure; None if the call has not failed."""
    return Failure(status, error) if status < 0 else None


def check(status: int, error: Any) -> None:
    """Raise the exception for a call that failed before anything was received."""
    if status != Status.OK:
        raise Failure(status, error).exception()
