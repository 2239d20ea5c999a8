"""Runs the functions of a turn's tools, and turns their results into text for the model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..events import ToolCall
from ..messages import ToolResult
from ..tools import Tool, as_text

_log = logging.getLogger("sparkchat.tools")


class Toolbox:
    """Tools by name."""

    __slots__ = ("_raise_errors", "_tools")

    def __init__(self, tools: Iterable[Tool], *, raise_errors: bool) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._raise_errors = raise_errors

    def runnable(self, calls: Iterable[ToolCall]) -> Sequence[ToolCall]:
        """Return the calls of tools that have a function."""
        return [
            call
            for call in calls
            if (tool := self._tools.get(call.name)) is not None and tool.function is not None
        ]

    def prepare(self, call: ToolCall) -> tuple[Callable[..., Any], dict[str, Any]] | ToolResult:
        """Return the function and its arguments, or, for a wrong call, a result for the model."""
        tool = self._tools[call.name]
        assert tool.function is not None
        try:
            return tool.function, tool.arguments(call)
        except (ValueError, RecursionError) as error:
            return ToolResult(call.id, f"error: {error}")

    def result(self, call: ToolCall, value: object) -> ToolResult:
        """Return the value of a tool as a result for the model."""
        return ToolResult(call.id, as_text(value, call.name))

    def failure(self, call: ToolCall, error: Exception) -> ToolResult:
        """Return the failure of a tool as a result for the model, or raise it if so configured."""
        if self._raise_errors:
            if isinstance(error, StopIteration | StopAsyncIteration):
                # It would end the loop over the stream like a complete answer.
                raise RuntimeError(f"the tool {call.name} raised {type(error).__name__}") from error
            raise error
        _log.warning("the tool %s failed: %s", call.name, type(error).__name__, exc_info=error)
        return ToolResult(call.id, f"error: {type(error).__name__}: {error}")
