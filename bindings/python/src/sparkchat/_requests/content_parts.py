"""The content of a message: a text, or a list of parts as in other clients and services."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._capi.strings import checked
from ..errors import InvalidArgumentError
from ..messages import Image
from .images import image_at, image_of

_log = logging.getLogger("sparkchat.messages")
_TEXTS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}
# Services do not expect reasoning to be sent back.
_REASONING = ("thinking", "redacted_thinking", "reasoning", "reasoning_content")
_NAMES = ("filename", "title", "name")
_IMAGES = ("image_url", "input_image", "image")
_DEEPEST = 2


@dataclass
class Content:
    """The content of a message, sorted by kind."""

    text: str = ""
    images: list[Image] = field(default_factory=list)
    calls: list[Any] = field(default_factory=list)
    """Tool calls among the parts, as in Anthropic's messages."""
    results: list[tuple[Any, Content]] = field(default_factory=list)
    """The ids of calls, and the results of their tools."""


def dumped(value: Any) -> Any:
    """Return an object of another package as a dict, and anything else as it is."""
    dump = getattr(value, "model_dump", None)
    return value if dump is None or isinstance(value, Mapping | type) else dump()


def read_content(message: Mapping[str, Any], role: str, where: str, *, is_past: bool) -> Content:
    """Return the content of a message.

    `is_past`: parts that cannot be sent become placeholders. InvalidArgumentError: a part cannot be
    sent, and `is_past` is False.
    """
    content = message.get("content")
    if role == "assistant" and content is None:
        return Content(_spoken(message))
    if "content" not in message:
        raise InvalidArgumentError(f"{where} has no content")
    if isinstance(content, Mapping):
        # The result of a tool, or a single part.
        is_part = "type" in content or text_of(content) is not None
        content = [content] if is_part else [{"json": content}]
    if not isinstance(content, list | tuple):
        return Content(checked(f"the content of {where}", content))
    read = Content()
    for at, part in enumerate(content):
        _add(part, read, role, f"part {at} of {where}", is_past=is_past)
    return read


def placeholder(part: Mapping[str, Any]) -> str:
    """Return a short placeholder with the kind and the name of a part."""
    places = [part, part.get("file"), part.get("extras")]
    names = (place.get(key) for place in places if isinstance(place, Mapping) for key in _NAMES)
    name = next((name for name in names if isinstance(name, str) and name.strip()), None)
    kind = part_kind(part).removeprefix("input_").removesuffix("_url")
    return f"[{kind}]" if name is None else f"[{kind}: {' '.join(name.split())[:80]}]"


def part_kind(part: Mapping[str, Any]) -> str:
    """Return the type of a part. In Bedrock's parts, it is the only key."""
    kind = part.get("type")
    return str(next(iter(part)) if kind is None and len(part) == 1 else kind or "part")[:40]


def text_of(part: Mapping[str, Any]) -> str | None:
    """Return the text of a part in any client's format; None if it has none."""
    for key in ("text", "refusal"):
        if isinstance(text := part.get(key), str):
            return text
        if part.get("type") == key:
            return ""
    if "json" in part and part.get("type") in (None, "json"):
        return json.dumps(part["json"], ensure_ascii=False, default=str)
    for key, inside in (("resource", "text"), ("source", "data")):
        # The Model Context Protocol, and Anthropic.
        place = part.get(key)
        if isinstance(place, Mapping) and place.get("type") in (None, "text"):
            text = place.get(inside)
            if isinstance(text, str):
                return text
    return None


def _add(
    part: Any, content: Content, role: str, where: str, *, is_past: bool, depth: int = 0
) -> None:
    if isinstance(part, str):
        content.text += part
        return
    part = dumped(part)
    if not isinstance(part, Mapping):
        raise TypeError(f"{where} must be a dict, not {type(part).__name__}")
    kind = part.get("type")
    if kind in _TEXTS:
        content.text += checked(f"the {_TEXTS[kind]} of {where}", part.get(_TEXTS[kind]))
    elif kind not in _REASONING and (text := text_of(part)) is not None:
        content.text += text
    elif kind in _IMAGES and role == "user" and (image := _image(part, where)) is not None:
        content.images.append(image)
    elif kind == "tool_use" and role == "assistant":
        content.calls.append({**part, "arguments": part.get("input")})
    elif kind == "tool_result" and role == "user":
        returned = {"content": part.get("content") or ""}
        result = read_content(returned, "tool", where, is_past=True)
        content.results.append((part.get("tool_use_id"), result))
    elif kind in _REASONING:
        _log.debug("%s is reasoning: left out", where)
    elif depth < _DEEPEST and isinstance(inside := part.get("content"), str | list):
        # Search results and documents.
        for inner in [inside] if isinstance(inside, str) else inside:
            _add(inner, content, role, where, is_past=is_past, depth=depth + 1)
    elif is_past:
        word = placeholder(part)
        _log.warning("%s cannot be sent: replaced with %s", where, word)
        content.text += word
    else:
        raise InvalidArgumentError(
            f"{where} has the type {kind!r}",
            hint='use "text", or "image_url" in a user message',
        )


def _image(part: Mapping[str, Any], where: str) -> Image | None:
    """Return the image of a part; None if only another service has the image."""
    value = part.get("image_url")
    url = value.get("url") if isinstance(value, Mapping) else value
    source = part.get("source")
    if url is None and isinstance(source, Mapping):
        if source.get("type") == "base64":
            return image_of(checked(f"the data in {where}", source.get("data")), where)
        url = source.get("url")
    if url is None and part.get("type") != "image_url":
        return None
    return image_at(checked(f"the URL in {where}", url), where)


def _spoken(message: Mapping[str, Any]) -> str:
    """Return the text of an answer without content: a refusal, or a transcript."""
    audio = message.get("audio")
    spoken = audio.get("transcript") if isinstance(audio, Mapping) else None
    said = message.get("refusal") or spoken or ""
    return checked("the refusal of an answer", said)
