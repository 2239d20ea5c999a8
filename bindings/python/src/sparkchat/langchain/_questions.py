"""Builds questions from the arguments of the model and those of one call."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import BaseMessage

from ..async_client import AsyncSpark
from ..client import Spark
from ..enums import Transport
from ..errors import InvalidArgumentError
from ..messages import Message, PlainMessage
from ..options import Options
from ._answers import Asked
from ._call import said_in
from ._clients import client_settings
from ._fields import SparkFields
from ._mending import instructed, mended
from ._messages import plain_messages

_log = logging.getLogger("sparkchat.langchain")

_OPTIONS = frozenset(Options.__annotations__) - {"extra"}
_CALL = "Answer with a call of one of the functions, and not with text."


@dataclass(frozen=True)
class Request:
    """A question in the form that a client takes."""

    messages: list[PlainMessage]
    options: dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A question before its client, and so its transport, is known."""

    settings: dict[str, Any]
    """The settings of the client to use."""
    options: dict[str, Any]
    messages: list[PlainMessage]
    asked_images: int
    """How many of the images belong to the last message."""
    model: str | None
    """The model's name as the caller gave it, if at all."""
    has_functions: bool
    """Whether tools were given in the older form; calls are then returned in it as well."""

    def request(self, client: Spark | AsyncSpark) -> tuple[Request, Asked]:
        """Return messages and options for the client's transport."""
        messages = mended(self.messages, self.asked_images, client.model, client.transport)
        options = dict(self.options)
        is_http = client.transport is Transport.HTTP
        if "extra" in options and not is_http:
            options["extra"] = {"parameter": {"chat": options["extra"]}}
        wanted = options.get("response_format")
        if isinstance(wanted, Mapping) and wanted.get("type") == "json_schema":
            # The service has no schemas: the schema goes into the instruction, with JSON mode over
            # HTTP.
            del options["response_format"]
            if is_http:
                options["response_format"] = "json_object"
            messages = _told(messages, wanted["json_schema"]["schema"])
        tools, choice = options.get("tools", []), options.get("tool_choice")
        asks_for_call = choice == "required" and len(tools) > 1 and not is_http
        if asks_for_call:
            _log.warning(
                "over WebSocket, the service accepts only the name of one tool to call, and not any"
                " of %d: an instruction asks for a call",
                len(tools),
            )
            options["tool_choice"] = "auto"
            messages = instructed(messages, _CALL)
        elif is_http and choice not in (None, "auto", "none", "required"):
            # Hosted models refuse a choice among several tools, and no other one could be called.
            options["tools"] = [tool for tool in tools if tool["function"]["name"] == choice]
        asked = Asked(self.model or client.domain, self.has_functions, asks_for_call)
        return Request(messages, options), asked


def read_question(
    fields: SparkFields,
    kwargs: Mapping[str, Any],
    messages: Sequence[BaseMessage],
    stop: Sequence[str] | None,
) -> Question:
    """Return the question of a call.

    The call's arguments take precedence over the model's fields. TypeError: the call has an unknown
    argument. ValidationError: an argument is invalid.
    """
    chosen = fields._chosen(said_in(kwargs, stop))
    options = {name: value for name, value in chosen.items() if name in _OPTIONS}
    if chosen.get("model_kwargs"):
        options["extra"] = chosen["model_kwargs"]
    return Question(
        client_settings(chosen),
        options,
        *plain_messages(messages),
        chosen.get("domain") or chosen.get("spark_llm_domain"),
        "functions" in kwargs,
    )


def _told(messages: list[PlainMessage], schema: Any) -> list[PlainMessage]:
    words = "Answer with nothing but a JSON object that fits this JSON schema: " + json.dumps(
        schema, ensure_ascii=False
    )
    for at in range(len(messages) - 1, -1, -1):
        said = messages[at]
        if isinstance(said, Message) and said.role == "user" and said.content:
            question = Message("user", f"{said.content}\n\n{words}")
            return [*messages[:at], question, *messages[at + 1 :]]
    raise InvalidArgumentError("there is no question", hint="add a HumanMessage")
