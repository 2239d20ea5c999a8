"""Reads messages of other clients: dicts with role and content, and objects that dump to these.

This includes OpenAI's chat completions, their older form, items of its Responses, and additions of
other clients. Content is never lost silently. Metadata is left out, and logged.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ..errors import InvalidArgumentError
from ..events import ToolCall
from ..messages import Message, PlainMessage, ToolResult
from .content_parts import Content, dumped, read_content
from .open_calls import OpenCalls

_log = logging.getLogger("sparkchat.messages")
_ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "tool": "tool",
    "function": "tool",
    # LangChain's chunks, from streams.
    "SystemMessageChunk": "system",
    "HumanMessageChunk": "user",
    "AIMessageChunk": "assistant",
    "ToolMessageChunk": "tool",
}
_SAYING = {
    "system": {"role", "type", "content"},
    "user": {"role", "type", "content"},
    "assistant": {
        *("role", "type", "content", "tool_calls", "function_call", "refusal", "audio"),
        "invalid_tool_calls",
    },
    "tool": {"role", "type", "content", "tool_call_id", "name"},
}
# Metadata that clients and services add to a message. Reasoning is not sent again.
_ABOUT = {
    *("additional_kwargs", "annotations", "artifact", "cache_control", "created_at", "id", "index"),
    *("chunk_position", "container", "context_management", "example", "metadata", "model", "name"),
    *("object", "parsed", "phase", "provider_specific_fields", "reasoning", "reasoning_content"),
    *("reasoning_details", "response_metadata", "status", "stop_details", "stop_reason"),
    *("stop_sequence", "thinking", "thinking_blocks", "tool_call_chunks", "usage"),
    "usage_metadata",
}


class MessageReader:
    """Reads the messages of one conversation, in their order."""

    def __init__(self, results: Collection[object]) -> None:
        self._results = results
        """The ids of calls that have a result."""
        self.calls = OpenCalls()

    def read(self, message: Mapping[str, Any], where: str, *, is_past: bool) -> list[PlainMessage]:
        """Return the messages of a dict.

        An image comes before the text of its message. `is_past`: the assistant has answered it.
        Parts that cannot be sent then become short placeholders, so that a history from elsewhere
        can continue; in a question, they are an error.
        """
        if "role" not in message:
            for inner in _wrapped(message):
                return self.read(inner, where, is_past=is_past)
            if (item := self._item(message, where)) is not None:
                return item
        role = _role(message, where)
        _check_keys(message, role, where)
        content = read_content(message, role, where, is_past=is_past or role in _ANSWERING)
        if role == "tool":
            return [self._result(message.get("tool_call_id"), message.get("name"), content, where)]
        results = [self._result(call_id, None, of, where) for call_id, of in content.results]
        if role == "assistant":
            return self._answer(message, content, where)
        is_said = content.text or not (content.images or results)
        said = Message("system" if role == "system" else "user", content.text)
        return [*results, *content.images, *([said] if is_said else [])]

    def _answer(
        self, message: Mapping[str, Any], content: Content, where: str
    ) -> list[PlainMessage]:
        calls = message.get("tool_calls") or []
        if not isinstance(calls, Sequence) or isinstance(calls, str | bytes):
            raise TypeError(f"the tool_calls of {where} must be a list, not {type(calls).__name__}")
        if older := message.get("function_call"):
            calls = [*calls, {"function": older}]
        # A model's mistake that its result explains; services require valid arguments.
        invalid = [{**call, "args": {}} for call in message.get("invalid_tool_calls") or []]
        told = [call for call in invalid if call.get("id") in self._results]
        calls = [*content.calls, *calls, *told]
        read = tuple(
            self._call(call, f"tool call {at} of {where}") for at, call in enumerate(calls)
        )
        if not content.text and not read:
            _log.info("%s is an empty answer: left out", where)
            return []
        return [Message("assistant", content.text, read)]

    def _item(self, item: Mapping[str, Any], where: str) -> list[PlainMessage] | None:
        """Return the messages of an item of OpenAI's Responses; None for any other dict."""
        kind = item.get("type")
        if kind == "function_call":
            call = {"id": item.get("call_id"), "function": item}
            return [Message("assistant", "", (self._call(call, where),))]
        if kind == "function_call_output":
            content = read_content({"content": item.get("output")}, "tool", where, is_past=True)
            return [self._result(item.get("call_id"), None, content, where)]
        if kind == "reasoning":
            return []
        return None

    def _result(self, call_id: object, name: object, content: Content, where: str) -> ToolResult:
        return ToolResult(self.calls.id_of_result(call_id, name, where), content.text)

    def _call(self, call: object, where: str) -> ToolCall:
        call = dumped(call)
        function = dumped(call.get("function", call)) if isinstance(call, Mapping) else None
        if isinstance(call, Mapping) and isinstance(custom := call.get("custom"), Mapping):
            function = {**custom, "arguments": {"input": custom.get("input")}}
        if not isinstance(call, Mapping) or not isinstance(function, Mapping):
            raise _no_call(where)
        name = function.get("name")
        if not isinstance(name, str) or not name:
            raise _no_call(where)
        arguments = function.get("arguments", function.get("args"))
        call_id = self.calls.id_of_call(call.get("id"), where)
        return ToolCall(call_id, name, _arguments(arguments, where))


_ANSWERING = ("assistant", "tool")


def _wrapped(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return the message of a whole completion, or of a choice."""
    choices = message.get("choices")
    choice = choices[0] if isinstance(choices, Sequence) and choices else message
    inner = dumped(choice.get("message")) if isinstance(choice, Mapping) else None
    if isinstance(inner, Mapping):
        yield inner


def _role(message: Mapping[str, Any], where: str) -> str:
    # LangChain's messages have a type instead.
    role = message.get("role") or message.get("type")
    if role is None:
        raise InvalidArgumentError(f"{where} has no role")
    if not isinstance(role, str):
        raise TypeError(f"the role of {where} must be a str, not {type(role).__name__}")
    if role not in _ROLES:
        raise InvalidArgumentError(
            f"{where} has the role {role!r}", hint='use "system", "user", "assistant" or "tool"'
        )
    return _ROLES[role]


def _check_keys(message: Mapping[str, Any], role: str, where: str) -> None:
    # None and empty values can be ignored.
    said = {key for key, value in message.items() if value not in (None, "", [], {}, False)}
    if about := (said & _ABOUT) - _SAYING[role]:
        _log.debug("%s: left out %s", where, _list(about))
    if unknown := said - _SAYING[role] - _ABOUT:
        raise InvalidArgumentError(
            f"{where} has {_list(unknown)}, which cannot be sent",
            hint=f"use {_list(_SAYING[role] - {'type'})} only",
        )


def _arguments(arguments: object, where: str) -> str:
    arguments = dumped(arguments)
    if arguments is None:
        return "{}"
    if isinstance(arguments, Mapping):
        return json.dumps(dict(arguments), ensure_ascii=False)
    if not isinstance(arguments, str):
        kind = type(arguments).__name__
        raise TypeError(f"the arguments in {where} must be a str or a dict, not {kind}")
    return arguments


def _no_call(where: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"{where} is not a tool call",
        hint='use {"id": ..., "type": "function", "function": {"name": ..., "arguments": ...}}',
    )


def _list(names: set[str]) -> str:
    return ", ".join(sorted(map(repr, names)))
