"""The library's conversation: what was said, and the turn under way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from ctypes import byref, c_size_t, string_at
from typing import Any

from .._capi import functions, types
from .._capi.copies import read_usage
from .._capi.failures import Failure, check, failure_of
from .._capi.handle import Handle
from .._capi.strings import LongText, decode, encode, encode_any
from .._capi.values import count
from .._requests.building import ROLES, new_request
from ..enums import Role
from ..events import ToolCall, Usage
from ..messages import Image, Message, PlainMessage, ToolResult

_content = LongText("conversation_content")
_arguments = LongText("conversation_tool_call_arguments")
_NAMES = {role: name for name, role in ROLES.items()}


class History:
    """Owns a conversation of the library."""

    __slots__ = ("_handle",)

    def __init__(
        self,
        client: Handle[types.Client],
        options: Mapping[str, Any],
        messages: Iterable[PlainMessage],
        *,
        max_rounds: int,
        context_tokens: int | None,
    ) -> None:
        pointer, error = types.ConversationPointer(), types.ErrorPointer()
        with new_request(options, messages) as request:
            made = functions.conversation_new(
                client.pointer, request.pointer, byref(pointer), byref(error)
            )
            check(made, error)
        self._handle = Handle(pointer, functions.conversation_free)
        self._call(functions.conversation_set_max_rounds, count("max_rounds", max_rounds))
        if context_tokens is not None:
            tokens = count("context_tokens", context_tokens)
            self._call(functions.conversation_set_context_tokens, tokens)

    def begin(self, question: str | None, options: Mapping[str, Any]) -> Handle[types.Stream]:
        """Begin a turn, and return its first stream."""
        stream = types.StreamPointer()
        data = None if question is None else encode_any("the question", question)
        with new_request(options) as request:
            self._call(
                functions.conversation_begin,
                data,
                0 if data is None else len(data),
                request.pointer,
                byref(stream),
            )
        return Handle(stream, functions.stream_free)

    def step(self) -> tuple[int, Handle[types.Stream] | None, Failure | None]:
        """Go on with the turn, and return what the library says: perhaps the next stream."""
        stream, error = types.StreamPointer(), types.ErrorPointer()
        status = functions.conversation_step(self._handle.pointer, byref(stream), byref(error))
        following = Handle(stream, functions.stream_free) if stream else None
        return status, following, failure_of(status, error)

    def keep(self) -> None:
        """End the turn, and keep what there is of it."""
        self._call(functions.conversation_keep)

    def roll_back(self) -> None:
        """End the turn: the history is what it was before."""
        self._call(functions.conversation_rollback)

    def add(self, messages: Sequence[PlainMessage]) -> None:
        """Add messages at the end; a system message takes the place of the one before."""
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
        """Give the result of a call that has none yet."""
        call_id = encode("the call's id", result.call_id)
        data = encode_any("the tool's result", result.content)
        self._call(functions.conversation_add_tool_result, call_id, data, len(data))

    def usage(self) -> Usage:
        """Return the token counts of the answers since the user's last message."""
        return read_usage(functions.conversation_tokens, self._handle.pointer)

    def save(self) -> bytes:
        """Return the history as JSON."""
        text, length = types.StringPointer(), c_size_t()
        self._call(functions.conversation_save, byref(text), byref(length))
        try:
            return string_at(text, length.value)
        finally:
            functions.string_free(text)

    def restore(self, saved: bytes) -> None:
        """Replace the history by a saved one."""
        self._call(functions.conversation_restore, saved, len(saved))

    def messages(self) -> list[PlainMessage]:
        """Return copies of the messages."""
        return [self._message(at) for at in range(len(self))]

    @property
    def is_closed(self) -> bool:
        """Whether it is gone: the collector frees things that refer to each other in any order."""
        return self._handle.pointer is None

    def __len__(self) -> int:
        messages: int = functions.conversation_count(self._handle.pointer)
        return messages

    def _message(self, at: int) -> PlainMessage:
        talk, length = self._handle.pointer, c_size_t()
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

    def _call(self, function: Callable[..., Any], *values: Any) -> None:
        error = types.ErrorPointer()
        check(function(self._handle.pointer, *values, byref(error)), error)
