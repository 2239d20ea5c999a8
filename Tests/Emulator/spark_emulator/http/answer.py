"""HTTP answers as bytes, so that scenarios can send what no HTTP library would."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from aiohttp import web

SERVER = "spark-emulator"

Headers = Iterable[tuple[str, str]]


def http_answer(
    status: int, headers: Headers, body: bytes = b"", *, version: str = "HTTP/1.1"
) -> bytes:
    """Return the bytes of an HTTP answer, with exactly the given headers."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"{version} {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + body


class Answered(web.StreamResponse):
    """Tells aiohttp that the answer has already been written to the transport."""

    def __init__(self, *, keep_alive: bool = False) -> None:
        super().__init__()
        self._keep_alive = keep_alive

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write nothing."""

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing."""
