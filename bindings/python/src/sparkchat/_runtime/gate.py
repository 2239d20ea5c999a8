"""Connects the library to the host's limiter."""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from ..enums import Status
from ..limiters.protocol import Limiter

_LONGEST_WAIT = 3600.0
_logger = logging.getLogger("sparkchat")


class Gate:
    """Asks a limiter, on any thread, and reports each end to it once, even if interrupted."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self._inside = threading.local()
        self.ended: deque[int] = deque()

    def acquire(self, attempt: int) -> int:
        """Return 0 if the attempt may begin, or the milliseconds after which to ask again."""
        # An end that an interrupt has kept from being noted makes room.
        self.note_ends()
        wait: float = self._enter(self._limiter.acquire, attempt)
        return math.ceil(min(max(wait, 0.0), _LONGEST_WAIT) * 1000)

    def report(self, attempt: int, status: int, service_code: int) -> None:
        """Note the result of an attempt."""
        self._enter(self._limiter.report, attempt, Status(status), service_code)
        self.note_ends()

    def note_ends(self) -> None:
        """Report ended attempts to the limiter, unless this thread is inside it.

        The garbage collector may free an exchange while the limiter runs and holds a lock.
        """
        if getattr(self._inside, "is_so", False):
            return
        try:
            # No interrupt comes between taking an attempt and the `try`.
            for attempt in iter(self.ended.popleft, None):
                try:
                    self._enter(self._limiter.release, attempt)
                except Exception:
                    said = "the limiter failed to note the end of a request"
                    _logger.warning(said, exc_info=True)
                except BaseException:
                    self.ended.append(attempt)
                    raise
        except IndexError:
            # There are no more.
            return

    def _enter(self, call: Callable[..., Any], *arguments: Any) -> Any:
        was_inside = getattr(self._inside, "is_so", False)
        self._inside.is_so = True
        try:
            result = call(*arguments)
        finally:
            self._inside.is_so = was_inside
        return result
