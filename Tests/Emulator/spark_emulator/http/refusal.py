"""Answers with a status other than 200."""

from __future__ import annotations

import time

from ..service.auth import http_date
from .answer import SERVER, Headers, http_answer
from .connection import HttpConnection


async def answer_with_status(
    connection: HttpConnection,
    status: int,
    headers: Headers = (),
    body: bytes = b"",
    *,
    date: str = "",
) -> None:
    """Answer with any status. `date` may be `none` for no such header."""
    connection.record.status = status
    connection.record.end("refused")
    dated = [] if date == "none" else [("Date", date or http_date(time.time()))]
    given = list(headers)
    names = {name.lower() for name, _ in given}
    if not names & {"content-length", "transfer-encoding"}:
        given.append(("Content-Length", str(len(body))))
    if not connection.keep_alive and "connection" not in names:
        given.append(("Connection", "close"))
    await connection.write(http_answer(status, [*dated, ("Server", SERVER), *given], body))
