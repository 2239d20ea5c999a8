"""Secrets that a client keeps, to make another one like it."""

from __future__ import annotations

from ctypes import addressof, create_string_buffer, memset

from .._capi.strings import encode

# A proxy's URL may have a password in it.
SECRET = frozenset({"api_key", "api_secret", "api_password", "proxy"})


class Secret:
    """A text that shows nowhere, cannot be pickled, and is wiped from memory when it goes away."""

    __slots__ = ("_buffer",)

    def __init__(self, what: str, text: str) -> None:
        self._buffer = create_string_buffer(encode(what, text))

    def reveal(self) -> str:
        """Return a copy of the text."""
        return self._buffer.value.decode()

    def __repr__(self) -> str:
        return "<secret>"

    def __reduce__(self) -> str:
        raise TypeError("a secret cannot be pickled")

    def __del__(self) -> None:
        # Not there where the text was none.
        buffer = getattr(self, "_buffer", None)
        if buffer is not None:
            memset(addressof(buffer), 0, len(buffer))
