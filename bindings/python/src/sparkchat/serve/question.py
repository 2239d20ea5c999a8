"""A request for a chat completion: what is asked, and how the answer is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._requests.normalizing import plain
from ..async_client import AsyncSpark
from ..async_stream import AsyncStream
from ..enums import Transport
from ..errors import SparkError
from ..messages import Message, PlainMessage
from .errors import api_error
from .parameters import (
    Parameters,
    invalid,
    read_model,
    read_parameters,
    read_switch,
    read_user,
    reading,
)


@dataclass(frozen=True)
class Question:
    """What a request says."""

    model: str
    messages: list[PlainMessage]
    parameters: Parameters
    user: str | None
    max_calls: int | None
    """How many tool calls are wanted at most; the service knows no limit."""
    is_streamed: bool
    wants_usage: bool
    """Whether a stream ends with its usage."""

    def ask(self, spark: AsyncSpark) -> tuple[AsyncStream, int | None]:
        """Ask a client. Return the answer to be, and its limit of tokens.

        ApiError: the model does not take what is asked.
        """
        options = spark._chosen("stream", self.parameters.options)
        if self.user is not None:
            header: dict[str, Any] = {"user": self.user}
            if spark.transport is Transport.WEBSOCKET:
                header = {"header": {"uid": self.user}}
            options["extra"] = {**options.get("extra", {}), **header}
        try:
            return spark._open(self.messages, options), options.get("max_tokens")
        except SparkError as error:
            raise api_error(error, self.parameters.named_in(error)) from None


def read_question(body: Mapping[str, Any]) -> Question:
    """Return what a request asks. ApiError: it cannot be asked."""
    stream_options = body.get("stream_options") or {}
    if not isinstance(stream_options, Mapping):
        raise invalid("stream_options must be an object", "stream_options")
    return Question(
        model=read_model(body),
        messages=_read_messages(body.get("messages")),
        parameters=read_parameters(body),
        user=read_user(body),
        max_calls=None if read_switch(body, "parallel_tool_calls", default=True) else 1,
        is_streamed=read_switch(body, "stream"),
        wants_usage=read_switch(stream_options, "include_usage", where="stream_options."),
    )


def _read_messages(given: object) -> list[PlainMessage]:
    if not isinstance(given, list) or not given:
        raise invalid("messages must be a list of messages", "messages")
    if not all(isinstance(message, Mapping) for message in given):
        raise invalid("messages must be objects with role and content", "messages")
    with reading("messages"):
        return _with_one_system_message(plain(given))


def _with_one_system_message(messages: list[PlainMessage]) -> list[PlainMessage]:
    """Make those at the beginning one: the service takes one, and programs send several."""
    count = next((at for at, message in enumerate(messages) if not _is_system(message)), 0)
    if count < 2:
        return messages
    said = [message.content for message in messages[:count] if isinstance(message, Message)]
    return [Message("system", "\n\n".join(said)), *messages[count:]]


def _is_system(message: PlainMessage) -> bool:
    return isinstance(message, Message) and message.role == "system"
