"""Scenarios in which an answer ends in unusual ways, or not at all."""

from __future__ import annotations

import asyncio
from typing import Literal

from ..service.errors import ServiceError
from ..service.reply import Piece
from ..websocket.codec import TEXT, encode_frame
from ..websocket.exchange import GOODBYE, Ending, Exchange
from ..websocket.frames import error_frame, text_frame, text_item
from .registry import Kind, scenario


@scenario(Kind.STREAM)
async def stall(
    x: Exchange,
    *,
    at: Literal["request", "first", "middle", "end"] = "request",
    after: int = 2,
    deaf: bool = False,
) -> Ending:
    """Stop sending: before the first frame, after `after` frames, or after the final one.

    Pings and the client's close frame are still answered, unless `deaf=1`.
    """
    x.connection.deaf = deaf
    if at == "middle":
        await x.stream(x.unfinished(after)[0])
    elif at == "end":
        await x.stream(x.texts())
    return await x.wait_for_client()


@scenario(Kind.STREAM)
async def no_close(x: Exchange) -> Ending:
    """Send the final frame and leave the connection open."""
    await x.stream(x.texts())
    return await x.wait_for_client()


@scenario(Kind.STREAM)
async def close_early(x: Exchange, *, after: int = 2, code: str = "1000") -> Ending:
    """Close after `after` frames without a final one, with close code `code`, or `none`."""
    await x.stream(x.unfinished(after)[0])
    number = int(code) if code.isdigit() else None
    await x.connection.close(number, GOODBYE if number else "", x.options.close_wait)
    return Ending.ENDED


@scenario(Kind.STREAM)
async def drop(
    x: Exchange, *, after: int = 2, how: Literal["fin", "cut", "reset"] = "fin", bytes: int = 0
) -> Ending:
    """Break the connection after `after` frames and the first `bytes` bytes of the next one.

    `fin` ends it properly (with TLS, close_notify first), `cut` ends TCP without close_notify,
    `reset` sends an RST.
    """
    whole, rest = x.unfinished(after)
    await x.stream(whole)
    if bytes:
        frame = encode_frame(TEXT, rest[0].encode())
        await x.connection.write(frame[:bytes])
    await x.connection.cut(how)
    return Ending.ENDED


@scenario(Kind.STREAM)
async def late_error(x: Exchange, *, code: int = 10019, delay_ms: int = 0) -> Ending:
    """Send an error frame after the final frame."""
    await x.stream(x.texts())
    await asyncio.sleep(delay_ms / 1000)
    await x.send(error_frame(ServiceError(code, prompt=x.request.question), x.sid))
    return Ending.CLOSE


@scenario(Kind.STREAM)
async def late_frame(x: Exchange) -> None:
    """Send another frame of text after the final frame."""
    await x.stream(x.texts())
    await x.send(text_frame(x.sid, 1, 9999, [text_item(Piece("LATE"))]))
