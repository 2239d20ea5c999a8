"""The HTTP part of the upgrade: checks the request, and returns the bytes of the answer."""

from __future__ import annotations

import base64
import binascii
import hashlib
import time

from aiohttp import web

from ..http.answer import SERVER, http_answer
from ..service.auth import http_date

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def upgrade_problem(request: web.Request) -> tuple[int, str] | None:
    """Return status and reason if the request is not a valid WebSocket upgrade."""
    tokens = [t.strip().lower() for t in request.headers.get("Connection", "").split(",")]
    if request.method != "GET" or request.headers.get("Upgrade", "").lower() != "websocket":
        return 400, "expected a websocket upgrade"
    if "upgrade" not in tokens:
        return 400, "the Connection header does not say upgrade"
    if request.headers.get("Sec-WebSocket-Version") != "13":
        return 426, "expected Sec-WebSocket-Version 13"
    try:
        key = base64.b64decode(request.headers.get("Sec-WebSocket-Key", ""), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 16:
        return 400, "Sec-WebSocket-Key is not 16 bytes of base64"
    return None


def accept_value(request: web.Request) -> str:
    """Return the Sec-WebSocket-Accept that belongs to the request's key."""
    key = request.headers.get("Sec-WebSocket-Key", "")
    return base64.b64encode(hashlib.sha1((key + _GUID).encode()).digest()).decode()


def switching_answer(
    request: web.Request,
    *extra: tuple[str, str],
    leave_out: str | None = None,
    now: float | None = None,
) -> bytes:
    """Return the bytes of the 101 answer."""
    headers = [
        ("Date", http_date(time.time() if now is None else now)),
        ("Server", SERVER),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", accept_value(request)),
        *extra,
    ]
    return http_answer(101, [header for header in headers if header[0] != leave_out])
