"""Renews the leases of a process while it has running questions."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from weakref import WeakMethod

_logger = logging.getLogger("sparkchat")


class Renewal:
    """A thread that renews leases at intervals, from `begin` until there is nothing to renew.

    `renew` is a method. The thread does not keep its object alive, and ends with it.
    """

    def __init__(self, renew: Callable[[], bool], seconds: float) -> None:
        self._renew = WeakMethod(renew)
        self._seconds = seconds
        self._lock = threading.Lock()
        self._is_running = False
        self._is_wanted = False

    def begin(self) -> None:
        """Start the thread, unless it is running."""
        with self._lock:
            self._is_wanted = True
            if self._is_running:
                return
            self._is_running = True
        threading.Thread(target=self._run, name="sparkchat-renewal", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._is_wanted = False
            time.sleep(self._seconds)
            is_needed = self._renew_once()
            with self._lock:
                if not is_needed and not self._is_wanted:
                    self._is_running = False
                    return

    def _renew_once(self) -> bool:
        renew = self._renew()
        try:
            return renew is not None and renew()
        except Exception:
            _logger.warning(
                "the limiter could not renew the leases of running questions", exc_info=True
            )
            return True
