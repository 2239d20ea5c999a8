"""Keeps a server that does not answer from delaying every request."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Unanswered:
    """Makes calls to a server. After two failures in a row, calls fail at once for a while.

    Otherwise each of many requests on one event loop would wait for the timeout. The while is as
    long as the second call took, so that refused calls, which fail immediately, pause nothing.
    """

    def __init__(self) -> None:
        self._has_failed = False
        self._paused_until = 0.0

    def call(self, function: Callable[[], T]) -> T:
        """Return what the function returns. TimeoutError: the server does not answer."""
        began = time.monotonic()
        if began < self._paused_until:
            raise TimeoutError("the server did not answer the calls before this one")
        try:
            result = function()
        except Exception:
            if self._has_failed:
                now = time.monotonic()
                self._paused_until = now + (now - began)
            self._has_failed = True
            raise
        self._has_failed = False
        return result
