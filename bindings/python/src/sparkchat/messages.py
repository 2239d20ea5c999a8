"""The forms in which a conversation can be given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .enums import Role
from .errors import InvalidArgumentError

# LangChain's words for two of the roles are understood, too.
_ROLES = {
    "system": Role.SYSTEM,
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.ASSISTANT,
    "ai": Role.ASSISTANT,
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


MessageLike: TypeAlias = str | Message | tuple[str, str] | Mapping[str, str]
"""A `str` is what the user says. The others name the role: `Message("system", "Be brief.")`,
`("system", "Be brief.")`, `{"role": "system", "content": "Be brief."}`."""

Messages: TypeAlias = MessageLike | Iterable[MessageLike]
"""One message, or a conversation."""


def conversation(messages: Messages) -> list[tuple[Role, str]]:
    """Return roles and texts. What was given is not changed."""
    if isinstance(messages, str | Message | Mapping) or _is_pair(messages):
        return [_message(messages)]
    if isinstance(messages, bytes) or not isinstance(messages, Iterable):
        raise _wrong_type(messages)
    return [_message(message) for message in messages]


def _is_pair(value: object) -> bool:
    """Say whether this is a role and a text, and not a tuple of two messages."""
    return isinstance(value, tuple) and len(value) == 2 and value[0] in _ROLES


def _message(message: object) -> tuple[Role, str]:
    if isinstance(message, str):
        return Role.USER, message
    if isinstance(message, Message):
        return _role(message.role), message.content
    if isinstance(message, Mapping):
        return _mapping(message)
    if isinstance(message, tuple) and len(message) == 2:
        role, content = message
        return _role(role), content
    raise _wrong_type(message)


def _mapping(message: Mapping[object, object]) -> tuple[Role, str]:
    missing = {"role", "content"} - message.keys()
    if missing:
        raise InvalidArgumentError(f"a message has no {' and no '.join(sorted(missing))}")
    unknown = message.keys() - {"role", "content"}
    if unknown:
        # Leaving them out in silence would change what was said.
        names = ", ".join(sorted(repr(name) for name in unknown))
        raise InvalidArgumentError(
            f"a message has {names}, which cannot be sent", hint="use role and content only"
        )
    content = message["content"]
    if not isinstance(content, str):
        raise TypeError(f"the content of a message must be a str, not {type(content).__name__}")
    return _role(message["role"]), content


def _role(role: object) -> Role:
    if not isinstance(role, str):
        raise TypeError(f"the role of a message must be a str, not {type(role).__name__}")
    if role not in _ROLES:
        raise InvalidArgumentError(
            f"a message has the role {role!r}", hint='use "system", "user" or "assistant"'
        )
    return _ROLES[role]


def _wrong_type(value: object) -> TypeError:
    return TypeError(
        "a message must be a str, a Message, a (role, content) tuple, or a dict with role and"
        f" content, not {type(value).__name__}"
    )
