"""Writes options and messages into the library's request."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from ctypes import byref
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .._capi import functions, types, values
from .._capi.failures import check
from .._capi.handle import Handle
from .._capi.strings import encode, encode_any
from ..enums import ResponseFormat, Role, Search, Thinking, ToolChoice
from ..errors import InvalidArgumentError
from ..messages import Image, PlainMessage, ToolResult
from ..options import PlainOptions
from ..tools import Tool, tools_of
from .images import image_at, is_address

# Converters by type, for options whose setter has the same name; `_SPECIAL` has precedence.
_BY_TYPE = {
    float: values.real,
    int: values.integer,
    str: values.text,
    bool: values.flag,
}
_SPECIAL = {"thinking": values.switch(Thinking)}
# One setter handles both.
_SEARCH = {"search", "references"}


def _converter(name: str, hint: Any) -> Callable[[str, Any], Any]:
    kind, *_ = get_args(hint)
    if get_origin(kind) is Literal:
        kind = str
    return _SPECIAL.get(name) or _BY_TYPE[kind]


_SIMPLE = {
    name: (getattr(functions, f"request_set_{name}"), _converter(name, hint))
    for name, hint in get_type_hints(PlainOptions).items()
    if name not in _SEARCH
}
_search = values.switch(Search)
_format = values.choice(ResponseFormat)
ROLES: dict[Literal["system", "user", "assistant"], Role] = {
    "system": Role.SYSTEM,
    "user": Role.USER,
    "assistant": Role.ASSISTANT,
}
_CHOICES = {str(choice): choice for choice in ToolChoice if choice != ToolChoice.NAMED}

Request = Handle[types.Request]


def new_request(options: Mapping[str, Any], messages: Iterable[PlainMessage] = ()) -> Request:
    """Return a request with options and messages."""
    request = Handle(functions.request_new(), functions.request_free)
    set_options(request, options)
    for message in messages:
        _add(request, message)
    return request


def set_options(request: Request, options: Mapping[str, Any]) -> None:
    """Set options, replacing those that are set already; tools are added."""
    for name, value in options.items():
        if name in _SIMPLE:
            setter, convert = _SIMPLE[name]
            _call(setter, request, convert(name, value))
    references = values.flag("references", options.get("references", False))
    if "search" in options or references:
        search = _search("search", options["search"]) if "search" in options else Search.NORMAL
        _call(functions.request_set_web_search, request, search, references)
    for tool in tools_of(options.get("tools", ())):
        _add_tool(request, tool)
    if "tool_choice" in options:
        called = values.text("tool_choice", _name_of(options["tool_choice"]))
        choice = _CHOICES.get(called.decode(), ToolChoice.NAMED)
        _call(functions.request_set_tool_choice, request, choice, called)
    for sequence in _sequences(options.get("stop", ())):
        data = values.text("stop", sequence)
        _call(functions.request_add_stop_sequence, request, data)
    if "response_format" in options:
        form = _response_format(options["response_format"])
        _call(functions.request_set_response_format, request, form)
    if "extra" in options:
        data = values.json_object("extra", options["extra"])
        _call(functions.request_set_extra_json, request, data, len(data))


def _call(setter: Callable[..., Any], request: Request, *values: Any) -> None:
    error = types.ErrorPointer()
    check(setter(request.pointer, *values, byref(error)), error)


def _add(request: Request, message: PlainMessage) -> None:
    if isinstance(message, Image):
        return _add_image(request, message.source)
    if isinstance(message, ToolResult):
        call_id = encode("the call's id", message.call_id)
        data = encode_any("the tool's result", message.content)
        return _call(functions.request_add_tool_result, request, call_id, data, len(data))
    if message.tool_calls and message.role != "assistant":
        raise InvalidArgumentError(
            f"the {message.role} message has tool calls",
            hint="only assistant messages can have them",
        )
    if message.content or not message.tool_calls:
        data = encode_any(f"the {message.role} message", message.content)
        _call(functions.request_add_message, request, ROLES[message.role], data, len(data))
    for call in message.tool_calls:
        data = encode_any("the arguments of the tool call", call.arguments)
        _call(
            functions.request_add_tool_call,
            request,
            encode("the call's id", call.id),
            encode("the name of the called tool", call.name),
            data,
            len(data),
        )
    return None


def _add_image(request: Request, source: object) -> None:
    if isinstance(source, str) and source.startswith("data:"):
        source = image_at(source, "the message").source
    if isinstance(source, bytes):
        _call(functions.request_add_image, request, source, len(source))
    elif isinstance(source, str) and is_address(source):
        _call(functions.request_add_image_url, request, encode("the image's URL", source))
    elif isinstance(source, str | os.PathLike):
        _call(functions.request_add_image_file, request, values.path("the image", source))
    else:
        raise TypeError(f"an image must be bytes or a path or a URL, not {type(source).__name__}")


def _add_tool(request: Request, tool: Tool) -> None:
    _call(
        functions.request_add_tool,
        request,
        encode("the tool's name", tool.name),
        encode("the tool's description", tool.description),
        values.json_object("the tool's parameters", tool.parameters),
    )


def _name_of(choice: object) -> object:
    """Return tool_choice in this package's form; other packages name the tool in a dict."""
    if not isinstance(choice, Mapping):
        return choice
    function = choice.get("function", choice)
    if not isinstance(function, Mapping) or "name" not in function:
        raise InvalidArgumentError(
            f"tool_choice is an object that names no tool: its type is {choice.get('type')!r}",
            hint='use "auto", "none", "required", or'
            ' {"type": "function", "function": {"name": "..."}}',
        )
    return function["name"]


def _sequences(stop: object) -> Iterable[object]:
    if isinstance(stop, str):
        return [stop]
    if isinstance(stop, bytes | Mapping) or not isinstance(stop, Iterable):
        raise TypeError(f"stop must be a str or a list of str, not {type(stop).__name__}")
    return stop


def _response_format(value: object) -> ResponseFormat:
    if isinstance(value, Mapping):
        if value.keys() != {"type"}:
            raise InvalidArgumentError(
                "response_format has other keys than type",
                hint='the service has no schemas: use {"type": "json_object"}',
            )
        value = value["type"]
    return _format("response_format", value)
