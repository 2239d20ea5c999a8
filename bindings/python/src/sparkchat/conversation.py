"""A conversation with its history, and the tools that the model may call."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from ._conversation.base import BaseConversation, Rounds
from ._conversation.history import History
from ._conversation.toolbox import Toolbox
from ._typing import Unpack
from .errors import SparkError, StateError
from .events import Event, ToolCall
from .messages import ToolResult
from .options import Options
from .response import Response
from .stream import EventStream, Stream
from .tools import Tool, refuse_asynchronous


class Conversation(BaseConversation):
    """Keeps questions and answers, asks with as much of them as the model takes, and runs tools.

    `Spark.conversation` makes one. How much fits is known from the service's own counts of tokens;
    only what it has not counted yet is estimated. The system message, an image at the start and the
    last turn are always sent; what is not sent any more is kept nevertheless.

    Where a question fails or is stopped, the history is what it was before. For one thread at a
    time.
    """

    __slots__ = ()

    def ask(self, question: str | None = None, **options: Unpack[Options]) -> Response:
        """Ask, run the tools that the model calls, and return its answer.

        None goes on after results that were added. Options are for this question alone; its tools
        come in addition to those of the conversation. Where the model calls a tool that has no
        function, the response with the call is returned: `add` its `ToolResult`, and `ask` on.
        Where the service finds the history too long, it is asked again with less of it.

        ToolLimitError: the model still calls tools after the last round.
        """
        stream = ConversationStream(*self._begin("ask", question, options))
        try:
            response = stream._finish()
            stream._turn.is_over = True
            return response
        except BaseException:
            stream._turn.take_back()
            raise

    def stream(self, question: str | None = None, **options: Unpack[Options]) -> ConversationStream:
        """Ask like `ask`, and return an iterator over the events of all rounds."""
        return ConversationStream(*self._begin("stream", question, options))

    def _check_tools(self, tools: Sequence[Tool]) -> None:
        refuse_asynchronous(tools)


class ConversationStream(Rounds[Stream], EventStream):
    """An iterator over the events of all rounds of a question; tools run between them.

    Like `Stream`, it is stopped at the end of a `with` block, by `close`, or when nothing refers to
    it any more. The question then leaves the history. Any thread may call `cancel` and `close`.
    """

    __slots__ = ("_thread",)
    _stream_type = Stream

    def __init__(
        self,
        history: History,
        toolbox: Toolbox,
        question: str | None,
        options: Mapping[str, Any],
    ) -> None:
        # Who goes on with the turn, between two streams.
        self._thread: int | None = None
        super().__init__(history, toolbox, question, options)

    def __next__(self) -> Event:
        try:
            return self._next()
        except StopIteration:
            self._turn.is_over = True
            raise
        except BaseException:
            self._turn.undo()
            raise

    def finish(self) -> Response:
        """Wait for the rest, without looking at its events, and return the last answer."""
        try:
            response = self._finish()
            self._turn.is_over = True
            return response
        except BaseException:
            self._turn.undo()
            raise

    def close(self) -> None:
        """Stop what still runs, and take the question out of the history. Never waits."""
        self.cancel()
        try:
            self._stream.close()
        finally:
            # Whoever goes on with the turn meanwhile sees that it is stopped, and does this.
            if self._thread is None:
                self._turn.undo()

    def _next(self) -> Event:
        while True:
            try:
                return next(self._stream)
            except StopIteration:
                if not self._goes_on():
                    raise
            except SparkError:
                if not self._asks_again():
                    raise

    def _finish(self) -> Response:
        while True:
            try:
                response = self._stream.finish()
            except SparkError:
                if not self._asks_again():
                    raise
                continue
            if not self._goes_on():
                return response

    def _goes_on(self) -> bool:
        """Run the tools that the answer calls, and begin the next round; False: it is the last."""
        if self._turn.is_kept:
            return False
        self._check_not_inside()
        try:
            self._thread = threading.get_ident()
            self._check_not_stopped()
            if self._step():
                for call in self._toolbox.runnable(self.response.tool_calls):
                    self._give(self._run(call))
                self._check_not_stopped()
                # What has no function is left to whoever asks.
                if self._step():
                    self._turn.keep()
        finally:
            self._thread = None
        return not self._turn.is_kept

    def _asks_again(self) -> bool:
        """Say whether the library does, after a failure."""
        self._check_not_inside()
        try:
            self._thread = threading.get_ident()
            self._step()
        except SparkError:
            return False
        finally:
            self._thread = None
        return True

    def _check_not_inside(self) -> None:
        if self._thread == threading.get_ident():
            raise StateError(
                "a tool asks for the answer that waits for the tool",
                hint="return what the model is to know",
            )
        if self._thread is not None:
            raise StateError("another thread waits for this stream", hint="use one at a time")

    def _run(self, call: ToolCall) -> ToolResult:
        self._check_not_stopped()
        prepared = self._toolbox.prepare(call)
        if isinstance(prepared, ToolResult):
            return prepared
        function, arguments = prepared
        try:
            return self._toolbox.result(call, function(**arguments))
        except Exception as error:
            return self._toolbox.failure(call, error)
