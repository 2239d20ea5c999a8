"""Reads what a request asks: its messages and options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._requests.normalizing import plain
from .._runtime.base_client import Client
from ..enums import Transport
from ..messages import Message, PlainMessage
from .parameters import Parameters, read_parameters, read_switch, read_user
from .refusal import RefusedError, reading


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a model."""

    messages: list[PlainMessage]
    parameters: Parameters
    user: str | None
    max_calls: int | None
    """The largest number of tool calls to return; the service has no such limit."""

    def options(self, spark: Client) -> dict[str, Any]:
        """Return the options that a client asks it with."""
        options = spark._chosen("stream", self.parameters.options)
        if self.user is not None:
            header: dict[str, Any] = {"user": self.user}
            if spark.transport is Transport.WEBSOCKET:
                header = {"header": {"uid": self.user}}
            options["extra"] = {**options.get("extra", {}), **header}
        return options


def read_question(body: Mapping[str, Any], *, extra: bool = False) -> Question:
    """Return the question of a request; `extra` says whether it may have the option `extra`.

    RefusedError: the request is not valid.
    """
    return Question(
        messages=_read_messages(body.get("messages")),
        parameters=read_parameters(body, extra=extra),
        user=read_user(body),
        max_calls=None if read_switch(body, "parallel_tool_calls", default=True) else 1,
    )


def _read_messages(given: object) -> list[PlainMessage]:
    if not isinstance(given, list) or not given:
        raise RefusedError("messages must be a list of messages", "messages")
    if not all(isinstance(message, Mapping) for message in given):
        raise RefusedError("messages must be objects with role and content", "messages")
    with reading("messages"):
        return _with_one_system_message(plain(given))


def _with_one_system_message(messages: list[PlainMessage]) -> list[PlainMessage]:
    """Join the leading system messages: the service takes one, and programs send several."""
    count = next((at for at, message in enumerate(messages) if not _is_system(message)), 0)
    if count < 2:
        return messages
    said = [message.content for message in messages[:count] if isinstance(message, Message)]
    return [Message("system", "\n\n".join(said)), *messages[count:]]


def _is_system(message: PlainMessage) -> bool:
    return isinstance(message, Message) and message.role == "system"
