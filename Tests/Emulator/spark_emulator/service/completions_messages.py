"""Reads the `messages` of an HTTP request."""

from __future__ import annotations

from dataclasses import replace

from . import schema
from .models import Family, Form, Model
from .pictures import Picture, read_picture_url
from .request import Json, Message

_ROLES = ("system", "user", "assistant", "tool")


def read_messages(body: Json, model: Model) -> tuple[Message, ...]:
    """Read the messages of a conversation. Results of functions at its end become the question."""
    items = body.get("messages")
    if "messages" not in body:
        schema.fail("$.messages", "is required")
    if not isinstance(items, list):
        schema.fail("$.messages", "type must be array")
    if not items:
        schema.fail("$.messages", "length must be larger than 0")
    messages: list[Message] = []
    # The calls of the previous assistant message, by id, to which a result may belong.
    calls: dict[str, str] = {}
    for position, item in enumerate(items):
        place = f"$.messages[{position}]"
        if not isinstance(item, dict):
            schema.fail(place, "type must be object")
        role = schema.string(item, "role", place, required=True)
        if role not in _ROLES:
            schema.fail(f"{place}.role", "value is invalid")
        if role == "tool":
            content, picture = _result(item, model, calls, place), None
            if messages[-1].role == "tool":
                content = f"{messages.pop().content}\n{content}"
        else:
            calls = _calls(item, place) if role == "assistant" else {}
            content, picture = _content(item, model, place, may_be_null=bool(calls))
        names = tuple(calls.values()) if role == "assistant" else ()
        messages.append(Message(role, content, picture, names))
    if messages[-1].role not in ("user", "tool"):
        schema.fail(f"$.messages[{len(items) - 1}].role", "value must be user in the last message")
    if messages[-1].role == "tool":
        messages[-1] = replace(messages[-1], role="user")
    return tuple(messages)


def _result(item: Json, model: Model, calls: dict[str, str], place: str) -> str:
    """Return a function's result as the text that a WebSocket client would send."""
    call_id = schema.string(item, "tool_call_id", place, required=True)
    if not calls:
        schema.fail(f"{place}.role", "value must follow a message with tool_calls")
    if call_id not in calls:
        schema.fail(f"{place}.tool_call_id", "value is not the id of a call")
    content, _ = _content(item, model, place)
    return f"{calls[call_id]} returned {content}"


def _calls(item: Json, place: str) -> dict[str, str]:
    """Return the names of the functions that an assistant message calls, by call id."""
    calls = item.get("tool_calls")
    if calls is None:
        return {}
    place = f"{place}.tool_calls"
    # The service itself sends one call as an object, and so accepts that form.
    listed = [calls] if isinstance(calls, dict) else calls
    if not isinstance(listed, list):
        schema.fail(place, "type must be array")
    names = {}
    for position, call in enumerate(listed):
        where = f"{place}[{position}]"
        if not isinstance(call, dict):
            schema.fail(where, "type must be object")
        function = schema.member(call, "function", where)
        schema.string(function, "arguments", f"{where}.function", required=True)
        name = schema.string(function, "name", f"{where}.function", required=True)
        names[schema.string(call, "id", where, required=True)] = name
    return names


def _content(
    item: Json, model: Model, place: str, *, may_be_null: bool = False
) -> tuple[str, Picture | None]:
    """Return the text and the first image of a message."""
    content = item.get("content")
    if content is None and may_be_null:
        return "", None
    if isinstance(content, list) and (model.family is Family.X25 or model.form is Form.HOSTED):
        sees = model.images and item["role"] == "user"
        parts = [_part(p, f"{place}.content[{n}]", sees=sees) for n, p in enumerate(content)]
        pictures = [part for part in parts if isinstance(part, Picture)]
        text = "".join(part for part in parts if isinstance(part, str))
        return text, next(iter(pictures), None)
    if not isinstance(content, str):
        schema.fail(f"{place}.content", "type must be string")
    return content, None


def _part(part: object, place: str, *, sees: bool) -> str | Picture:
    if not isinstance(part, dict):
        schema.fail(place, "type must be object")
    kind = part.get("type")
    if kind == "image_url" and sees:
        image = schema.member(part, "image_url", place)
        url = schema.string(image, "url", f"{place}.image_url", required=True)
        return read_picture_url(url, f"{place}.image_url.url")
    if kind != "text":
        schema.fail(f"{place}.type", "value is invalid")
    return schema.string(part, "text", place, required=True)
