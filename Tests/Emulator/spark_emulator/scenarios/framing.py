"""Scenarios that send a correct answer in unusual frames, or at an unusual speed."""

from __future__ import annotations

from ..websocket.codec import PING, PONG, TEXT, encode_frame
from ..websocket.exchange import GOODBYE, Ending, Exchange
from .registry import Kind, scenario


@scenario(Kind.STREAM)
async def fragments(x: Exchange, *, size: int = 10) -> None:
    """Split every message into frames of `size` bytes, with a ping between them."""
    for text in x.texts():
        await x.connection.send_fragments(text, max(size, 1))
        await x.pause()


@scenario(Kind.STREAM)
async def pings(x: Exchange, *, every: int = 1) -> None:
    """Send a numbered ping before the first frame and after every `every` frames."""
    for number, text in enumerate(x.texts()):
        if number % max(every, 1) == 0:
            await x.connection.write(encode_frame(PING, f"ping {number}".encode()))
        await x.send(text)
        await x.pause()


@scenario(Kind.STREAM)
async def ping_flood(x: Exchange, *, n: int = 1000) -> None:
    """Send `n` pings at once after the first frame."""
    flood = b"".join(encode_frame(PING, b"%d" % number) for number in range(n))
    for number, text in enumerate(x.texts()):
        await x.send(text)
        if number == 0:
            await x.connection.write(flood)
        await x.pause()


@scenario(Kind.STREAM)
async def unsolicited_pong(x: Exchange) -> None:
    """Send an unsolicited pong before every frame."""
    for text in x.texts():
        await x.connection.write(encode_frame(PONG, b"unasked"))
        await x.send(text)
        await x.pause()


@scenario(Kind.STREAM)
async def slow(x: Exchange, *, delay_ms: float = 1.0, bytes: int = 1) -> None:
    """Send the frames `bytes` bytes at a time, with `delay_ms` after each piece."""
    for text in x.texts():
        frame = encode_frame(TEXT, text.encode())
        await x.connection.trickle(frame, max(bytes, 1), delay_ms / 1000)
        x.connection.record.frames_sent += 1


@scenario(Kind.STREAM)
async def coalesce(x: Exchange) -> Ending:
    """Send all frames, and the close frame after them, in one write."""
    texts = list(x.texts())
    data = b"".join(encode_frame(TEXT, text.encode()) for text in texts)
    x.connection.record.frames_sent += len(texts)
    await x.connection.close(1000, GOODBYE, x.options.close_wait, before=data)
    return Ending.ENDED
