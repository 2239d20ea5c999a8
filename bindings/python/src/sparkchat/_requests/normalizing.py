"""Converts the accepted forms of a conversation into this package's own types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, cast

from ..enums import Outcome
from ..errors import InvalidArgumentError
from ..messages import Image, Message, Messages, PlainMessage, ToolResult
from ..response import Response
from .content_parts import dumped
from .openai_messages import MessageReader

# LangChain's names for two of the roles are accepted, too.
_ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
}


def plain(messages: Messages) -> list[PlainMessage]:
    """Return the messages of a conversation. The argument is not changed."""
    messages = dumped(messages)
    if _is_whole_answer(messages):
        messages = [cast(Mapping[str, Any], messages)]
    is_one = isinstance(messages, str | Message | ToolResult | Image | Response | Mapping)
    if is_one or _is_pair(messages):
        return _read(messages, "the message", MessageReader(()))
    # bytes are iterable, too, but their items are numbers.
    is_binary = isinstance(messages, bytes | bytearray | memoryview)
    if is_binary or not isinstance(messages, Iterable):
        raise _wrong_type(messages, "the message")
    given = list(_given(messages))
    answered = max((at for at, message in enumerate(given) if _is_answer(message)), default=-1)
    results = [m.get("tool_call_id") for m in given if isinstance(m, Mapping)]
    reader = MessageReader(results)
    found: list[PlainMessage] = []
    for at, message in enumerate(given):
        read = _read(message, f"message {at}", reader, is_past=at < answered)
        reader.calls.see(read)
        found += read
    return found


def _given(messages: Iterable[Any]) -> Iterator[Any]:
    """Return each message; objects of other packages become dicts."""
    for message in map(dumped, messages):
        if _is_whole_answer(message):
            yield from map(dumped, message["output"])
        else:
            yield message


def _is_whole_answer(message: object) -> bool:
    """Return whether this is an answer of OpenAI's Responses, with all its items."""
    return (
        isinstance(message, Mapping)
        and isinstance(message.get("output"), list)
        and (message.get("object") == "response")
    )


def _is_answer(message: object) -> bool:
    """Return whether this is an assistant message."""
    if isinstance(message, Mapping):
        return message.get("role") in ("assistant", "ai") or message.get("type") == "ai"
    if isinstance(message, tuple) and len(message) == 2:
        return message[0] in ("assistant", "ai")
    return isinstance(message, Response) or getattr(message, "role", None) == "assistant"


def _is_pair(value: object) -> bool:
    """Return whether this is a role and a text, and not a tuple of two messages."""
    if not isinstance(value, tuple) or len(value) != 2:
        return False
    return isinstance(value[0], str) and value[0] in _ROLES


def _read(
    message: object, where: str, reader: MessageReader, *, is_past: bool = False
) -> list[PlainMessage]:
    if isinstance(message, str):
        return [Message("user", message)]
    if isinstance(message, Message):
        return [Message(_role(message.role, where), message.content, message.tool_calls)]
    if isinstance(message, ToolResult | Image):
        return [message]
    if isinstance(message, Response):
        return _answer(message, where)
    if isinstance(message, Mapping):
        return reader.read(message, where, is_past=is_past)
    if isinstance(message, tuple) and len(message) == 2:
        role, content = message
        return [Message(_role(role, where), content)]
    raise _wrong_type(message, where)


def _answer(response: Response, where: str) -> list[PlainMessage]:
    if response.outcome is not Outcome.COMPLETE:
        raise InvalidArgumentError(
            f"{where} is a response that is not complete ({response.outcome})",
            hint="ask again; a history cannot contain a partial answer",
        )
    if not response.text and not response.tool_calls:
        return []
    return [Message("assistant", response.text, response.tool_calls)]


def _role(role: object, where: str) -> Literal["system", "user", "assistant"]:
    if not isinstance(role, str):
        raise TypeError(f"the role of {where} must be a str, not {type(role).__name__}")
    if role not in _ROLES:
        raise InvalidArgumentError(
            f"{where} has the role {role!r}",
            hint='use "system", "user" or "assistant", or a ToolResult',
        )
    return cast(Literal["system", "user", "assistant"], _ROLES[role])


def _wrong_type(value: object, where: str) -> TypeError:
    return TypeError(
        f"{where} must be a str, a Message, a ToolResult, an Image, a Response, a"
        f" (role, content) tuple, or a dict with role and content, not {type(value).__name__}"
    )
