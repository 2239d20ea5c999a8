"""One question of a conversation: its rounds of tools, until there is an answer."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._requests.building import Request, leave_choice_to_the_model, set_options
from ..errors import ToolLimitError
from ..events import ToolCall
from ..messages import Message, ToolResult
from ..response import Response
from ..tools import Tool, as_text

if TYPE_CHECKING:
    from .history import History

_log = logging.getLogger("sparkchat.tools")


class Turn:
    """What a question adds to the history: all of it, or where it fails, nothing."""

    __slots__ = (
        "_before",
        "_history",
        "_lock",
        "_max_rounds",
        "_options",
        "_process",
        "_raise_errors",
        "_round",
        "_tools",
        "is_over",
    )

    def __init__(
        self,
        history: History,
        question: str | None,
        options: Mapping[str, Any],
        tools: Iterable[Tool],
        *,
        max_rounds: int,
        raise_errors: bool,
    ) -> None:
        self._history = history
        self._options = options
        self._tools = {tool.name: tool for tool in tools}
        self._max_rounds = max_rounds
        self._raise_errors = raise_errors
        self._round = 0
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._before = len(history)
        self.is_over = False
        if question is not None:
            history.add(Message("user", question))

    def request(self) -> Request:
        """Return the question, or what goes on after the results."""
        request = self._history.request()
        set_options(request, self._options)
        if self._round > 0:
            leave_choice_to_the_model(request)
        return request

    def add_response(self, response: Any) -> None:
        """Add the answer of a round, which is the library's."""
        with self._lock:
            if not self.is_over:
                self._history.add_response(response)

    def calls(self, response: Response) -> tuple[ToolCall, ...]:
        """Return the calls to run. Where there are none, the turn is over, and stays.

        ToolLimitError: there were as many rounds as there may be.
        """
        calls = response.tool_calls
        # What has no function is left to whoever asks.
        if not calls or any(self._is_for_host(call) for call in calls):
            self.is_over = True
            return ()
        if self._round >= self._max_rounds:
            raise ToolLimitError(
                f"the model still calls tools after {self._max_rounds} rounds",
                hint="allow more rounds, or look at what the tools return",
                response=response,
            )
        return calls

    def add_results(self, results: Iterable[ToolResult]) -> None:
        """Add what the tools returned: the next round begins."""
        with self._lock:
            if not self.is_over:
                for result in results:
                    self._history.add(result)
                self._round += 1

    def prepare(self, call: ToolCall) -> tuple[Callable[..., Any], dict[str, Any]] | ToolResult:
        """Return what to call, and with what; where the call is wrong, what the model is told."""
        tool = self._tools.get(call.name)
        if tool is None or tool.function is None:
            return ToolResult(call.id, "error: there is no tool of this name")
        try:
            return tool.function, tool.arguments(call)
        except (ValueError, RecursionError) as error:
            return ToolResult(call.id, f"error: {error}")

    def result(self, call: ToolCall, value: object) -> ToolResult:
        """Return what the model is told of what a tool returned."""
        return ToolResult(call.id, as_text(value, call.name))

    def failure(self, call: ToolCall, error: Exception) -> ToolResult:
        """Return what the model is told of a tool that failed, unless that is to be raised."""
        if self._raise_errors:
            if isinstance(error, StopIteration | StopAsyncIteration):
                # It would end the loop over the stream as if all were said.
                raise RuntimeError(f"the tool {call.name} raised {type(error).__name__}") from error
            raise error
        _log.warning("the tool %s failed: %s", call.name, type(error).__name__, exc_info=error)
        return ToolResult(call.id, f"error: {type(error).__name__}: {error}")

    def roll_back(self) -> None:
        """Make the history what it was before, unless the turn is over."""
        if self._process != os.getpid() or self._history.is_closed:
            return
        with self._lock:
            if not self.is_over:
                self.is_over = True
                self._history.truncate(self._before)

    def _is_for_host(self, call: ToolCall) -> bool:
        tool = self._tools.get(call.name)
        return tool is not None and tool.function is None
