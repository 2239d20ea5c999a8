"""Parses and checks a request, and refuses it as the service does."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from . import schema
from .errors import ServiceError
from .models import Model, find_model
from .pictures import Picture, read_picture
from .tokens import count_tokens

Json = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """One message of the conversation: a text, a picture, or, over HTTP, both."""

    role: str
    content: str
    picture: Picture | None = None
    # The names of the functions that it calls, if it has a member for calls.
    calls: tuple[str, ...] = ()

    @property
    def is_spoken(self) -> bool:
        """Return whether the message has a text, not only a picture."""
        return self.picture is None or bool(self.content)


@dataclass(frozen=True)
class ChatRequest:
    """A request that passed every check."""

    model: Model
    domain: str
    uid: str
    messages: tuple[Message, ...]
    parameters: Json = field(default_factory=dict)
    functions: tuple[Json, ...] = ()
    # The answer must be the text of a JSON object.
    json_object: bool = False
    # One of the functions must be called, for any question.
    must_call: bool = False

    @property
    def question(self) -> str:
        """The last user message."""
        return self.messages[-1].content

    @property
    def max_tokens(self) -> int:
        """The maximum number of tokens in the answer."""
        return int(self.parameters.get("max_tokens", self.model.max_output))

    def with_question(self, text: str) -> ChatRequest:
        """Return the same request with another last message."""
        last = replace(self.messages[-1], content=text)
        return replace(self, messages=(*self.messages[:-1], last))

    def prompt_tokens(self) -> int:
        """The tokens of everything that was sent, including the history."""
        return sum(count_tokens(m.content) for m in self.messages if m.is_spoken)


def parse_request(
    text: str, path: str, *, app_id: str, signed_host: str = "", strict: bool = False
) -> ChatRequest:
    """Turn the text of a request frame into a request, or raise the service's error."""
    document = parse_json(text)
    header = schema.member(document, "header", "$")
    parameter = schema.member(document, "parameter", "$")
    payload = schema.member(document, "payload", "$")

    given_app_id = schema.string(header, "app_id", "$.header", longest=8, required=True)
    uid = schema.string(header, "uid", "$.header", longest=32)
    patch = schema.strings(header, "patch_id", "$.header", longest=32)

    chat = schema.member(parameter, "chat", "$.parameter")
    domain = schema.string(chat, "domain", "$.parameter.chat", required=True)
    if not domain:
        schema.fail("$.parameter.chat.domain", "value is invalid")
    model = find_model(path, domain, "maas-" if patch else signed_host)
    if model is None or (strict and path == "/v1.1/chat" and domain == "general"):
        raise ServiceError(10003, "invalid model domain")
    schema.check_parameters(chat, model)
    messages = _messages(payload, model, strict=strict)
    functions = _functions(payload, model)

    if given_app_id != app_id:
        raise ServiceError(11200, f"domain.{domain}")
    request = ChatRequest(model, domain, uid, messages, chat, functions)
    check_budget(request)
    return request


def parse_json(text: str) -> Json:
    """Parse a JSON object, or raise 10003."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(constant)

    try:
        document = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise ServiceError(10003, "invalid json format") from None
    if not isinstance(document, dict):
        raise ServiceError(10003, "the message must be a json object")
    return document


def _messages(payload: Json, model: Model, *, strict: bool) -> tuple[Message, ...]:
    place = "$.payload.message.text"
    items = schema.member(payload, "message", "$.payload").get("text")
    if not isinstance(items, list):
        schema.fail(place, "type must be array")
    if not items:
        schema.fail(place, "length must be larger than 0")
    messages = tuple(_message(item, f"{place}[{n}]") for n, item in enumerate(items))
    if messages[-1].role != "user":
        schema.fail(f"{place}[{len(items) - 1}].role", "value must be user in the last message")
    _check_pictures(messages, model, place)
    if strict:
        check_order(messages, model, place)
    return messages


def _message(item: object, place: str) -> Message:
    if not isinstance(item, dict):
        schema.fail(place, "type must be object")
    role = schema.string(item, "role", place, required=True)
    if role not in ("system", "user", "assistant"):
        schema.fail(f"{place}.role", "value is invalid")
    content = item.get("content")
    if isinstance(content, list):
        # Content parts, which customised models accept: only the text parts are read.
        parts = [part for part in content if isinstance(part, dict)]
        content = "".join(str(part.get("text", "")) for part in parts)
    calls = _calls(item) if role == "assistant" else ()
    if content is None and calls:
        # LangChain sends such messages. Whether the live service accepts them is not known.
        content = ""
    if not isinstance(content, str):
        schema.fail(f"{place}.content", "type must be string")
    if item.get("content_type", "text") == "image":
        return Message(role, "", read_picture(content, f"{place}.content"))
    return Message(role, content, calls=calls)


def _calls(item: Json) -> tuple[str, ...]:
    """Return the names of calls that other clients leave in an assistant message."""
    listed = item.get("tool_calls", [])
    calls = [*(listed if isinstance(listed, list) else [listed]), item]
    found = (c.get("function", c.get("function_call")) for c in calls if isinstance(c, dict))
    return tuple(str(f.get("name", "")) for f in found if isinstance(f, dict))


def _check_pictures(messages: tuple[Message, ...], model: Model, place: str) -> None:
    """Check that a picture is first (or after a system message), and a question last."""
    first = next((n for n, m in enumerate(messages) if m.role != "system"), 0)
    for number, message in enumerate(messages):
        if message.picture is None:
            continue
        if not model.images or number != first or message.role != "user":
            schema.fail(f"{place}[{number}].content_type", "value is invalid")
        if number == len(messages) - 1:
            schema.fail(f"{place}[{number}].content_type", "value must be text in the last message")


def check_order(messages: tuple[Message, ...], model: Model, place: str) -> None:
    """Check, with --strict, that an allowed system message is first, and that turns alternate."""
    start = 0
    if messages[0].role == "system":
        if not model.system:
            schema.fail(f"{place}[0].role", "value is invalid")
        start = 1
    expected = "user"
    for number, message in enumerate(messages[start:], start):
        if not message.is_spoken:
            continue
        if message.role != expected:
            schema.fail(f"{place}[{number}].role", f"value must be {expected}")
        expected = "assistant" if expected == "user" else "user"


def _functions(payload: Json, model: Model) -> tuple[Json, ...]:
    place = "$.payload.functions"
    if "functions" not in payload:
        return ()
    if payload["functions"] == {"text": None}:
        # The official Go client sends this to every model, and gets answers.
        return ()
    if not model.functions:
        schema.fail(place, "is not supported by this model")
    items = schema.member(payload, "functions", "$.payload").get("text")
    if items is None:
        return ()
    if not isinstance(items, list):
        schema.fail(f"{place}.text", "type must be array")
    for number, item in enumerate(items):
        _check_function(item, f"{place}.text[{number}]")
    return tuple(items)


def _check_function(item: object, place: str) -> None:
    if not isinstance(item, dict):
        schema.fail(place, "type must be object")
    schema.string(item, "name", place, required=True)
    schema.string(item, "description", place, required=True)
    parameters = schema.member(item, "parameters", place)
    schema.string(parameters, "type", f"{place}.parameters", required=True)
    properties = parameters.get("properties")
    # Documented as a string of JSON; most clients send an object.
    if not isinstance(properties, (dict, str)):
        schema.fail(f"{place}.parameters.properties", "type must be object")
    schema.strings(parameters, "required", f"{place}.parameters", required=True)


def check_budget(request: ChatRequest) -> None:
    """Raise 10907 if history and question are too long for the model."""
    tokens, limit = request.prompt_tokens(), request.model.context
    if tokens > limit:
        detail = f"{tokens} tokens of history and question exceed the limit of {limit}"
        raise ServiceError(10907, detail)
