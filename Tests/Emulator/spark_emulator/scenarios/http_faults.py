"""Scenarios that break the rules for HTTP bodies, or send what is not JSON.

Each sends `after` correct events, then the offence, then the rest of the answer if it is still
readable: a client that overlooks the offence visibly gets a complete answer.
"""

from __future__ import annotations

from typing import Literal

from ..http.exchange import HttpExchange
from .expression import ScenarioError
from .registry import Kind, Transport, scenario


async def _offend(x: HttpExchange, after: int, offence: bytes) -> None:
    """Put an offence between the parts of the answer."""
    before, rest = x.unfinished(after)
    await x.begin()
    await x.stream(before)
    await x.send(offence)
    await x.stream(rest)
    await x.finish()


def _insist_on_chunks(x: HttpExchange, name: str) -> None:
    if x.body.framing != "chunked":
        raise ScenarioError(f"scenario {name}: HTTP/1.0 has no chunks")


@scenario(Kind.STREAM, over=Transport.HTTP)
async def bad_utf8(x: HttpExchange, *, after: int = 1) -> None:
    """Send a text frame whose JSON contains a byte that is not UTF-8."""
    marker = "not utf-8"
    event = x.part({"code": 0, "message": "Success", "sid": marker}, 1)
    bad = event.replace(marker.encode(), b"\xff") if x.stream_wanted else b"\xff"
    await _offend(x, after, bad)


@scenario(Kind.STREAM, over=Transport.HTTP)
async def bad_json(x: HttpExchange, *, after: int = 1, text: str = '{"header":{"code":0,') -> None:
    """Send a text frame that is not JSON: `text`."""
    await _offend(x, after, x.part(text, 1))


@scenario(Kind.STREAM, over=Transport.HTTP)
async def oversize(x: HttpExchange, *, after: int = 1, bytes: int = 1 << 40) -> None:
    """Announce a chunk of `bytes` bytes, send a few of them, and wait."""
    _insist_on_chunks(x, "oversize")
    await x.begin()
    await x.stream(x.unfinished(after)[0])
    await x.connection.write(b'%x\r\ndata:{"code":' % bytes)
    await x.wait_for_client()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def bad_chunk(
    x: HttpExchange,
    *,
    kind: Literal["size", "negative", "no_crlf", "short", "huge_line"] = "size",
    after: int = 1,
    bytes: int = 1024 * 1024,
) -> None:
    """Send one event in a broken chunk; `huge_line` has an extension of `bytes` bytes."""
    _insist_on_chunks(x, "bad_chunk")
    before, (data, *rest) = x.unfinished(after)
    size = len(data)
    chunks = {
        "size": lambda: b"xyz\r\n%s\r\n" % data,
        "negative": lambda: b"-%x\r\n%s\r\n" % (size, data),
        "no_crlf": lambda: b"%x\r\n%s" % (size, data),
        "short": lambda: b"%x\r\n%s\r\n" % (size + 9, data),
        "huge_line": lambda: b"%x;%s\r\n%s\r\n" % (size, b"x" * bytes, data),
    }
    await x.begin()
    await x.stream(before)
    x.connection.record.frames_sent += 1
    await x.connection.write(chunks[kind]())
    await x.stream(rest)
    await x.finish()
