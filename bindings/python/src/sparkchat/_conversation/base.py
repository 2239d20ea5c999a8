"""What a conversation is made of, whether or not it is asynchronous."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from .._capi.handle import NotCopyable
from .._capi.strings import encode_any
from .._requests.building import Request
from .._requests.given_options import known
from .._requests.normalizing import plain
from ..errors import CancelledError, StateError
from ..events import ToolCall, Usage
from ..messages import Messages, PlainMessage, ToolResult
from ..response import Response
from ..tools import Tool, tools_of
from .history import History
from .turn import Turn

Opened = TypeVar("Opened", bound=Any)
Open = Callable[[Request, Callable[[Any], None]], Opened]
"""Sends a request, and has the library's response handed over once the answer is complete."""


class BaseConversation(NotCopyable, Generic[Opened]):
    """A history and tools, and one question at a time."""

    __slots__ = (
        "__weakref__",
        "_history",
        "_max_rounds",
        "_open",
        "_raise_tool_errors",
        "_tools",
        "_turn",
    )

    def __init__(
        self,
        open_stream: Open[Opened],
        history: History,
        tools: Sequence[Tool],
        *,
        max_rounds: int,
        raise_tool_errors: bool,
    ) -> None:
        self._check_tools(tools)
        self._open = open_stream
        self._history = history
        self._tools = tools
        self._max_rounds = max_rounds
        self._raise_tool_errors = raise_tool_errors
        self._turn: Turn | None = None

    def add(self, messages: Messages) -> None:
        """Add to the history: results of tools, or what was said elsewhere.

        A system message takes the place of the one before. An image belongs to the question that
        is asked next.
        """
        self._check_idle()
        before = self._history.save()
        try:
            for message in plain(messages):
                self._history.add(message)
        except BaseException:
            self._history.restore(before)
            raise

    @property
    def messages(self) -> list[PlainMessage]:
        """Copies of the messages so far. They can be sent by `Spark.invoke`, too."""
        return self._history.messages()

    @property
    def usage(self) -> Usage:
        """Token counts of the last question: the sum over its rounds of tools.

        A round that failed does not take away what the rounds before it took.
        """
        return self._history.usage()

    def save(self) -> str:
        """Return the history as JSON: the messages as they are, and no credentials."""
        self._check_idle()
        return self._history.save().decode()

    def restore(self, saved: str) -> None:
        """Replace the history by a saved one.

        InvalidArgumentError: it is no saved conversation; the history stays as it is.
        """
        self._check_idle()
        self._history.restore(encode_any("the saved conversation", saved))

    def __repr__(self) -> str:
        return f"<sparkchat.{type(self).__name__} of {len(self._history)} messages>"

    def _check_tools(self, tools: Sequence[Tool]) -> None:
        """Refuse tools that this kind of conversation cannot run."""

    def _check_idle(self) -> None:
        if self._turn is not None and not self._turn.is_over:
            raise StateError(
                "the conversation is still answering", hint="finish or close its stream first"
            )

    def _begin(self, function: str, question: str | None, options: Mapping[str, Any]) -> Turn:
        """Add a question to the history, until it is clear what comes of it."""
        self._check_idle()
        chosen = known(function, options)
        added = tools_of(chosen.get("tools", ()))
        self._check_tools(added)
        self._turn = Turn(
            self._history,
            question,
            chosen,
            [*self._tools, *added],
            max_rounds=self._max_rounds,
            raise_errors=self._raise_tool_errors,
        )
        return self._turn


class Rounds(NotCopyable, Generic[Opened]):
    """The streams of a question, one for each round of tools."""

    __slots__ = ("__weakref__", "_open", "_stopped", "_stream", "_turn")

    def __init__(self, turn: Turn, open_stream: Open[Opened]) -> None:
        self._turn = turn
        self._open = open_stream
        self._stopped = False
        try:
            self._stream: Opened = self._next_round()
        except BaseException:
            turn.roll_back()
            raise

    @property
    def response(self) -> Response:
        """What has been received of the last answer; at any time, also after a failure."""
        response: Response = self._stream.response
        return response

    def cancel(self) -> None:
        """Stop, from any thread or from a signal handler.

        Whoever is waiting for the next event gets a CancelledError; a tool that runs is waited for.
        Does nothing when it is over.
        """
        self._stopped = True
        self._stream.cancel()

    def __repr__(self) -> str:
        response = self.response
        return f"<sparkchat.{type(self).__name__} {response.outcome} sid={response.sid}>"

    def _calls(self) -> tuple[ToolCall, ...]:
        """Return the calls of the last answer; where there are none, all is said."""
        return self._turn.calls(self.response)

    def _go_on(self, results: Sequence[ToolResult]) -> None:
        """Send what the tools returned."""
        self._check_not_stopped()
        self._turn.add_results(results)
        self._stream = self._next_round()

    def _give_up(self) -> None:
        self._stopped = True
        self._turn.roll_back()

    def _check_not_stopped(self) -> None:
        if self._stopped:
            raise CancelledError("the conversation was stopped", response=self.response)

    def _next_round(self) -> Opened:
        with self._turn.request() as request:
            return self._open(request, self._turn.add_response)
