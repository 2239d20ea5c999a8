"""A conversation with its history and tools, for asyncio."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from ._conversation.base import BaseConversation, Rounds
from ._conversation.history import History
from ._conversation.toolbox import Toolbox
from ._runtime.closed import CLOSED, Closed
from ._typing import Unpack
from .async_stream import AsyncEventStream, AsyncStream
from .errors import SparkError, StateError
from .events import Event, ToolCall
from .messages import ToolResult
from .options import Options
from .response import Response


class AsyncConversation(BaseConversation):
    """A `Conversation` for asyncio; `AsyncSpark.conversation` creates one.

    Tools may be async functions, which are awaited one after another. Plain functions are called in
    the event loop, and block it.

    If a question fails, or its task is cancelled, the history is restored. Only one task at a time
    may use a conversation.
    """

    __slots__ = ()

    async def ask(self, question: str | None = None, **options: Unpack[Options]) -> Response:
        """Ask, run the tools that the model calls, and return its answer; as `Conversation.ask`."""
        stream = AsyncConversationStream(*self._begin("ask", question, options))
        try:
            response = await stream._finish()
            stream._turn.is_over = True
            return response
        except BaseException:
            stream._turn.take_back()
            raise

    def stream(
        self, question: str | None = None, **options: Unpack[Options]
    ) -> AsyncConversationStream:
        """Ask like `ask`, and return an asynchronous iterator over the events of all rounds."""
        return AsyncConversationStream(*self._begin("stream", question, options))


class AsyncConversationStream(Rounds[AsyncStream], AsyncEventStream):
    """An asynchronous iterator over the events of all rounds of a question.

    Like `AsyncStream`, it is stopped at the end of an `async with` block, by `close`, when its task
    is cancelled, or when nothing refers to it any more. The question is then removed from the
    history. Only one task at a time may use it.
    """

    __slots__ = ("_is_awaited",)
    _stream_type = AsyncStream

    def __init__(
        self,
        history: History,
        toolbox: Toolbox,
        question: str | None,
        options: Mapping[str, Any],
    ) -> None:
        self._is_awaited = False
        super().__init__(history, toolbox, question, options)

    async def __anext__(self) -> Event:
        self._check_not_awaited()
        try:
            self._is_awaited = True
            return await self._next()
        except StopAsyncIteration:
            self._turn.is_over = True
            raise
        except BaseException:
            self._turn.undo()
            raise
        finally:
            self._is_awaited = False

    async def finish(self) -> Response:
        """Wait for the rest, skipping its events, and return the last answer."""
        self._check_not_awaited()
        try:
            self._is_awaited = True
            response = await self._finish()
            self._turn.is_over = True
            return response
        except BaseException:
            self._turn.undo()
            raise
        finally:
            self._is_awaited = False

    def close(self) -> Closed:
        """Stop what is still running, and remove the question from the history.

        Never waits; you may await the result, but do not have to.
        """
        self._is_stopped = True
        try:
            self._stream.close()
        finally:
            self._turn.undo()
        return CLOSED

    def _check_not_awaited(self) -> None:
        if self._is_awaited:
            raise StateError(
                "another task, or the task that runs this tool, waits for this stream",
                hint="use it in one task at a time; a tool returns a result for the model",
            )

    async def _next(self) -> Event:
        while True:
            try:
                return await self._stream.__anext__()
            except StopAsyncIteration:
                if not await self._goes_on():
                    raise
            except SparkError:
                if not self._asks_again():
                    raise

    async def _finish(self) -> Response:
        while True:
            try:
                response = await self._stream.finish()
            except SparkError:
                if not self._asks_again():
                    raise
                continue
            if not await self._goes_on():
                return response

    async def _goes_on(self) -> bool:
        """Run the tools that the answer calls, and begin the next round; False after the last."""
        if self._turn.is_kept:
            return False
        self._check_not_stopped()
        if self._step():
            for call in self._toolbox.runnable(self.response.tool_calls):
                result = await self._run(call)
                self._check_not_stopped()
                self._give(result)
            # Calls without a function are left to the caller.
            if self._step():
                self._turn.keep()
        return not self._turn.is_kept

    def _asks_again(self) -> bool:
        """Return whether the library asks again after a failure."""
        try:
            self._step()
        except SparkError:
            return False
        return True

    async def _run(self, call: ToolCall) -> ToolResult:
        self._check_not_stopped()
        prepared = self._toolbox.prepare(call)
        if isinstance(prepared, ToolResult):
            return prepared
        function, arguments = prepared
        try:
            value = function(**arguments)
            if inspect.isawaitable(value):
                value = await value
            return self._toolbox.result(call, value)
        except Exception as error:
            return self._toolbox.failure(call, error)
