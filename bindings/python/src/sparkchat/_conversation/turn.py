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
    """Who gets the answer."""

    @property
    def _is_stopped(self) -> bool:
        """Whether there will be none."""


class Turn:
    """Goes through a turn, for somebody who gets its answer.

    What the library has done counts, and not how far Python has come in noting it: an exception of
    a signal's handler may come between. So a turn can be undone until its answer has been handed
    out, even where the library has ended it. `is_over` is set last, just before the answer is
    returned.
    """

    __slots__ = ("_asker", "_conversation", "_failure", "_stream", "before", "is_kept", "is_over")

    def __init__(self, asker: Asker) -> None:
        self._asker = weakref.ref(asker)
        self._conversation: Handle[types.Conversation] | None = None
        self._failure: Failure | None = None
        # NULL until the library has begun the turn; None while there is none to hand over.
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
        """Add the question, and open the first stream. Where that fails, nothing has changed."""
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
        """Go on after the end of a stream, or after results. OK: there is another stream.

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
        """Hand over the stream that has been opened last."""
        stream, self._stream = self._stream, None
        assert stream is not None
        return stream

    def give(self, call_id: bytes, result: bytes) -> None:
        """Give what a tool returned."""
        self._call(functions.conversation_add_tool_result, call_id, result, len(result))

    def keep(self) -> None:
        """End the turn, with calls that wait for their results."""
        self._call(functions.conversation_keep)
        self.is_kept = True

    def undo(self) -> None:
        """Make the history what it was before, unless the answer has been handed out."""
        if self.is_over:
            return
        has_begun = self._stream is None or self._stream.pointer
        if self._conversation is not None and has_begun:
            # What is the parent's answers with an error, which changes nothing.
            pointer = self._conversation.pointer
            functions.conversation_rollback(pointer, None)
            functions.conversation_truncate(pointer, self.before, None)
        self.is_kept = False
        self.is_over = True

    def take_back(self) -> None:
        """Do what `undo` does, where the answer was about to be handed out and was not."""
        self.is_over = False
        self.undo()

    def is_given_up(self) -> bool:
        """Whether it is over, or nobody goes on with it."""
        asker = self._asker()
        return self.is_over or asker is None or asker._is_stopped

    def check(self, response: Response) -> None:
        """Raise why there is no answer to come."""
        if self._failure is not None:
            raise self._failure.exception(response)
        if self.is_over and not self.is_kept:
            raise CancelledError("the conversation was stopped", response=response)

    def _call(self, function: Any, *values: Any) -> None:
        assert self._conversation is not None
        error = types.ErrorPointer()
        check(function(self._conversation.pointer, *values, byref(error)), error)
