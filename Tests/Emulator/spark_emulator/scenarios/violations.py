"""Scenarios that break RFC 6455, or send what is not JSON.

Each sends `after` correct frames, then the offence, then the rest of the answer if the stream is
still readable: a client that overlooks the offence visibly gets a complete answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from ..websocket.codec import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    encode_close,
    encode_frame,
)
from ..websocket.exchange import Ending, Exchange
from .registry import Kind, scenario


async def _offend(x: Exchange, after: int, offence: bytes) -> None:
    """Put an offence between the frames of the answer."""
    before, rest = x.unfinished(after)
    await x.stream(before)
    await x.connection.write(offence)
    await x.stream(rest)


async def _offend_with_next(x: Exchange, after: int, spoil: Callable[[bytes], bytes]) -> None:
    """Make one frame of the answer the offence: `spoil` receives its payload."""
    before, (text, *rest) = x.unfinished(after)
    await x.stream(before)
    await x.connection.write(spoil(text.encode()))
    await x.stream(rest)


async def _offend_and_wait(x: Exchange, after: int, offence: bytes) -> Ending:
    """Send an offence after which the stream is no longer readable."""
    await x.stream(x.unfinished(after)[0])
    await x.connection.write(offence)
    return await x.wait_for_client()


@scenario(Kind.STREAM)
async def bad_utf8(x: Exchange, *, after: int = 1) -> None:
    """Send a text frame whose JSON contains a byte that is not UTF-8."""
    payload = b'{"header":{"code":0,"sid":"' + b"\xff" + b'","status":1}}'
    await _offend(x, after, encode_frame(TEXT, payload))


@scenario(Kind.STREAM)
async def bad_json(x: Exchange, *, after: int = 1, text: str = '{"header":{"code":0,') -> None:
    """Send a text frame that is not JSON: `text`."""
    await _offend(x, after, encode_frame(TEXT, text.encode()))


@scenario(Kind.STREAM)
async def binary(x: Exchange, *, after: int = 1) -> None:
    """Send one frame of the answer as a binary frame."""
    await _offend_with_next(x, after, partial(encode_frame, BINARY))


@scenario(Kind.STREAM)
async def masked(x: Exchange, *, after: int = 1) -> None:
    """Mask one frame of the answer, which a server must not do."""
    await _offend_with_next(x, after, partial(encode_frame, TEXT, mask=b"\x11\x22\x33\x44"))


@scenario(Kind.STREAM)
async def rsv(x: Exchange, *, after: int = 1, bits: int = 4) -> None:
    """Set reserved bits in one frame of the answer (4, 2 and 1 are RSV1, RSV2 and RSV3)."""
    await _offend_with_next(x, after, partial(encode_frame, TEXT, rsv=bits & 7))


@scenario(Kind.STREAM)
async def bad_opcode(x: Exchange, *, after: int = 1, opcode: int = 3) -> None:
    """Send a frame with a reserved opcode."""
    await _offend(x, after, encode_frame(opcode & 15, b"reserved"))


@scenario(Kind.STREAM)
async def oversize(x: Exchange, *, after: int = 1, bytes: int = 1 << 40) -> Ending:
    """Announce a frame of `bytes` bytes, send a few of them, and wait."""
    announced = min(bytes, (1 << 64) - 1)
    return await _offend_and_wait(x, after, encode_frame(TEXT, b'{"header":', announced=announced))


@scenario(Kind.STREAM)
async def long_control(x: Exchange, *, after: int = 1) -> None:
    """Send a ping of 126 bytes."""
    await _offend(x, after, encode_frame(PING, b"p" * 126))


@scenario(Kind.STREAM)
async def fragmented_control(x: Exchange, *, after: int = 1) -> None:
    """Send a ping that claims to be a fragment."""
    await _offend(x, after, encode_frame(PING, b"half a ping", fin=False))


@scenario(Kind.STREAM)
async def lone_continuation(x: Exchange, *, after: int = 1) -> None:
    """Send a continuation frame without a message."""
    await _offend_with_next(x, after, partial(encode_frame, CONTINUATION))


@scenario(Kind.STREAM)
async def unfinished_message(x: Exchange, *, after: int = 1) -> None:
    """Begin a fragmented message, and begin another one instead of continuing it."""
    await _offend(x, after, encode_frame(TEXT, b'{"header":', fin=False))


@scenario(Kind.STREAM)
async def bad_close(
    x: Exchange, *, after: int = 1, kind: Literal["half", "code", "utf8", "long"] = "half"
) -> Ending:
    """Send a broken close frame: half a code, code 1005, a reason not in UTF-8, or one too long."""
    frames = {
        "half": encode_frame(CLOSE, b"\x03"),
        "code": encode_close(1005),
        "utf8": encode_frame(CLOSE, b"\x03\xe8\xff\xfe"),
        "long": encode_close(1000, "r" * 124),
    }
    return await _offend_and_wait(x, after, frames[kind])
