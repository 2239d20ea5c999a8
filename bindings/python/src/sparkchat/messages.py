"""What a conversation is made of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .events import ToolCall
from .response import Response


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody said. An answer may have tool calls, with or without text."""

    role: Literal["system", "user", "assistant"]
    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a function returned, to the call with this id. It follows the answer that called."""

    call_id: str
    content: str
    """Any text; JSON is what models are used to."""


@dataclass(frozen=True, slots=True, repr=False)
class Image:
    """An image that the question behind it is about: its bytes, its path, or its URL.

    Hosted models that take images have JPEG, PNG, GIF, WebP and BMP files, any number of them for
    each question, over HTTP; what is given by URL (`Image("https://...")`), the service fetches
    itself. The model "image" takes one JPEG or PNG file, as the first message, over WebSocket. Its
    sides have at most 12,800 pixels, and it has 50 x 50 to 6000 x 6000 pixels in all.
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
"""A `str` is what the user says. A role is named by `Message("system", "Be brief.")`, by
`("system", "Be brief.")`, or by `{"role": "system", "content": "Be brief."}`: dicts have the shape
of OpenAI's messages. A `Response` is the assistant's answer as it came."""

Messages: TypeAlias = MessageLike | Iterable[MessageLike]
"""One message, or a conversation."""
