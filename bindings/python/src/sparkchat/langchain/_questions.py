"""What is asked: the arguments of the model, and those of one call."""

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
    """A question as it goes to a client."""

    messages: list[PlainMessage]
    options: dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A question on its way to a client."""

    settings: dict[str, Any]
    """Of the client to ask."""
    options: dict[str, Any]
    messages: list[PlainMessage]
    asked_images: int
    """How many of the images belong to the last message."""
    model: str | None
    """What the caller calls the model, if at all."""
    has_functions: bool
    """Whether tools were given in the older way, so that calls are told in it as well."""

    def request(self, client: Spark | AsyncSpark) -> tuple[Request, Asked]:
        """Return messages and options as they go over the client's transport."""
        messages = mended(self.messages, self.asked_images, client.model, client.transport)
        options = dict(self.options)
        is_http = client.transport is Transport.HTTP
        if "extra" in options and not is_http:
            options["extra"] = {"parameter": {"chat": options["extra"]}}
        wanted = options.get("response_format")
        if isinstance(wanted, Mapping) and wanted.get("type") == "json_schema":
            # The service knows no schemas: it is told in words, and over HTTP to write JSON at
            # least.
            del options["response_format"]
            if is_http:
                options["response_format"] = "json_object"
            messages = _told(messages, wanted["json_schema"]["schema"])
        tools, choice = options.get("tools", []), options.get("tool_choice")
        asks_for_call = choice == "required" and len(tools) > 1 and not is_http
        if asks_for_call:
            _log.warning(
                "over WebSocket the service can only be told which tool to call, and not to call"
                " any of %d: it is told in words",
                len(tools),
            )
            options["tool_choice"] = "auto"
            messages = instructed(messages, _CALL)
        elif is_http and choice not in (None, "auto", "none", "required"):
            # Hosted models refuse to be told one of several, and no other could be called.
            options["tools"] = [tool for tool in tools if tool["function"]["name"] == choice]
        asked = Asked(self.model or client.domain, self.has_functions, asks_for_call)
        return Request(messages, options), asked


def read_question(
    fields: SparkFields,
    kwargs: Mapping[str, Any],
    messages: Sequence[BaseMessage],
    stop: Sequence[str] | None,
) -> Question:
    """Return the question of a call. What the call says comes before the model's own fields.

    TypeError: the call has an argument that does not exist. ValidationError: one that cannot be.
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
        if isinstance(said, Message) and said.role == "user":
            question = Message("user", f"{said.content}\n\n{words}")
            return [*messages[:at], question, *messages[at + 1 :]]
    raise InvalidArgumentError("there is no question", hint="add a HumanMessage")
