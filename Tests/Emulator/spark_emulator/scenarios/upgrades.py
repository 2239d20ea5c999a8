"""Scenarios that change the answer to the upgrade. They can only be chosen in the URL.

Each returns whether the connection continues as a WebSocket: a client that accepts an invalid
answer then visibly gets an ordinary one.
"""

from __future__ import annotations

from typing import Literal

from ..faulty_bytes import GARBAGE
from ..json_text import to_text
from ..service.models import MAX
from ..service.reply import Piece, Reply, Usage
from ..service.sid import new_sid
from ..websocket.codec import PING, TEXT, encode_frame
from ..websocket.exchange import GOODBYE
from ..websocket.frames import frames_of
from ..websocket.handshake import accept_value
from ..websocket.upgrade import Upgrade
from .registry import Kind, scenario
from .statuses import REFUSED, status_headers


@scenario(Kind.UPGRADE)
async def upgrade_stall(u: Upgrade, *, after: int = 0) -> bool:
    """Send the first `after` bytes of the answer, then nothing."""
    await u.connection.write(u.switching()[:after])
    return await u.wait_for_client()


@scenario(Kind.UPGRADE)
async def upgrade_drop(
    u: Upgrade, *, after: int = 0, how: Literal["fin", "cut", "reset"] = "fin"
) -> bool:
    """Send the first `after` bytes of the answer, then break the connection."""
    await u.connection.write(u.switching()[:after])
    await u.connection.cut(how)
    return False


@scenario(Kind.UPGRADE)
async def bad_accept(u: Upgrade) -> bool:
    """Answer with a Sec-WebSocket-Accept that belongs to another key."""
    right = accept_value(u.request)
    await u.connection.write(u.switching().replace(right.encode(), right.swapcase().encode()))
    return True


@scenario(Kind.UPGRADE)
async def no_accept(u: Upgrade) -> bool:
    """Leave Sec-WebSocket-Accept out of the answer."""
    await u.connection.write(u.switching(leave_out="Sec-WebSocket-Accept"))
    return True


@scenario(Kind.UPGRADE)
async def no_upgrade(u: Upgrade) -> bool:
    """Leave the Upgrade header out of the 101 answer."""
    await u.connection.write(u.switching(leave_out="Upgrade"))
    return True


@scenario(Kind.UPGRADE)
async def extension(u: Upgrade, *, name: str = "permessage-deflate") -> bool:
    """Claim an extension that the client has not offered."""
    await u.connection.write(u.switching(("Sec-WebSocket-Extensions", name)))
    return True


@scenario(Kind.UPGRADE)
async def subprotocol(u: Upgrade, *, name: str = "chat") -> bool:
    """Claim a subprotocol that the client has not offered."""
    await u.connection.write(u.switching(("Sec-WebSocket-Protocol", name)))
    return True


@scenario(Kind.UPGRADE)
async def huge_header(u: Upgrade, *, bytes: int = 65536, count: int = 1) -> bool:
    """Add `count` headers of `bytes` bytes to the answer."""
    await u.connection.write(u.switching(*[("X-Filler", "x" * bytes)] * count))
    return True


@scenario(Kind.UPGRADE)
async def slow_upgrade(u: Upgrade, *, delay_ms: float = 1.0, bytes: int = 1) -> bool:
    """Send the answer `bytes` bytes at a time, with `delay_ms` after each piece."""
    await u.connection.trickle(u.switching(), max(bytes, 1), delay_ms / 1000)
    return True


@scenario(Kind.UPGRADE)
async def garbage_upgrade(u: Upgrade) -> bool:
    """Answer with bytes that are not HTTP."""
    await u.connection.write(GARBAGE)
    return await u.wait_for_client()


@scenario(Kind.UPGRADE)
async def redirect(u: Upgrade, *, to: str = "https://example.com/", code: int = 302) -> bool:
    """Answer with a redirect."""
    await u.answer(code, [("Location", to)])
    return False


@scenario(Kind.UPGRADE)
async def status(
    u: Upgrade,
    *,
    code: int = 503,
    body: str = REFUSED,
    date: str = "",
    type: str = "text/plain; charset=utf-8",
    retry_after: str = "",
    chunked: bool = False,
    length: int = -1,
    keep: bool = False,
) -> bool:
    """Refuse with any HTTP status, body and Date (`none` for no such header).

    `chunked=1` sends the body in chunks, `length` announces a wrong length, and `keep=1` leaves
    the connection open afterwards.
    """
    headers, data = status_headers(body, type, retry_after, chunked, length, keep)
    await u.answer(code, headers, data, date)
    if keep:
        await u.wait_for_client()
    return False


_EARLY = "These frames came early: the first two are in the segment of the upgrade. 早到的帧 🐦"


@scenario(Kind.UPGRADE)
async def early_data(u: Upgrade) -> bool:
    """Send a ping and the first two frames in the same segment as the 101 answer."""
    text = _EARLY if u.content is None else u.content
    third = max(len(text) // 3, 1)
    pieces = [Piece(text[:third]), Piece(text[third : 2 * third]), Piece(text[2 * third :])]
    frames = [to_text(f) for f in frames_of(Reply(pieces, Usage(1, 1, 1)), new_sid(), MAX)]
    encoded = [encode_frame(TEXT, frame.encode()) for frame in frames]
    early = encode_frame(PING, b"early") + encoded[0] + encoded[1]
    connection = u.connection
    await connection.write(u.switching() + early)
    connection.record.status = 101
    connection.record.frames_sent = 2
    connection.start_reading()
    await connection.wait_for_message()
    if connection.take() is not None:
        await connection.send_text(frames[2])
        await connection.close(1000, GOODBYE, u.options.close_wait)
    connection.hang_up()
    return False
