"""A handshake on its way: what the scenarios about the upgrade work with."""

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
    """A checked upgrade request, the connection it came on, and the content to answer with."""

    request: web.Request
    connection: Connection
    options: Options
    content: str | None = None

    def switching(self, *extra: tuple[str, str], leave_out: str | None = None) -> bytes:
        """Return the bytes of the 101 answer, with more or fewer headers than it should have."""
        return switching_answer(self.request, *extra, leave_out=leave_out)

    async def answer(
        self, status: int, headers: Headers = (), body: bytes = b"", date: str = ""
    ) -> None:
        """Answer with something else than an upgrade. `date` may be `none` for no such header."""
        self.connection.record.status = status
        self.connection.record.end("refused")
        dated = [] if date == "none" else [("Date", date or http_date(time.time()))]
        await self.connection.write(
            http_answer(status, [*dated, ("Server", SERVER), *headers], body)
        )

    async def wait_for_client(self) -> bool:
        """Do nothing until the client leaves. There is no WebSocket after that."""
        self.connection.start_reading()
        await self.connection.wait_until_over()
        return False
