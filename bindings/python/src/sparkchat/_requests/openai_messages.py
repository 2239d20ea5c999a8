"""Messages in the shape of OpenAI's: dicts with role, content, tool_calls, tool_call_id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InvalidArgumentError
from ..events import ToolCall
from ..messages import Image, Message, PlainMessage, ToolResult
from .images import image_at

_KEYS = {
    "system": {"role", "content"},
    "user": {"role", "content"},
    "assistant": {"role", "content", "tool_calls"},
    # The name is often given as well; it follows from the call.
    "tool": {"role", "content", "tool_call_id", "name"},
}


def read_dict(message: Mapping[str, Any], where: str) -> list[PlainMessage]:
    """Return what a dict says. An image comes before the text of its message."""
    role = message.get("role")
    if role is None:
        raise InvalidArgumentError(f"{where} has no role")
    if not isinstance(role, str):
        raise TypeError(f"the role of {where} must be a str, not {type(role).__name__}")
    if role not in _KEYS:
        raise InvalidArgumentError(
            f"{where} has the role {role!r}", hint='use "system", "user", "assistant" or "tool"'
        )
    # None says nothing; leaving out anything else in silence would change what was said.
    unknown = {key for key, value in message.items() if value is not None} - _KEYS[role]
    if unknown:
        raise InvalidArgumentError(
            f"{where} has {_list(unknown)}, which cannot be sent",
            hint=f"use {_list(_KEYS[role])} only",
        )
    if role == "tool":
        call_id = _text(message.get("tool_call_id"), f"the tool_call_id of {where}")
        return [ToolResult(call_id, _content(message, where)[0])]
    if role == "assistant":
        return [_assistant(message, where)]
    text, images = _content(message, where)
    said = [Message("system" if role == "system" else "user", text)] if text or not images else []
    return [*images, *said]


def _assistant(message: Mapping[str, Any], where: str) -> Message:
    calls = message.get("tool_calls")
    if not calls:
        if "content" in message and message["content"] is None:
            raise InvalidArgumentError(
                f"{where} is an answer with neither content nor tool_calls",
                hint="leave it out: nothing was said",
            )
        return Message("assistant", _content(message, where)[0])
    if not isinstance(calls, Sequence) or isinstance(calls, str | bytes):
        raise TypeError(f"the tool_calls of {where} must be a list, not {type(calls).__name__}")
    read = tuple(_call(call, f"tool call {at} of {where}") for at, call in enumerate(calls))
    text = "" if message.get("content") is None else _content(message, where)[0]
    return Message("assistant", text, read)


def _call(call: object, where: str) -> ToolCall:
    if not isinstance(call, Mapping) or not isinstance(call.get("function"), Mapping):
        raise InvalidArgumentError(
            f"{where} is not a tool call",
            hint='use {"id": ..., "type": "function", "function": {"name": ..., "arguments": ...}}',
        )
    function = call["function"]
    return ToolCall(
        _text(call.get("id"), f"the id of {where}"),
        _text(function.get("name"), f"the name in {where}"),
        _text(function.get("arguments"), f"the arguments in {where}"),
    )


def _content(message: Mapping[str, Any], where: str) -> tuple[str, list[Image]]:
    """Return the text and the images of a message."""
    content = message.get("content")
    if "content" not in message:
        raise InvalidArgumentError(f"{where} has no content")
    if not isinstance(content, list | tuple):
        return _text(content, f"the content of {where}"), []
    texts, images = [], []
    for at, part in enumerate(content):
        place = f"part {at} of {where}"
        if not isinstance(part, Mapping):
            raise TypeError(f"{place} must be a dict, not {type(part).__name__}")
        kind = part.get("type")
        if kind == "text":
            texts.append(_text(part.get("text"), f"the text of {place}"))
        elif kind == "image_url" and message["role"] == "user":
            images.append(_image(part.get("image_url"), place))
        else:
            raise InvalidArgumentError(
                f"{place} has the type {kind!r}",
                hint='use "text", or "image_url" in a user message',
            )
    return "".join(texts), images


def _image(value: object, where: str) -> Image:
    url = _text(value.get("url") if isinstance(value, Mapping) else value, f"the URL in {where}")
    return image_at(url, where)


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a str, not {type(value).__name__}")
    return value


def _list(names: set[str]) -> str:
    return ", ".join(sorted(map(repr, names)))
