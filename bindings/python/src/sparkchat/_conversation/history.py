"""The library's conversation: the history, and the current turn."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from ctypes import byref, c_size_t, string_at
from functools import partial
from typing import Any

from .._capi import functions, types
from .._capi.copies import read_usage
from .._capi.failures import check
from .._capi.handle import Handle
from .._capi.processes import PerProcess
from .._capi.strings import LongText, decode, encode, encode_any
from .._capi.values import count
from .._requests.building import ROLES, new_request
from ..enums import Role
from ..events import ToolCall, Usage
from ..messages import Image, Message, PlainMessage, ToolResult
from .turn import Turn

_content = LongText("conversation_content")
_arguments = LongText("conversation_tool_call_arguments")
_NAMES = {role: name for name, role in ROLES.items()}


class History:
    """Owns a conversation of the library.

    It shows settled messages only: a question belongs to it once it has its answer. A turn that was
    abandoned because of an exception is undone at the next access. In a child process, the
    library's conversation is created again, with the messages that were settled at the fork.
    """

    __slots__ = ("_client", "_conversation", "_options", "_process", "_settings", "_turn")

    def __init__(
        self,
        client: PerProcess[types.Client],
        options: Mapping[str, Any],
        messages: Iterable[PlainMessage],
        *,
        max_rounds: int,
        context_tokens: int | None,
    ) -> None:
        self._client, self._options = client, options
        rounds = count("max_rounds", max_rounds)
        self._settings = [(functions.conversation_set_max_rounds, rounds)]
        if context_tokens is not None:
            tokens = count("context_tokens", context_tokens)
            self._settings.append((functions.conversation_set_context_tokens, tokens))
        self._turn: Turn | None = None
        self._conversation = self._new(messages)
        self._process = os.getpid()

    def begin(self, turn: Turn, question: str | None, options: Mapping[str, Any]) -> None:
        """Begin a turn. StateError: another turn is running."""
        conversation = self._settled()
        before = self._turn
        if before is None:
            self._turn = turn
        data = None if question is None else encode_any("the question", question)
        with new_request(options) as request:
            turn.begin(conversation, data, request)
        if before is not None:
            # The library did not refuse, so it regards the earlier turn as over.
            before.is_over = True
            self._turn = turn

    def undo_of(self, messages: Sequence[PlainMessage]) -> Callable[[], None]:
        """Return a function that undoes an addition of messages. StateError: a turn is running."""
        if any(isinstance(message, Message) and message.role == "system" for message in messages):
            # Only the whole history can bring a replaced system message back.
            return partial(self.restore, self.save())
        before = functions.conversation_count(self._settled().pointer)
        undo = partial(self._call, functions.conversation_truncate, before)
        # It has nothing to undo yet, and fails during a turn.
        undo()
        return undo

    def add(self, messages: Sequence[PlainMessage]) -> None:
        """Add messages at the end; a system message replaces the existing one."""
        results = 0
        for message in messages:
            if not isinstance(message, ToolResult):
                break
            self.give(message)
            results += 1
        if more := messages[results:]:
            with new_request({}, more) as request:
                self._call(functions.conversation_add_messages, request.pointer)

    def give(self, result: ToolResult) -> None:
        """Add the result of a call that has none yet."""
        call_id = encode("the call's id", result.call_id)
        data = encode_any("the tool's result", result.content)
        self._call(functions.conversation_add_tool_result, call_id, data, len(data))

    def usage(self) -> Usage:
        """Return the token counts of the answers since the user's last message."""
        return read_usage(functions.conversation_tokens, self._settled().pointer)

    def save(self) -> bytes:
        """Return the history as JSON."""
        text, length = types.StringPointer(), c_size_t()
        self._call(functions.conversation_save, byref(text), byref(length))
        try:
            return string_at(text, length.value)
        finally:
            functions.string_free(text)

    def restore(self, saved: bytes) -> None:
        """Replace the history with a saved one."""
        self._call(functions.conversation_restore, saved, len(saved))

    def messages(self) -> list[PlainMessage]:
        """Return copies of the messages."""
        conversation = self._settled()
        return [_message(conversation, at) for at in range(len(self))]

    def __len__(self) -> int:
        conversation, turn = self._settled(), self._turn
        messages: int = functions.conversation_count(conversation.pointer)
        return messages if turn is None else turn.before

    def _settled(self) -> Handle[types.Conversation]:
        """Return this process's conversation. If it still has a turn, that turn is in use."""
        turn = self._turn
        if self._process != os.getpid():
            # The parent's conversation can still be read; its running turn stays with the parent.
            theirs = self._conversation
            length: int = functions.conversation_count(theirs.pointer)
            if turn is not None and not turn.is_over:
                length = turn.before
            self._conversation = self._new([_message(theirs, at) for at in range(length)])
            self._turn = None
            self._process = os.getpid()
        elif turn is not None and turn.is_given_up():
            turn.undo()
            self._turn = None
        return self._conversation

    def _new(self, messages: Iterable[PlainMessage]) -> Handle[types.Conversation]:
        conversation = Handle(types.ConversationPointer(), functions.conversation_free)
        error = types.ErrorPointer()
        client = self._client.get()
        with new_request(self._options, messages) as request:
            made = functions.conversation_new(
                client.pointer, request.pointer, conversation.out, byref(error)
            )
            check(made, error)
        for setter, value in self._settings:
            check(setter(conversation.pointer, value, byref(error)), error)
        return conversation

    def _call(self, function: Callable[..., Any], *values: Any) -> None:
        error = types.ErrorPointer()
        check(function(self._settled().pointer, *values, byref(error)), error)


def _message(conversation: Handle[types.Conversation], at: int) -> PlainMessage:
    talk, length = conversation.pointer, c_size_t()
    if image := functions.conversation_image(talk, at, byref(length)):
        return Image(string_at(image, length.value))
    if url := decode(functions.conversation_image_url(talk, at)):
        return Image(url)
    role = functions.conversation_role(talk, at)
    if role == Role.TOOL:
        call_id = decode(functions.conversation_tool_call_id(talk, at, 0)) or ""
        return ToolResult(call_id, _content(talk, at))
    calls = tuple(
        ToolCall(
            decode(functions.conversation_tool_call_id(talk, at, call)) or "",
            decode(functions.conversation_tool_call_name(talk, at, call)) or "",
            _arguments(talk, at, call),
        )
        for call in range(functions.conversation_tool_call_count(talk, at))
    )
    return Message(_NAMES[role], _content(talk, at), calls)
