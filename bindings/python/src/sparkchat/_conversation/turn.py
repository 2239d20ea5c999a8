"""One question of a conversation: the library's turn, which ends once."""

from __future__ import annotations

import weakref
from ctypes import byref
from typing import Any, Protocol

from .._capi import functions, types
from .._capi.failures import Failure, check
from .._capi.handle import Handle
from ..enums import Status
from ..errors import CancelledError
from ..response import Response

_OK, _DONE = int(Status.OK), int(Status.DONE)


class Asker(Protocol):
    """The receiver of the answer."""

    @property
    def _is_stopped(self) -> bool:
        """Whether the question was stopped."""


class Turn:
    """Takes a turn through its streams, for the receiver of the answer.

    The library's state counts, not what Python has noted of it: an exception from a signal handler
    may come between the two. A turn can therefore be undone until its answer has been returned,
    even if the library has ended it. `is_over` is set last, just before the answer is returned.
    """

    __slots__ = ("_asker", "_conversation", "_failure", "_stream", "before", "is_kept", "is_over")

    def __init__(self, asker: Asker) -> None:
        self._asker = weakref.ref(asker)
        self._conversation: Handle[types.Conversation] | None = None
        self._failure: Failure | None = None
        # NULL until the library has begun the turn; None while there is no stream to hand over.
        self._stream: Handle[types.Stream] | None = Handle(
            types.StreamPointer(), functions.stream_free
        )
        self.before = 0
        self.is_kept = self.is_over = False

    def begin(
        self,
        conversation: Handle[types.Conversation],
        question: bytes | None,
        options: Handle[types.Request],
    ) -> None:
        """Add the question, and open the first stream. If that fails, nothing has changed."""
        assert self._stream is not None
        self._conversation = conversation
        self.before = functions.conversation_count(conversation.pointer)
        error = types.ErrorPointer()
        begun = functions.conversation_begin(
            conversation.pointer,
            question,
            0 if question is None else len(question),
            options.pointer,
            self._stream.out,
            byref(error),
        )
        check(begun, error)

    def step(self, response: Response) -> int:
        """Continue after the end of a stream, or after results. OK: there is another stream.

        SparkError: the turn has failed, or was undone; this response is the last.
        """
        self.check(response)
        assert self._conversation is not None
        stream, error = Handle(types.StreamPointer(), functions.stream_free), types.ErrorPointer()
        status: int = functions.conversation_step(
            self._conversation.pointer, stream.out, byref(error)
        )
        if status < 0:
            self._failure = Failure(status, error)
            self.undo()
            raise self._failure.exception(response)
        self._stream = stream if status == _OK else None
        self.is_kept = status == _DONE
        return status

    def take_stream(self) -> Handle[types.Stream]:
        """Hand over the stream that was opened last."""
        stream, self._stream = self._stream, None
        assert stream is not None
        return stream

    def give(self, call_id: bytes, result: bytes) -> None:
        """Pass the result of a tool to the library."""
        self._call(functions.conversation_add_tool_result, call_id, result, len(result))

    def keep(self) -> None:
        """End the turn, with calls that wait for their results."""
        self._call(functions.conversation_keep)
        self.is_kept = True

    def undo(self) -> None:
        """Restore the history, unless the answer has been returned."""
        if self.is_over:
            return
        has_begun = self._stream is None or self._stream.pointer
        if self._conversation is not None and has_begun:
            # The parent's conversation reports an error here, and does not change.
            pointer = self._conversation.pointer
            functions.conversation_rollback(pointer, None)
            functions.conversation_truncate(pointer, self.before, None)
        self.is_kept = False
        self.is_over = True

    def take_back(self) -> None:
        """Undo the turn although it is marked as over, because its answer was not returned."""
        self.is_over = False
        self.undo()

    def is_given_up(self) -> bool:
        """Return whether the turn is over, or was abandoned."""
        asker = self._asker()
        return self.is_over or asker is None or asker._is_stopped

    def check(self, response: Response) -> None:
        """Raise an exception if the turn has failed or was stopped."""
        if self._failure is not None:
            raise self._failure.exception(response)
        if self.is_over and not self.is_kept:
            raise CancelledError("the conversation was stopped", response=response)

    def _call(self, function: Any, *values: Any) -> None:
        assert self._conversation is not None
        error = types.ErrorPointer()
        check(function(self._conversation.pointer, *values, byref(error)), error)
