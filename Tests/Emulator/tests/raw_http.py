"""An HTTP client made of a bare socket: it sees every byte of the answer."""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from http_client import HttpTarget, body_of


class RawHttp:
    """One connection, for any number of requests."""

    def __init__(self, http: HttpTarget, *, tls: bool = False) -> None:
        self._http = http
        parts = urlsplit(http.url(tls=tls))
        assert parts.hostname
        assert parts.port
        self.host = parts.netloc
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=5)
        if tls:
            context: ssl.SSLContext = http.target.trust()
            self.socket = context.wrap_socket(
                self.socket, server_hostname=parts.hostname, suppress_ragged_eofs=False
            )
        self.buffer = b""

    def __enter__(self) -> RawHttp:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(
        self, *texts: str, scenario: str = "", version: str = "HTTP/1.1", **members: Any
    ) -> None:
        """Send a request."""
        more: dict[str, Any] = {"scenario": scenario} if scenario else {}
        target = urlsplit(self._http.url(**more))
        data = json.dumps(body_of(*(texts or ("Tell me a story",)), **members)).encode()
        head = (
            f"POST {target.path}?{target.query} {version}\r\nHost: {self.host}\r\n"
            f"Authorization: Bearer {self._http.target.ready['api_password']}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        self.socket.sendall(head.encode() + data)

    def fill(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data

    def read(self, size: int) -> bytes:
        while len(self.buffer) < size:
            self.fill()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def read_until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            self.fill()
        return self.read(self.buffer.index(mark) + len(mark))

    def head(self) -> str:
        return self.read_until(b"\r\n\r\n").decode()

    def chunk(self) -> bytes:
        """The data of the next chunk; empty for the last one."""
        size = int(self.read_until(b"\r\n").split(b";")[0], 16)
        data = self.read(size)
        assert self.read(2) == b"\r\n"
        return data

    def chunks(self) -> list[bytes]:
        chunks: list[bytes] = []
        while not chunks or chunks[-1]:
            chunks.append(self.chunk())
        return chunks[:-1]

    def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        with suppress(EOFError):
            while True:
                self.fill()
        data, self.buffer = self.buffer, b""
        return data

    def is_silent(self, seconds: float = 0.15) -> bool:
        """Whether nothing comes, and the connection is not closed either."""
        self.socket.settimeout(seconds)
        try:
            return not self.buffer and self.socket.recv(1) == b"never"
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(5)
