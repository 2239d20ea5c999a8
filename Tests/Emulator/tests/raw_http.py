"""An HTTP client on a bare socket: it sees every byte of the answer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from http_client import HttpTarget, body_of
from raw_socket import RawSocket


class RawHttp(RawSocket):
    """One connection, for any number of requests."""

    def __init__(self, http: HttpTarget, *, tls: bool = False) -> None:
        super().__init__(http.url(tls=tls), http.target.trust() if tls else None)
        self._http = http

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

    def head(self) -> str:
        return self.read_until(b"\r\n\r\n").decode()

    def chunk(self) -> bytes:
        """Return the data of the next chunk; empty for the last one."""
        size = int(self.read_until(b"\r\n").split(b";")[0], 16)
        data = self.read(size)
        assert self.read(2) == b"\r\n"
        return data

    def chunks(self) -> list[bytes]:
        chunks: list[bytes] = []
        while not chunks or chunks[-1]:
            chunks.append(self.chunk())
        return chunks[:-1]

    def is_silent(self, seconds: float = 0.15) -> bool:
        """Return whether nothing arrives, and the connection is still open."""
        self.socket.settimeout(seconds)
        try:
            return not self.buffer and self.socket.recv(1) == b"never"
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(5)
