"""The options of a question, and how they get into the library's request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ctypes import byref
from typing import Any, Literal, TypedDict

from . import _ffi, _types, _values
from ._handle import Handle
from ._reading import check
from ._text import encode, encode_any
from .enums import Search, Thinking
from .errors import InvalidArgumentError
from .messages import Messages, conversation


class Options(TypedDict, total=False):
    """What can be said about how to answer. What is not set, or None, is not sent.

    Which of them a model takes, and in which range, is in the README's table.
    """

    temperature: float | None
    """How freely to choose words: above 0 to 1, for reasoning models 0 to 2."""
    top_k: int | None
    """How many candidates to choose among: 1 to 6."""
    top_p: float | None
    """Nucleus sampling: above 0 to 1; reasoning models."""
    max_tokens: int | None
    """The longest answer, in tokens."""
    presence_penalty: float | None
    """Against words already there: 0 to 3; reasoning models."""
    frequency_penalty: float | None
    """Against frequent words: 0 to 1; reasoning models."""
    chat_id: str | None
    """Links questions in the service's records; it keeps no history by it."""
    auditing: Literal["strict", "moderate", "loose", "default"] | None
    thinking: bool | Literal["enabled", "disabled", "auto"] | None
    """Whether a reasoning model thinks first."""
    search: bool | Literal["disabled", "normal", "deep"] | None
    """Whether to search the web: "deep" reads whole pages. True is "normal"."""
    references: bool | None
    """Whether to send the sources of a web search, as `Citation`s."""
    functions: Sequence[Mapping[str, Any]] | None
    """Functions the model may call: dicts with `name`, `description`, and `parameters`, the JSON
    schema of the arguments."""
    function_choice: str | None
    """The function that the model must call."""
    extra: Mapping[str, Any] | None
    """What this package does not know yet: merged into the request's JSON last. For example
    `{"parameter": {"chat": {"new_option": 1}}}`."""


_SIMPLE: dict[str, tuple[Callable[..., Any], Callable[[str, Any], Any]]] = {
    "temperature": (_ffi.request_set_temperature, _values.real),
    "top_k": (_ffi.request_set_top_k, _values.integer),
    "top_p": (_ffi.request_set_top_p, _values.real),
    "max_tokens": (_ffi.request_set_max_tokens, _values.integer),
    "presence_penalty": (_ffi.request_set_presence_penalty, _values.real),
    "frequency_penalty": (_ffi.request_set_frequency_penalty, _values.real),
    "chat_id": (_ffi.request_set_chat_id, _values.text),
    "auditing": (_ffi.request_set_auditing, _values.text),
    "function_choice": (_ffi.request_set_function_choice, _values.text),
}
_FUNCTION_KEYS = {"name", "description", "parameters"}


def known(function: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are set. TypeError: there is no such option."""
    names = Options.__annotations__
    for name in options:
        if name not in names:
            raise TypeError(
                f"{function}() got an unexpected keyword argument {name!r}; the options are "
                + ", ".join(names)
            )
    return {name: value for name, value in options.items() if value is not None}


def new_request(options: Mapping[str, Any]) -> Handle[_types.Request]:
    """Return a request with the options, and no messages yet."""
    request = Handle(_ffi.request_new(), _ffi.request_free)
    for name, value in options.items():
        if name in _SIMPLE:
            setter, convert = _SIMPLE[name]
            _call(setter, request, convert(name, value))
    if "thinking" in options:
        _call(_ffi.request_set_thinking, request, _choice("thinking", options, Thinking))
    references = _values.flag("references", options.get("references", False))
    if "search" in options or references:
        search = _choice("search", options, Search) if "search" in options else Search.NORMAL
        _call(_ffi.request_set_web_search, request, search, references)
    for function in _functions(options.get("functions", ())):
        _add_function(request, function)
    if "extra" in options:
        data = _values.json_object("extra", options["extra"])
        _call(_ffi.request_set_extra_json, request, data, len(data))
    return request


def add_messages(request: Handle[_types.Request], messages: Messages) -> None:
    """Add the messages of a conversation to a request."""
    for role, content in conversation(messages):
        data = encode_any(f"the {role} message", content)
        _call(_ffi.request_add_message, request, role, data, len(data))


def _call(setter: Callable[..., Any], request: Handle[_types.Request], *values: Any) -> None:
    error = _types.ErrorPointer()
    check(setter(request.pointer, *values, byref(error)), error)


def _choice(
    name: str, options: Mapping[str, Any], choices: type[Thinking] | type[Search]
) -> Thinking | Search:
    value = options[name]
    if isinstance(value, bool):
        return choices(int(value))
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a bool or a str, not {type(value).__name__}")
    for choice in choices:
        if value == str(choice):
            return choice
    allowed = ", ".join(f'"{choice}"' for choice in choices)
    raise InvalidArgumentError(f"{name} is {value!r}", hint=f"use True, False, {allowed}")


def _functions(value: object) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise TypeError(f"functions must be a list of dicts, not {type(value).__name__}")
    return value


def _add_function(request: Handle[_types.Request], function: object) -> None:
    if not isinstance(function, Mapping):
        raise TypeError(f"a function must be a dict, not {type(function).__name__}")
    if function.keys() != _FUNCTION_KEYS:
        raise InvalidArgumentError(
            "a function has other keys than name, description and parameters",
            hint='use {"name": ..., "description": ..., "parameters": {...}}',
        )
    _call(
        _ffi.request_add_function,
        request,
        encode("the function's name", function["name"]),
        encode("the function's description", function["description"]),
        _values.json_object("the function's parameters", function["parameters"]),
    )
