"""The functions behind the tools of a turn, and what the model is told of them."""

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
        """Return what to call, and with what; where the call is wrong, what the model is told."""
        tool = self._tools[call.name]
        assert tool.function is not None
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
