"""Scenarios that change the head of an HTTP answer.

A client that accepts an invalid head visibly gets an ordinary answer.
"""

from __future__ import annotations

from typing import Literal

from ..faulty_bytes import GARBAGE
from ..http.exchange import HttpExchange
from ..http.refusal import answer_with_status
from .expression import ScenarioError
from .registry import Kind, Transport, scenario
from .statuses import REFUSED, status_headers


@scenario(Kind.STREAM, over=Transport.HTTP)
async def upgrade_stall(x: HttpExchange, *, after: int = 0) -> None:
    """Send the first `after` bytes of the answer, then nothing."""
    await x.connection.write(x.head()[:after])
    await x.wait_for_client()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def upgrade_drop(
    x: HttpExchange, *, after: int = 0, how: Literal["fin", "cut", "reset"] = "fin"
) -> None:
    """Send the first `after` bytes of the answer, then break the connection."""
    await x.connection.write(x.head()[:after])
    await x.connection.cut(how)


@scenario(Kind.STREAM, over=Transport.HTTP)
async def huge_header(x: HttpExchange, *, bytes: int = 65536, count: int = 1) -> None:
    """Add `count` headers of `bytes` bytes to the answer."""
    await _with_head(x, x.head(0, *[("X-Filler", "x" * bytes)] * count))


@scenario(Kind.STREAM, over=Transport.HTTP)
async def slow_upgrade(x: HttpExchange, *, delay_ms: float = 1.0, bytes: int = 1) -> None:
    """Send the answer `bytes` bytes at a time, with `delay_ms` after each piece."""
    await x.connection.trickle(x.head(), max(bytes, 1), delay_ms / 1000)
    await _with_head(x, b"")


@scenario(Kind.STREAM, over=Transport.HTTP)
async def garbage_upgrade(x: HttpExchange) -> None:
    """Answer with bytes that are not HTTP."""
    await x.connection.write(GARBAGE)
    await x.wait_for_client()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def redirect(x: HttpExchange, *, to: str = "https://example.com/", code: int = 302) -> None:
    """Answer with a redirect."""
    await answer_with_status(x.connection, code, [("Location", to)])


@scenario(Kind.STREAM, over=Transport.HTTP)
async def status(
    x: HttpExchange,
    *,
    code: int = 503,
    body: str = REFUSED,
    date: str = "",
    type: str = "text/plain; charset=utf-8",
    retry_after: str = "",
    chunked: bool = False,
    length: int = -1,
    keep: bool = False,
) -> None:
    """Refuse with any HTTP status, body and Date (`none` for no such header).

    With `keep=1` the connection accepts another request.
    """
    headers, data = status_headers(body, type, retry_after, chunked, length, keep)
    x.connection.keep_alive = x.connection.keep_alive and keep
    await answer_with_status(x.connection, code, headers, data, date=date)


@scenario(Kind.STREAM, over=Transport.HTTP)
async def bad_head(
    x: HttpExchange,
    *,
    kind: Literal[
        "two_lengths", "length_and_chunked", "bare_lf", "huge", "fold", "no_status", "http2"
    ] = "two_lengths",
    bytes: int = 1024 * 1024,
) -> None:
    """Send a broken or rare head; `huge` has a header of `bytes` bytes."""
    if kind == "two_lengths":
        x.body.framing = "length"
        length = x.length_of(list(x.parts()))
        await _with_head(x, x.head(length + 7, ("Content-Length", str(length))))
        return
    if kind == "length_and_chunked" and x.connection.http10:
        raise ScenarioError("scenario bad_head: HTTP/1.0 has no chunks")
    extra = {
        "length_and_chunked": [("Content-Length", "5")],
        "huge": [("X-Filler", "x" * bytes)],
        "fold": [("X-Folded", "one\r\n two\r\n\tthree")],
    }
    head = x.head(0, *extra.get(kind, []))
    if kind == "bare_lf":
        head = head.replace(b"\r\n", b"\n")
    elif kind == "no_status":
        head = head.replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 OK", 1)
    elif kind == "http2":
        head = head.replace(b"HTTP/1.1", b"HTTP/2", 1)
    await _with_head(x, head)


async def _with_head(x: HttpExchange, head: bytes) -> None:
    """Send the whole answer after the given head."""
    await x.begin(head)
    await x.stream(x.parts())
    await x.finish()
