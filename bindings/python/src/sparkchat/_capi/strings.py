"""Converts text for the library and from it. Text from the library is always copied."""

from __future__ import annotations

from ctypes import byref, c_size_t, c_void_p, string_at
from typing import Any

from .._schema.json_values import whole_text
from ..errors import InvalidArgumentError
from . import functions
from .library import bind_quick


def encode(what: str, text: object) -> bytes:
    """Return a name as UTF-8; reject NULs and unpaired surrogates. No error repeats the text."""
    text = checked(what, text)
    if "\0" in text:
        raise InvalidArgumentError(f"{what} has a NUL character")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        position = error.start
    # Not inside the block above: its exception contains the text.
    raise InvalidArgumentError(f"{what} has half a surrogate pair at position {position}")


def encode_any(what: str, text: object) -> bytes:
    """Return a message text as UTF-8. Half a surrogate pair is sent as U+FFFD."""
    text = checked(what, text)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return whole_text(text).encode()


def checked(what: str, text: object) -> str:
    """Return a text. TypeError: it is not a str."""
    if not isinstance(text, str):
        raise TypeError(f"{what} must be a str, not {type(text).__name__}")
    return text


def decode(text: bytes | None) -> str | None:
    """Return a text from the library, or None for NULL."""
    return None if text is None else text.decode(errors="replace")


class LongText:
    """A library function that returns a text and its length: the text may contain NULs."""

    def __init__(self, name: str, errors: str = "strict") -> None:
        self._errors = errors
        self._read: Any = getattr(functions, name)
        self._address = bind_quick(name, c_void_p, *self._read.argtypes)

    def __call__(self, *arguments: object) -> str:
        """Return the text; empty for NULL."""
        length = c_size_t()
        text: bytes | None = self._read(*arguments, byref(length))
        if text is None:
            return ""
        if len(text) != length.value:
            # ctypes stopped at a NUL in the text.
            text = string_at(self._address(*arguments, None), length.value)
        return text.decode(errors=self._errors)
