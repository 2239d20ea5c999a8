"""Connects the library to the host's limiter."""

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
    """Asks a limiter, on any thread, and reports each end to it once, even if interrupted."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self._ended: deque[int] = deque()
        self._inside = threading.local()

    def acquire(self, attempt: int) -> int:
        """Return 0 if the attempt may begin, or the milliseconds after which to ask again."""
        try:
            wait: float = self._enter(self._limiter.acquire, attempt)
        except BaseException:
            # The limiter may have counted the attempt before the interrupt.
            self._ended.append(attempt)
            raise
        self._tell_ends()
        return math.ceil(min(max(wait, 0.0), _LONGEST_WAIT) * 1000)

    def report(self, attempt: int, status: int, service_code: int) -> None:
        """Note the result of an attempt."""
        self._enter(self._limiter.report, attempt, Status(status), service_code)
        self._tell_ends()

    def release(self, attempt: int) -> None:
        """Note that an attempt is over."""
        self._ended.append(attempt)
        self._tell_ends()

    def _tell_ends(self) -> None:
        """Report ended attempts to the limiter, unless this thread is inside it.

        The garbage collector may free an exchange while the limiter runs and holds a lock.
        """
        while self._ended and not getattr(self._inside, "is_so", False):
            try:
                attempt = self._ended.popleft()
            except IndexError:
                # Another thread took it.
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
