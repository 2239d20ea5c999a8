"""What a limiter of the host's has raised. It cannot pass through the library, so it waits here."""

from __future__ import annotations

import threading


class _Raised(threading.local):
    cause: Exception | None = None
    interrupt: BaseException | None = None


_raised = _Raised()


def keep(error: BaseException) -> None:
    """Keep what was raised until the call of the library is over.

    An interrupt, such as KeyboardInterrupt, is going to be raised as it is; what else it may be is
    the cause of the exception that says that the limiter has failed.
    """
    if isinstance(error, Exception):
        _raised.cause = error
    else:
        _raised.interrupt = error


def take_cause() -> Exception | None:
    """Return what was kept, and forget it."""
    cause, _raised.cause = _raised.cause, None
    return cause


def raise_interrupt() -> None:
    """Raise the interrupt that was kept, on the thread that it was for."""
    interrupt, _raised.interrupt = _raised.interrupt, None
    if interrupt is not None:
        try:
            raise interrupt
        finally:
            # It holds this frame, and what the frames that it goes through hold.
            del interrupt
