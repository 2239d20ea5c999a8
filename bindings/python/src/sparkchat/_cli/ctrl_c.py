"""Handles Ctrl-C in a chat, which users may press more than once."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType


class CtrlC:
    """Raises one KeyboardInterrupt in a `with` block, and none outside of one."""

    def __init__(self) -> None:
        self._is_wanted = False
        self._before = signal.signal(signal.SIGINT, self._on_signal)

    def close(self) -> None:
        """Restore the previous handler."""
        signal.signal(signal.SIGINT, self._before)

    def __enter__(self) -> None:
        self._is_wanted = True

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._is_wanted = False
        # `input` calls the handler of a second Ctrl-C while the first KeyboardInterrupt is set,
        # and Python reports that as an error of the handler.
        if isinstance(error, SystemError) and isinstance(error.__cause__, KeyboardInterrupt):
            raise KeyboardInterrupt from None

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._is_wanted:
            self._is_wanted = False
            raise KeyboardInterrupt
