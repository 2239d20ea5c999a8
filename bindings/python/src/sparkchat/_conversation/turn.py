"""One question of a conversation: the library's turn, which ends once."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._capi import types
from .._capi.failures import Failure
from .._capi.handle import Handle
from ..enums import Status
from ..errors import CancelledError
from ..messages import ToolResult
from ..response import Response

if TYPE_CHECKING:
    from .history import History


class Turn:
    """Goes through a turn. Once that is over, the conversation is not touched any more.

    One that nobody refers to any more is rolled back.
    """

    __slots__ = ("_failure", "_history", "_is_over", "_lock", "_process", "_stream", "is_kept")

    def __init__(self, history: History, question: str | None, options: Mapping[str, Any]) -> None:
        self._history = history
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._failure: Failure | None = None
        self._is_over = self.is_kept = False
        try:
            self._stream: Handle[types.Stream] | None = history.begin(question, options)
        except Exception:
            self._is_over = True
            raise

    def step(self, response: Response) -> Status:
        """Go on after the end of a stream, or after results. OK: there is another stream.

        SparkError: the turn has failed, or was rolled back; this response is the last.
        """
        with self._lock:
            self._check(response)
            status, stream, self._failure = self._history.step()
            self.is_kept = self._is_over = status == Status.DONE
            self._stream = stream
        if self._failure is not None:
            self.roll_back()
        self._check(response)
        return Status(status)

    def take_stream(self) -> Handle[types.Stream]:
        """Hand over the stream that has been opened last."""
        stream, self._stream = self._stream, None
        assert stream is not None
        return stream

    def give(self, result: ToolResult) -> None:
        """Give what a tool returned."""
        self._history.give(result)

    def keep(self) -> None:
        """End the turn, with calls that wait for their results."""
        with self._lock:
            self._history.keep()
            self._is_over = self.is_kept = True

    def roll_back(self) -> None:
        """Make the history what it was before, unless the turn is over."""
        if self._process != os.getpid() or self._history.is_closed:
            return
        with self._lock:
            if not self._is_over:
                self._is_over = True
                self._history.roll_back()

    def _check(self, response: Response) -> None:
        if self._failure is not None:
            raise self._failure.exception(response)
        if self._is_over and not self.is_kept:
            raise CancelledError("the conversation was stopped", response=response)

    def __del__(self) -> None:
        self.roll_back()
