"""The common parts of synchronous and asynchronous conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from .._capi.half_made import shown_half_made
from .._capi.handle import NotCopyable
from .._capi.strings import encode, encode_any
from .._requests.given_options import known
from .._requests.normalizing import plain
from ..enums import Status
from ..errors import CancelledError
from ..events import Usage
from ..messages import Messages, PlainMessage, ToolResult
from ..response import Response
from ..tools import Tool, tools_of
from .history import History
from .toolbox import Toolbox
from .turn import Turn

Opened = TypeVar("Opened", bound=Any)


class BaseConversation(NotCopyable):
    """A history and tools, for one question at a time."""

    __slots__ = ("__weakref__", "_history", "_raise_tool_errors", "_tools")

    def __init__(self, history: History, tools: Sequence[Tool], *, raise_tool_errors: bool) -> None:
        self._check_tools(tools)
        self._history = history
        self._tools = tools
        self._raise_tool_errors = raise_tool_errors

    def add(self, messages: Messages) -> None:
        """Add to the history: results of tools, or messages from elsewhere.

        A system message replaces the existing one. An image belongs to the next question.
        """
        added = plain(messages)
        undo = self._history.undo_of(added)
        try:
            self._history.add(added)
        except BaseException:
            undo()
            raise

    @property
    def messages(self) -> list[PlainMessage]:
        """Copies of the messages so far. You can also pass them to `Spark.invoke`."""
        return self._history.messages()

    @property
    def usage(self) -> Usage:
        """Token counts of the last question: the sum over its rounds of tools.

        If a round fails, the earlier rounds still count.
        """
        return self._history.usage()

    def save(self) -> str:
        """Return the history as JSON: the messages, without any credentials."""
        return self._history.save().decode()

    def restore(self, saved: str) -> None:
        """Replace the history with a saved one.

        InvalidArgumentError: this is not a saved conversation; the history stays as it is.
        """
        self._history.restore(encode_any("the saved conversation", saved))

    @shown_half_made
    def __repr__(self) -> str:
        return f"<sparkchat.{type(self).__name__} of {len(self._history)} messages>"

    def _check_tools(self, tools: Sequence[Tool]) -> None:
        """Refuse tools that this kind of conversation cannot run."""

    def _begin(
        self, function: str, question: str | None, options: Mapping[str, Any]
    ) -> tuple[History, Toolbox, str | None, Mapping[str, Any]]:
        """Return the arguments for asking a question."""
        chosen = known(function, options)
        added = tools_of(chosen.get("tools", ()))
        self._check_tools(added)
        toolbox = Toolbox([*self._tools, *added], raise_errors=self._raise_tool_errors)
        return self._history, toolbox, question, chosen


class Rounds(NotCopyable, Generic[Opened]):
    """The streams of a question, one for each round of tools."""

    __slots__ = ("__weakref__", "_is_stopped", "_stream", "_toolbox", "_turn")
    _stream_type: ClassVar[Any]

    def __init__(
        self,
        history: History,
        toolbox: Toolbox,
        question: str | None,
        options: Mapping[str, Any],
    ) -> None:
        self._toolbox = toolbox
        self._is_stopped = False
        self._turn = Turn(self)
        try:
            history.begin(self._turn, question, options)
            self._stream: Opened = self._stream_type(self._turn.take_stream())
        except BaseException:
            self._turn.undo()
            raise

    @property
    def response(self) -> Response:
        """The part of the last answer received so far; at any time, even after a failure."""
        response: Response = self._stream.response
        return response

    def cancel(self) -> None:
        """Stop the question.

        You may call this from any thread, or from a signal handler. A caller that waits for the
        next event gets a CancelledError; a running tool is not interrupted. Does nothing if the
        question is over.
        """
        self._is_stopped = True
        self._stream.cancel()

    @shown_half_made
    def __repr__(self) -> str:
        response = self.response
        return f"<sparkchat.{type(self).__name__} {response.outcome} sid={response.sid}>"

    def _step(self) -> bool:
        """Continue the turn. True: the model wants tool results."""
        status = self._turn.step(self.response)
        if status == Status.OK:
            self._stream = self._stream_type(self._turn.take_stream())
            if self._is_stopped:
                self._stream.cancel()
        return status == Status.TOOL_CALLS

    def _give(self, result: ToolResult) -> None:
        self._turn.give(
            encode("the call's id", result.call_id),
            encode_any("the tool's result", result.content),
        )

    def _check_not_stopped(self) -> None:
        if self._is_stopped:
            raise CancelledError("the conversation was stopped", response=self.response)
