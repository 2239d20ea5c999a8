"""The content of a message: text, images, and a word for what the service does not take."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.messages import BaseMessage

from .._requests.images import image_at, image_of
from .._schema.json_values import whole_text
from ..errors import InvalidArgumentError
from ..messages import Image

_log = logging.getLogger("sparkchat.langchain")

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
_IMAGES = {"image", "image_url", "input_image"}
_TEXTS = ("text", "refusal")
_NAMES = ("filename", "title", "name")


def read_content(
    message: BaseMessage, where: str, *, is_question: bool, takes_images: bool
) -> tuple[str, list[Image]]:
    """Return the text and the images of a message.

    What the service does not take is an InvalidArgumentError in a question. In a history, which
    nobody can change, a placeholder takes its place, with a warning in the log.
    """
    if isinstance(message.content, str):
        return whole_text(message.content), []
    content = _Content(where, is_question=is_question, takes_images=takes_images)
    for at, block in enumerate(_blocks(message)):
        content.add(block, f"block {at} of {where}")
    if content.replaced:
        _log.warning(
            "%s: the service does not take %s; placeholders are sent",
            where,
            ", ".join(dict.fromkeys(content.replaced)),
        )
    return whole_text("".join(content.texts)).rstrip("\n" if content.replaced else ""), (
        content.images
    )


def placeholder(block: Mapping[str, Any]) -> str:
    """Return a word for a block: what it is, and what it is called."""
    kind = str(block.get("type") or "content")
    extras = block.get("extras")
    places = [block, extras] if isinstance(extras, Mapping) else [block]
    names = (place.get(key) for place in places for key in _NAMES)
    name = next((name for name in names if isinstance(name, str) and name.strip()), None)
    return f"[{kind}]" if name is None else f"[{kind}: {' '.join(name.split())[:80]}]"


class _Content:
    def __init__(self, where: str, *, is_question: bool, takes_images: bool) -> None:
        self._is_question = is_question
        self._takes_images = takes_images
        self.texts: list[str] = []
        self.images: list[Image] = []
        self.replaced: list[str] = []

    def add(self, block: Any, where: str, depth: int = 0) -> None:
        if isinstance(block, str):
            self.texts.append(block)
            return
        kind = block.get("type")
        if kind in _TOLD_ELSEWHERE:
            return
        if (text := _text(block)) is not None:
            self.texts.append(text)
        elif kind in _IMAGES and self._takes_images:
            self._add_image(block, where)
        elif depth < 2 and (inside := _inside(block)):
            # Results of tools and of searches, as other providers have them.
            for part in inside:
                self.add(part, where, depth + 1)
        elif self._is_question:
            raise InvalidArgumentError(
                f"{where} has the type {kind!r}", hint="use text, or an image"
            )
        else:
            self._replace(block)

    def _add_image(self, block: Mapping[str, Any], where: str) -> None:
        try:
            self.images.append(_image(block, where))
        except InvalidArgumentError:
            if self._is_question:
                raise
            self._replace(block)

    def _replace(self, block: Mapping[str, Any]) -> None:
        self.replaced.append(str(block.get("type")))
        begins_line = not self.texts or self.texts[-1].endswith("\n")
        self.texts.append(f"{'' if begins_line else chr(10)}{placeholder(block)}\n")


def _blocks(message: BaseMessage) -> Iterator[Any]:
    """Return blocks in LangChain's standard form where it knows them, and as they are elsewhere."""
    try:
        blocks: Sequence[Any] = message.content_blocks
    except Exception as error:
        # Its translators know the blocks of their providers, and no others.
        _log.debug("content blocks that LangChain does not read: %s", type(error).__name__)
        blocks = message.content
    for block in blocks:
        inner = block.get("value") if isinstance(block, dict) else None
        is_foreign = isinstance(inner, Mapping) and block.get("type") == "non_standard"
        yield inner if is_foreign else block


def _text(block: Mapping[str, Any]) -> str | None:
    for key in _TEXTS:
        if isinstance(text := block.get(key), str):
            return text
    if "json" in block and block.get("type") in (None, "json"):
        return json.dumps(block["json"], ensure_ascii=False, default=str)
    return None


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
        f"{where} is an image that is not here", hint="give it as base64, or by its URL"
    )
