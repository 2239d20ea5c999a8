"""The content of a message: text, images, and placeholders for what cannot be sent."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import BaseMessage

from .._requests.content_parts import part_kind, placeholder, text_of
from .._requests.images import image_at, image_of
from ..errors import InvalidArgumentError
from ..messages import Image

_log = logging.getLogger("sparkchat.langchain")

# Calls are also in `tool_calls`; reasoning is not sent back; and the last one has no content.
_TOLD_ELSEWHERE = {
    "function_call",
    "invalid_tool_call",
    "reasoning",
    "redacted_thinking",
    "thinking",
    "tool_call",
    "tool_call_chunk",
    "tool_use",
    "toolUse",
    "reasoningContent",
    "cachePoint",
}
_IMAGES = {"image", "image_url", "input_image"}
_DEEPEST = 2


@dataclass
class Content:
    """The content of a message, sorted by kind."""

    text: str = ""
    images: list[Image] = field(default_factory=list)
    results: list[tuple[str, str]] = field(default_factory=list)
    """Tool results that are blocks, as Anthropic has them: id of the call, and text."""


def read_content(
    message: BaseMessage, where: str, *, is_question: bool, takes_images: bool
) -> Content:
    """Return the content of a message.

    Content that the service does not accept raises InvalidArgumentError in a question. In a
    history, which cannot be changed any more, a placeholder replaces it, with a warning in the log.
    """
    if isinstance(message.content, str):
        return Content(message.content)
    reader = _Reader(is_question=is_question, takes_images=takes_images)
    for at, block in enumerate(_blocks(message)):
        reader.add(block, f"block {at} of {where}")
    if reader.replaced:
        _log.warning(
            "%s: the service does not accept %s; placeholders are sent",
            where,
            ", ".join(dict.fromkeys(reader.replaced)),
        )
    return Content(reader.text(), reader.images, reader.results)


class _Reader:
    def __init__(self, *, is_question: bool, takes_images: bool) -> None:
        self._is_question = is_question
        self._takes_images = takes_images
        self._texts: list[str] = []
        self.images: list[Image] = []
        self.results: list[tuple[str, str]] = []
        self.replaced: list[str] = []

    def text(self) -> str:
        text = "".join(self._texts)
        # A placeholder ends with a newline.
        return text.rstrip("\n") if self.replaced else text

    def add(self, block: Any, where: str, depth: int = 0) -> None:
        if isinstance(block, str):
            self._texts.append(block)
            return
        kind = part_kind(block)
        if kind in _TOLD_ELSEWHERE:
            return
        if (text := text_of(block)) is not None:
            self._texts.append(text)
        elif kind in _IMAGES and self._takes_images:
            self._add_image(block, where)
        elif depth < _DEEPEST and (inside := _inside(block)):
            # Tool results and search results of other providers.
            self._add_inside(block, inside, where, depth)
        elif self._is_question:
            raise InvalidArgumentError(
                f"{where} has the type {kind!r}", hint="use text, or an image"
            )
        else:
            self._replace(block)

    def _add_inside(
        self, block: Mapping[str, Any], parts: list[Any], where: str, depth: int
    ) -> None:
        call_id = block.get("tool_use_id")
        is_result = block.get("type") == "tool_result" and isinstance(call_id, str)
        reader = _Reader(is_question=False, takes_images=False) if is_result else self
        for part in parts:
            reader.add(part, where, depth + 1)
        if is_result:
            self.results.append((str(call_id), reader.text()))
            self.replaced += reader.replaced

    def _add_image(self, block: Mapping[str, Any], where: str) -> None:
        try:
            self.images.append(_image(block, where))
        except InvalidArgumentError:
            if self._is_question:
                raise
            self._replace(block)

    def _replace(self, block: Mapping[str, Any]) -> None:
        self.replaced.append(part_kind(block))
        begins_line = not self._texts or self._texts[-1].endswith("\n")
        self._texts.append(f"{'' if begins_line else chr(10)}{placeholder(block)}\n")


def _blocks(message: BaseMessage) -> Iterator[Any]:
    """Return blocks in LangChain's standard form if they have one, and unchanged otherwise."""
    try:
        blocks: Sequence[Any] = message.content_blocks
    except Exception as error:
        # LangChain's translators only know the blocks of their own providers.
        _log.debug("content blocks that LangChain does not read: %s", type(error).__name__)
        blocks = message.content
    for block in blocks:
        inner = block.get("value") if isinstance(block, dict) else None
        is_foreign = isinstance(inner, Mapping) and block.get("type") == "non_standard"
        yield inner if is_foreign else block


def _inside(block: Mapping[str, Any]) -> list[Any]:
    content = block.get("content")
    if isinstance(content, str):
        return [content]
    if not isinstance(content, list):
        return []
    return [part for part in content if isinstance(part, str | Mapping)]


def _image(block: Mapping[str, Any], where: str) -> Image:
    data, url = block.get("base64"), block.get("url", block.get("image_url"))
    if isinstance(url, Mapping):
        url = url.get("url")
    if isinstance(data, str):
        return image_of(data, where)
    if isinstance(url, str):
        return image_at(url, where)
    raise InvalidArgumentError(
        f"{where} is an image without data or a URL", hint="pass it as base64, or by its URL"
    )
