"""What is asked: the arguments of the model, and those of one call."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import BaseMessage

from ..enums import Transport
from ..errors import InvalidArgumentError
from ..messages import Message, PlainMessage
from ..options import Options
from ._call import said_in
from ._clients import client_settings
from ._fields import SparkFields
from ._messages import plain_messages

_OPTIONS = frozenset(Options.__annotations__) - {"extra"}


@dataclass(frozen=True)
class Question:
    """A question on its way to a client."""

    settings: dict[str, Any]
    """Of the client to ask."""
    options: dict[str, Any]
    messages: list[PlainMessage]
    stop: Sequence[str]
    model: str | None
    """What the caller calls the model, if at all."""

    def arguments(self, transport: Transport) -> tuple[list[PlainMessage], dict[str, Any]]:
        """Return messages and options as they go over a transport."""
        messages, options = self.messages, dict(self.options)
        is_http = transport is Transport.HTTP
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
        return messages, options


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
        plain_messages(messages),
        chosen.get("stop", ()),
        chosen.get("domain") or chosen.get("spark_llm_domain"),
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
