"""Limits requests per second and requests at the same time (11202 and 11203)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import ServiceError


class Limits:
    """Counts the requests of all connections. 0 means no limit."""

    def __init__(
        self,
        max_rate: float = 0,
        max_concurrency: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # A rate below one per second is one in several seconds.
        self._period = max(1.0, 1 / max_rate) if max_rate > 0 else 0.0
        self._most = max(1, int(max_rate * self._period))
        self._max_concurrency = max_concurrency
        self._clock = clock
        self._taken: deque[float] = deque()
        self._running = 0

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Count a request until it is answered. ServiceError: it exceeds a limit."""
        now = self._clock()
        while self._taken and self._taken[0] <= now - self._period:
            self._taken.popleft()
        if self._period and len(self._taken) >= self._most:
            raise ServiceError(11202)
        if self._max_concurrency and self._running >= self._max_concurrency:
            raise ServiceError(11203)
        if self._period:
            self._taken.append(now)
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
