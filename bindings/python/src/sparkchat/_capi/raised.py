"""Keeps what the host's limiter raises: exceptions cannot pass through the library."""

from __future__ import annotations

import threading


class _Raised(threading.local):
    cause: Exception | None = None
    interrupt: BaseException | None = None


_raised = _Raised()


def keep(error: BaseException) -> None:
    """Keep an exception until the library call returns.

    An interrupt, such as KeyboardInterrupt, is raised again unchanged; any other exception becomes
    the cause of the LimiterError.
    """
    if isinstance(error, Exception):
        _raised.cause = error
    else:
        _raised.interrupt = error


def take_cause() -> Exception | None:
    """Return the kept exception, and forget it."""
    cause, _raised.cause = _raised.cause, None
    return cause


def raise_interrupt() -> None:
    """Raise the kept interrupt, on the thread where it was raised."""
    interrupt, _raised.interrupt = _raised.interrupt, None
    if interrupt is not None:
        try:
            raise interrupt
        finally:
            # It refers to this frame, and to all that the frames it goes through refer to.
            del interrupt
