"""Converts LangChain's messages. No content is dropped silently."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from ..errors import InvalidArgumentError
from ..messages import Message, PlainMessage, ToolResult
from ._content import read_content
from ._history_calls import HistoryCalls

_ROLES = {
    "human": "user",
    "ai": "assistant",
    "model": "assistant",
    "developer": "system",
    "function": "tool",
}


def plain_messages(messages: Sequence[BaseMessage]) -> tuple[list[PlainMessage], int]:
    """Return a conversation in this package's types, and the number of images in the last message.

    Every call is followed directly by its results. InvalidArgumentError: the last message, the
    question, has content that the service does not accept.
    """
    reader = _Reader()
    for at, message in enumerate(messages):
        reader.read(message, f"message {at}", is_last=at == len(messages) - 1)
    return reader.finish(), reader.asked_images


class _Reader:
    def __init__(self) -> None:
        self._found: list[PlainMessage] = []
        self._calls = HistoryCalls()
        self.asked_images = 0

    def read(self, message: BaseMessage, where: str, *, is_last: bool) -> None:
        role = _role(message, where)
        is_user = role == "user"
        content = read_content(
            message, where, is_question=is_user and is_last, takes_images=is_user
        )
        text = content.text
        for block_id, result in content.results:
            self._add_result(block_id, None, result)
        if role == "tool":
            call_id = message.tool_call_id if isinstance(message, ToolMessage) else None
            self._add_result(call_id, message.name, text)
        elif role == "assistant":
            calls = self._calls.read(message)
            # The service refuses an empty answer.
            if text or calls:
                self._found.append(Message("assistant", text, calls))
        elif is_user:
            self._found += content.images
            self.asked_images = len(content.images) if is_last else 0
            # The library reports an empty question.
            says_nothing = is_last and not content.images and not content.results
            if text or says_nothing:
                self._found.append(Message("user", text))
        elif text:
            self._found.append(Message("system", text))

    def _add_result(self, call_id: str | None, name: str | None, text: str) -> None:
        if not self._calls.answer(call_id, name, text):
            # The history was trimmed, or comes from another agent.
            said = f"[{name}] {text}" if name else text
            self._found.append(Message("user", said or "[no result]"))

    def finish(self) -> list[PlainMessage]:
        """Return the conversation, with results directly after their calls."""
        found: list[PlainMessage] = []
        for message in self._found:
            found.append(message)
            if isinstance(message, Message):
                found += [
                    ToolResult(call.id, self._calls.result(call)) for call in message.tool_calls
                ]
        return found


def _role(message: BaseMessage, where: str) -> str:
    if isinstance(message, ChatMessage):
        role = _ROLES.get(message.role, message.role)
        if role in ("system", "user", "assistant", "tool"):
            return role
        raise InvalidArgumentError(
            f"{where} has the role {message.role!r}",
            hint='use "system", "user" or "assistant", or a ToolMessage',
        )
    if isinstance(message, HumanMessage):
        return "user"
    if isinstance(message, AIMessage):
        return "assistant"
    if isinstance(message, SystemMessage):
        return "system"
    if isinstance(message, ToolMessage | FunctionMessage):
        return "tool"
    raise InvalidArgumentError(f"{where} is a {type(message).__name__}, which cannot be sent")
