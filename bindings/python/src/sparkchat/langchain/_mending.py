"""Repairs conversations that the service would refuse, without changing their meaning.

Agents, supervisors and other providers' models produce histories that the service does not accept.
Their users cannot change these, so a refusal would end the conversation permanently. Each repair
logs a warning.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import takewhile

from .._requests.building import new_request
from ..enums import Feature, Transport
from ..errors import InvalidArgumentError
from ..messages import Image, Message, PlainMessage
from ..models import Model

_log = logging.getLogger("sparkchat.langchain")

_GO_ON = "Continue."


def mended(
    messages: Sequence[PlainMessage],
    asked_images: int,
    model: Model | None,
    transport: Transport,
) -> list[PlainMessage]:
    """Return a conversation in the order that the service accepts (protocol 3.5).

    The last `asked_images` images belong to the question: if they cannot be sent, the library
    reports it.
    """
    found = _with_one_system(messages)
    if found and _is(found[-1], "assistant"):
        _log.warning("the last message is the assistant's: %r is asked", _GO_ON)
        found.append(Message("user", _GO_ON))
    return _without_images(found, asked_images, _takes(model, transport))


def instructed(messages: Sequence[PlainMessage], words: str) -> list[PlainMessage]:
    """Return a conversation with an instruction in its system message, which is added if needed."""
    first = messages[0] if messages else None
    if isinstance(first, Message) and first.role == "system":
        return [Message("system", f"{first.content}\n\n{words}"), *messages[1:]]
    return [Message("system", words), *messages]


def _with_one_system(messages: Sequence[PlainMessage]) -> list[PlainMessage]:
    """Return a conversation with at most one system message, the first message.

    System messages at the end are about the next answer, and become a user message.
    """
    begin = len(list(takewhile(_is_system, messages)))
    rest = list(messages[begin:])
    end = len(rest) - len(list(takewhile(_is_system, reversed(rest))))
    first, middle, last = list(messages[:begin]), rest[:end], rest[end:]
    if not rest:
        first, last = [], first
    moved = [message for message in middle if _is_system(message)]
    if moved:
        _log.warning("a system message comes later: it is added to the first one")
    if last:
        _log.warning("a system message is the last message: it is sent as a user message")
    found = [message for message in middle if not _is_system(message)]
    if text := _joined([*first, *moved]):
        found.insert(0, Message("system", text))
    if text := _joined(last):
        found.append(Message("user", text))
    return found


def _without_images(
    messages: Sequence[PlainMessage], asked: int, is_taken: Callable[[Image, int], bool]
) -> list[PlainMessage]:
    """Replace images of the history that cannot be sent with a word before their text."""
    left = sum(isinstance(message, Image) for message in messages) - asked
    found: list[PlainMessage] = []
    words = ""
    for message in messages:
        if isinstance(message, Image):
            left -= 1
            if left >= 0 and not is_taken(message, len(found)):
                words += "[image]\n"
                continue
        if words:
            _log.warning("an image of the history cannot be sent: a placeholder is sent")
            if isinstance(message, Message) and message.role == "user":
                message = Message("user", f"{words}{message.content}")
            else:
                found.append(Message("user", words.strip()))
            words = ""
        found.append(message)
    return found


def _takes(model: Model | None, transport: Transport) -> Callable[[Image, int], bool]:
    """Return a function that decides whether an image of the history can be sent at a place."""
    over_http = transport is Transport.HTTP
    if model is not None:
        known = model.features | (model.disputed if over_http else frozenset())
        if Feature.IMAGES not in known:
            return lambda image, place: False
    return lambda image, place: (
        _is_image(image) and (over_http or (place == 0 and isinstance(image.source, bytes)))
    )


def _is_image(image: Image) -> bool:
    """Return whether the library knows the file's format."""
    try:
        new_request({}, [image]).close()
    except InvalidArgumentError:
        return False
    return True


def _joined(messages: Sequence[PlainMessage]) -> str:
    return "\n\n".join(message.content for message in messages if isinstance(message, Message))


def _is(message: PlainMessage, role: str) -> bool:
    return isinstance(message, Message) and message.role == role


def _is_system(message: PlainMessage) -> bool:
    return _is(message, "system")
