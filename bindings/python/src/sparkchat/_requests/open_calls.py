"""Finds the call of each result in a history: results name it by id, by name, or not at all."""

from __future__ import annotations

from collections.abc import Iterable

from .._capi.strings import checked
from ..errors import InvalidArgumentError
from ..events import ToolCall
from ..messages import Message, PlainMessage, ToolResult


class OpenCalls:
    """The calls without results so far, and new ids for calls without one."""

    def __init__(self) -> None:
        self._open: list[ToolCall] = []
        self._made = 0

    def see(self, messages: Iterable[PlainMessage]) -> None:
        """Record messages that were read."""
        for message in messages:
            if isinstance(message, ToolResult):
                self._open = [call for call in self._open if call.id != message.call_id]
            elif isinstance(message, Message):
                self._open += message.tool_calls

    def id_of_call(self, given: object, where: str) -> str:
        """Return the id of a call: its own, or a new one."""
        if given is not None and given != "":
            return checked(f"the id of {where}", given)
        self._made += 1
        return f"call_without_id_{self._made}"

    def id_of_result(self, given: object, name: object, where: str) -> str:
        """Return the id of the call for a result.

        InvalidArgumentError: the result has no id, and not exactly one call fits.
        """
        if given is not None and given != "":
            return checked(f"the tool_call_id of {where}", given)
        meant = [call.id for call in self._open if not name or call.name == name]
        if len(meant) != 1:
            many = "several tool calls wait" if meant else "no tool call waits"
            raise InvalidArgumentError(
                f"{where} has no tool_call_id, and {many} for a result",
                hint="give it the id of its tool call",
            )
        return meant[0]
