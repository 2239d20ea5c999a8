"""The messages of a conversation."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .events import ToolCall
from .response import Response


@dataclass(frozen=True, slots=True)
class Message:
    """A message. An answer may have tool calls, with or without text."""

    role: Literal["system", "user", "assistant"]
    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The result of the tool call with this id. It follows the answer that has the call."""

    call_id: str
    content: str
    """Any text; models are used to JSON."""


@dataclass(frozen=True, slots=True, repr=False)
class Image:
    """An image for the question that follows it: its bytes, its path, or its URL.

    Hosted models with images accept JPEG, PNG, GIF, WebP and BMP files over HTTP, any number per
    question; the service downloads a URL (`Image("https://...")`) itself. The model "image" accepts
    one JPEG or PNG file, as the first message, over WebSocket. Its sides have at most 12,800
    pixels, and it has 50 x 50 to 6000 x 6000 pixels in all.
    """

    source: bytes | str | os.PathLike[str]

    def __repr__(self) -> str:
        data = isinstance(self.source, bytes)
        return f"Image(<{len(self.source)} bytes>)" if data else f"Image({self.source!r})"  # type: ignore[arg-type]


PlainMessage: TypeAlias = Message | ToolResult | Image
"""A message in this package's own types."""

MessageLike: TypeAlias = (
    str | Message | ToolResult | Image | Response | tuple[str, str] | Mapping[str, Any]
)
"""A `str` is a user message. For other roles, use `Message("system", "Be brief.")`, `("system", "Be
brief.")`, or `{"role": "system", "content": "Be brief."}`: dicts have the format of OpenAI's
messages. A `Response` is the assistant's answer.
"""

Messages: TypeAlias = MessageLike | Iterable[MessageLike]
"""One message, or a conversation."""
