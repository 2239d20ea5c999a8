"""A connection on a bare socket, read byte by byte."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from types import TracebackType
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

Own = TypeVar("Own", bound="RawSocket")


class RawSocket:
    """Connects to a URL's host; with a context over TLS, regardless of the URL's scheme."""

    def __init__(self, url: str, context: ssl.SSLContext | None) -> None:
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port
        self.host = parts.netloc
        self.buffer = b""
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=5)
        if context is not None:
            try:
                self.socket = context.wrap_socket(
                    self.socket, server_hostname=parts.hostname, suppress_ragged_eofs=False
                )
            except BaseException:
                self.socket.close()
                raise

    def __enter__(self: Own) -> Own:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def fill(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data

    def fill_to_the_end(self) -> NoReturn:
        """Read until reading fails: with EOFError at a proper end."""
        while True:
            self.fill()

    def read(self, size: int) -> bytes:
        while len(self.buffer) < size:
            self.fill()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def read_until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            self.fill()
        return self.read(self.buffer.index(mark) + len(mark))

    def read_rest(self) -> bytes:
        """Read up to the end of the connection."""
        with suppress(EOFError):
            self.fill_to_the_end()
        data, self.buffer = self.buffer, b""
        return data
