"""What the library asks, where the host has a limiter."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from ..enums import Status
from ..limiters.protocol import Limiter

_LONGEST_WAIT = 3600.0


class Gate:
    """Asks a limiter, on any thread, and tells it of each end once, whatever interrupts it."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self._ended: deque[int] = deque()
        self._inside = threading.local()

    def acquire(self, attempt: int) -> int:
        """Return 0: it may begin; otherwise after how many milliseconds to ask again."""
        try:
            wait: float = self._enter(self._limiter.acquire, attempt)
        except BaseException:
            # It may have been counted before it was interrupted.
            self._ended.append(attempt)
            raise
        self._tell_ends()
        return math.ceil(min(max(wait, 0.0), _LONGEST_WAIT) * 1000)

    def report(self, attempt: int, status: int, service_code: int) -> None:
        """Note what becomes of an attempt."""
        self._enter(self._limiter.report, attempt, Status(status), service_code)
        self._tell_ends()

    def release(self, attempt: int) -> None:
        """Note that an attempt is over."""
        self._ended.append(attempt)
        self._tell_ends()

    def _tell_ends(self) -> None:
        """Tell the limiter what has ended, unless this thread is inside of it.

        The collector may free an exchange in the middle of the limiter's work, which holds a lock.
        """
        while self._ended and not getattr(self._inside, "is_so", False):
            try:
                attempt = self._ended.popleft()
            except IndexError:
                # Another thread was quicker.
                return
            try:
                self._enter(self._limiter.release, attempt)
            except KeyboardInterrupt:
                self._ended.append(attempt)
                raise

    def _enter(self, call: Callable[..., Any], *arguments: Any) -> Any:
        self._inside.is_so = True
        try:
            return call(*arguments)
        finally:
            self._inside.is_so = False
