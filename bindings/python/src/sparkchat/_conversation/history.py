"""The library's conversation: what was said, and how much of it is sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from ctypes import byref, c_size_t, string_at
from typing import Any

from .._capi import functions, types
from .._capi.copies import read_usage
from .._capi.failures import check
from .._capi.handle import Handle
from .._capi.strings import encode, encode_any
from .._capi.values import count
from .._requests.building import ROLES, Request, new_request
from .._requests.openai_messages import read_dict
from ..events import Usage
from ..messages import Image, PlainMessage, ToolResult


class History:
    """Owns a conversation of the library."""

    __slots__ = ("_handle",)

    def __init__(
        self,
        client: Handle[types.Client],
        options: Mapping[str, Any],
        messages: Iterable[PlainMessage],
        context_tokens: int | None,
    ) -> None:
        pointer, error = types.ConversationPointer(), types.ErrorPointer()
        with new_request(options, messages) as request:
            made = functions.conversation_new(
                client.pointer, request.pointer, byref(pointer), byref(error)
            )
            check(made, error)
        self._handle = Handle(pointer, functions.conversation_free)
        if context_tokens is not None:
            tokens = count("context_tokens", context_tokens)
            self._call(functions.conversation_set_context_tokens, tokens)

    def add(self, message: PlainMessage) -> None:
        """Add a message at the end; a system message takes the place of the one before."""
        if isinstance(message, ToolResult):
            call_id = encode("the call's id", message.call_id)
            data = encode_any("the tool's result", message.content)
            self._call(functions.conversation_add_tool_result, call_id, data, len(data))
        elif isinstance(message, Image) or message.tool_calls:
            with new_request({}, [message]) as request:
                self._call(functions.conversation_add_messages, request.pointer)
        else:
            data = encode_any(f"the {message.role} message", message.content)
            self._call(functions.conversation_add_message, ROLES[message.role], data, len(data))

    def add_response(self, response: Any) -> None:
        """Add a complete answer, which is the library's, and learn from its counts."""
        self._call(functions.conversation_add_response, response)

    def usage(self) -> Usage:
        """Return the token counts of the answers since the user's last message."""
        return read_usage(functions.conversation_tokens, self._handle.pointer)

    def request(self) -> Request:
        """Return the next question, with as much of the history as fits."""
        pointer = types.RequestPointer()
        self._call(functions.conversation_request, byref(pointer))
        return Handle(pointer, functions.request_free)

    def truncate(self, length: int) -> None:
        """Keep the first messages only."""
        self._call(functions.conversation_truncate, length)

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
        found: list[PlainMessage] = []
        for message in json.loads(self.save())["messages"]:
            if "image" in message:
                found.append(Image(base64.b64decode(message["image"])))
            elif "image_url" in message:
                found.append(Image(message["image_url"]))
            else:
                message.pop("tokens", None)
                found += read_dict(message, "a message of the history")
        return found

    @property
    def is_closed(self) -> bool:
        """Whether it is gone: the collector frees things that refer to each other in any order."""
        return self._handle.pointer is None

    def __len__(self) -> int:
        messages: int = functions.conversation_count(self._handle.pointer)
        return messages

    def _call(self, function: Callable[..., Any], *values: Any) -> None:
        error = types.ErrorPointer()
        check(function(self._handle.pointer, *values, byref(error)), error)
