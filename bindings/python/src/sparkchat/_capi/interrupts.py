"""What a callback of the library raised. It cannot pass through the library, so it waits here."""

from __future__ import annotations

import threading


class _Interrupts(threading.local):
    """What ended a handler of the log in a thread: Ctrl-C, most likely."""

    caught: BaseException | None = None


_interrupts = _Interrupts()


def catch_interrupt(error: BaseException) -> None:
    """Keep what a callback raised until the call of the library is over."""
    _interrupts.caught = error


def raise_interrupt() -> None:
    """Raise what was caught, on the thread that it was for."""
    caught, _interrupts.caught = _interrupts.caught, None
    if caught is not None:
        try:
            raise caught
        finally:
            # It holds this frame, and what the frames that it goes through hold.
            del caught
