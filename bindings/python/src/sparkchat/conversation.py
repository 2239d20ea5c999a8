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
    """Keeps the history, sends as much of it as the model accepts, and runs tools.

    `Spark.conversation` creates one. The service's own token counts say how much fits; only
    messages that it has not counted yet are estimated. The system message, an image at the start
    and the last turn are always sent; messages that are not sent any more are kept nevertheless.

    If a question fails or is stopped, the history is restored. Only one thread at a time may use a
    conversation.
    """

    __slots__ = ()

    def ask(self, question: str | None = None, **options: Unpack[Options]) -> Response:
        """Ask, run the tools that the model calls, and return its answer.

        Pass None to continue after you have added results. Options apply to this question only; its
        tools are added to those of the conversation. If the model calls a tool that has no
        function, the response with the call is returned: `add` its `ToolResult`, and call `ask()`
        again. If the service finds the history too long, the question is asked again with less of
        it.

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
    it any more. The question is then removed from the history. Any thread may call `cancel` and
    `close`.
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
        # The thread that continues the turn, between two streams.
        self._thread: int | None = None
        super().__init__(history, toolbox, question, options)

    def __next__(self) -> Event:
        try:
            return self._next()
        except StopIteration:
            self._turn.is_over = True
            raise
        except BaseException:
            self._give_up()
            raise

    def finish(self) -> Response:
        """Wait for the rest, skipping its events, and return the last answer."""
        try:
            response = self._finish()
            self._turn.is_over = True
            return response
        except BaseException:
            self._give_up()
            raise

    def close(self) -> None:
        """Stop what is still running, and remove the question from the history. Never waits."""
        self.cancel()
        try:
            self._stream.close()
        finally:
            self._give_up()

    def _give_up(self) -> None:
        """Undo the turn, unless a thread continues it: that one does so if the turn is stopped."""
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
        """Run the tools that the answer calls, and begin the next round; False after the last."""
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
                # Calls without a function are left to the caller.
                if self._step():
                    self._turn.keep()
        finally:
            self._thread = None
        return not self._turn.is_kept

    def _asks_again(self) -> bool:
        """Return whether the library asks again after a failure."""
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
                "a tool waits for the answer that waits for the tool",
                hint="return a result for the model instead",
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
