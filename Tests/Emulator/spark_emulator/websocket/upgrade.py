"""A handshake in progress, as scenarios about the upgrade use it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from aiohttp import web

from ..http.answer import SERVER, Headers, http_answer
from ..options import Options
from ..service.auth import http_date
from .connection import Connection
from .handshake import switching_answer


@dataclass
class Upgrade:
    """A checked upgrade request, its connection, and the content of the answer."""

    request: web.Request
    connection: Connection
    options: Options
    content: str | None = None

    def switching(self, *extra: tuple[str, str], leave_out: str | None = None) -> bytes:
        """Return the bytes of the 101 answer, with additional or missing headers."""
        return switching_answer(self.request, *extra, leave_out=leave_out)

    async def answer(
        self, status: int, headers: Headers = (), body: bytes = b"", date: str = ""
    ) -> None:
        """Answer with another status than 101. `date` may be `none` for no such header."""
        self.connection.record.status = status
        self.connection.record.end("refused")
        dated = [] if date == "none" else [("Date", date or http_date(time.time()))]
        await self.connection.write(
            http_answer(status, [*dated, ("Server", SERVER), *headers], body)
        )

    async def wait_for_client(self) -> bool:
        """Wait until the client leaves; return that the WebSocket does not continue."""
        self.connection.start_reading()
        await self.connection.wait_until_over()
        return False
