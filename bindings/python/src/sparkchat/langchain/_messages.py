"""LangChain's messages, made into ours. Nothing that was said is left out in silence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from .._requests.images import image_at, image_of
from ..errors import InvalidArgumentError
from ..events import ToolCall
from ..messages import Image, Message, PlainMessage, ToolResult
from ._calls import arguments_of

_ROLES = {"human": "user", "ai": "assistant"}
# Calls are in `tool_calls` as well; what a model thought is not for sending back.
_TOLD_ELSEWHERE = {
    "function_call",
    "invalid_tool_call",
    "reasoning",
    "redacted_thinking",
    "thinking",
    "tool_call",
    "tool_call_chunk",
    "tool_use",
}


def plain_messages(messages: Sequence[BaseMessage]) -> list[PlainMessage]:
    """Return a conversation in our own types. The system messages it begins with become one."""
    reader = _Reader()
    for at, message in enumerate(messages):
        reader.read(message, f"message {at}")
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found: list[PlainMessage] = []
        # Calls whose results are told by name, as FunctionMessage does: name and id.
        self._calls: list[tuple[str, str]] = []

    def read(self, message: BaseMessage, where: str) -> None:
        role = _role(message, where)
        if role == "tool":
            self._read_result(message, where)
        elif role == "assistant":
            self._read_answer(message, where)
        elif role == "system":
            self._read_system(_text(message, where))
        else:
            text, images = _content(message, where)
            self.found += images
            if text or not images:
                self.found.append(Message("user", text))

    def _read_system(self, text: str) -> None:
        before = self.found[0] if len(self.found) == 1 else None
        if isinstance(before, Message) and before.role == "system":
            self.found = [Message("system", f"{before.content}\n\n{text}")]
        else:
            self.found.append(Message("system", text))

    def _read_answer(self, message: BaseMessage, where: str) -> None:
        calls = tuple(self._read_calls(message))
        text = _text(message, where)
        # An answer without anything has nothing to tell, and the service refuses it.
        if text or calls:
            self.found.append(Message("assistant", text, calls))

    def _read_calls(self, message: BaseMessage) -> list[ToolCall]:
        calls: list[ToolCall] = []
        if isinstance(message, AIMessage):
            calls += [
                ToolCall(
                    call["id"] or self._new_id(),
                    call["name"],
                    json.dumps(call["args"], ensure_ascii=False),
                )
                for call in message.tool_calls
            ]
            calls += [
                ToolCall(call["id"] or self._new_id(), call["name"] or "", arguments_of(call))
                for call in message.invalid_tool_calls
            ]
        old = message.additional_kwargs.get("function_call")
        if old and not calls:
            calls = [ToolCall(self._new_id(), old["name"], old["arguments"])]
        self._calls += [(call.name, call.id) for call in calls]
        return calls

    def _read_result(self, message: BaseMessage, where: str) -> None:
        if isinstance(message, ToolMessage):
            call_id = message.tool_call_id
        else:
            named = [id for name, id in self._calls if name == message.name]
            if not named:
                raise InvalidArgumentError(
                    f"{where} is the result of {message.name!r}, which was not called",
                    hint="put the answer that calls it in front",
                )
            call_id = named[0]
        self._calls = [(name, id) for name, id in self._calls if id != call_id]
        self.found.append(ToolResult(call_id, _text(message, where)))

    def _new_id(self) -> str:
        return f"call_{len(self.found)}_{len(self._calls)}"


def _role(message: BaseMessage, where: str) -> str:
    if isinstance(message, ChatMessage):
        role = _ROLES.get(message.role, message.role)
        if role in ("system", "user", "assistant"):
            return role
        raise InvalidArgumentError(
            f"{where} has the role {message.role!r}",
            hint='use "system", "user" or "assistant", or a ToolMessage',
        )
    if isinstance(message, HumanMessage):
        return "user"
    if isinstance(message, AIMessage):
        return "assistant"
    if isinstance(message, SystemMessage):
        return "system"
    if isinstance(message, ToolMessage | FunctionMessage):
        return "tool"
    raise InvalidArgumentError(f"{where} is a {type(message).__name__}, which cannot be sent")


def _text(message: BaseMessage, where: str) -> str:
    text, images = _content(message, where)
    if images:
        raise InvalidArgumentError(
            f"{where} has an image", hint="the service takes images from the user only"
        )
    return text


def _content(message: BaseMessage, where: str) -> tuple[str, list[Image]]:
    """Return the text and the images of a message."""
    if isinstance(message.content, str):
        return message.content, []
    texts: list[str] = []
    images: list[Image] = []
    for at, block in enumerate(message.content_blocks):
        kind: str = block["type"]
        if kind == "non_standard":
            kind = str(block["value"].get("type"))  # type: ignore[typeddict-item]
        if kind == "text":
            texts.append(block["text"])  # type: ignore[typeddict-item]
        elif kind == "image":
            images.append(_image(block, f"block {at} of {where}"))
        elif kind not in _TOLD_ELSEWHERE or not isinstance(message, AIMessage):
            raise InvalidArgumentError(
                f"block {at} of {where} has the type {kind!r}", hint="use text, or an image"
            )
    return "".join(texts), images


def _image(block: Any, where: str) -> Image:
    data, url = block.get("base64"), block.get("url")
    if data is None and url is None:
        raise InvalidArgumentError(
            f"{where} is an image that is not here", hint="give it as base64, or by its URL"
        )
    return image_at(url, where) if data is None else image_of(data, where)
