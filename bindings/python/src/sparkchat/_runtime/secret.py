"""Secrets that a client keeps for its copies."""

from __future__ import annotations

from collections.abc import Callable
from ctypes import create_string_buffer, memset
from functools import partial

from .._capi.strings import encode

# A proxy's URL may contain a password.
SECRET = frozenset({"api_key", "api_secret", "api_password", "proxy"})


class Secret:
    """A text that is never shown or pickled, and is wiped from memory when it is freed."""

    __slots__ = ("__del__", "_buffer")
    __del__: Callable[[], object]

    def __init__(self, what: str, text: str) -> None:
        self._buffer = create_string_buffer(encode(what, text))
        # A C call, not a method: Ctrl-C cannot interrupt it.
        self.__del__ = partial(memset, self._buffer, 0, len(self._buffer))

    def reveal(self) -> str:
        """Return a copy of the text."""
        return self._buffer.value.decode()

    def __repr__(self) -> str:
        return "<secret>"

    def __reduce__(self) -> str:
        raise TypeError("a secret cannot be pickled")
