"""Scenarios that send a correct answer in unusual ways: body, events, speed, connection."""

from __future__ import annotations

from typing import Literal

from ..http.body import BodyFormat
from ..http.events import EventFormat
from ..http.exchange import HttpExchange
from .expression import ScenarioError
from .registry import Kind, Transport, scenario


@scenario(Kind.STREAM, over=Transport.HTTP)
async def fragments(x: HttpExchange, *, size: int = 10) -> None:
    """Send the body in chunks of `size` bytes."""
    x.body.split = max(size, 1)
    await x.stream_reply()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def slow(x: HttpExchange, *, delay_ms: float = 1.0, bytes: int = 1) -> None:
    """Send the frames `bytes` bytes at a time, with `delay_ms` after each piece."""
    await x.begin()
    for part in x.parts():
        await x.connection.trickle(x.body.frame(part), max(bytes, 1), delay_ms / 1000)
        x.connection.record.frames_sent += 1
    await x.finish()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def coalesce(x: HttpExchange) -> None:
    """Send the head, all events and the end of the body in one write."""
    parts = list(x.parts())
    x.connection.record.frames_sent += len(parts)
    frames = [x.body.frame(part) for part in [*parts, x.end_mark()]]
    await x.begin(x.head() + b"".join(frames) + x.body.end())
    x.connection.record.end("complete")


@scenario(Kind.STREAM, over=Transport.HTTP)
async def sse(
    x: HttpExchange,
    *,
    space: bool = False,
    eol: Literal["lf", "cr", "crlf"] = "lf",
    comments: bool = False,
    blanks: bool = False,
    events: bool = False,
    multiline: bool = False,
    bom: bool = False,
    done: Literal["0", "1", "bare"] = "1",
    split: int = 0,
) -> None:
    """Write the stream in any form that server-sent events allow."""
    if not x.stream_wanted:
        raise ScenarioError("scenario sse needs a stream")
    x.events = EventFormat(
        space or x.options.sse_space, eol, comments, blanks, events, bom, multiline, done
    )
    x.body.split = split
    await x.stream_reply()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def body(
    x: HttpExchange,
    *,
    framing: Literal["chunked", "length", "close"] = "chunked",
    extensions: bool = False,
    trailers: bool = False,
) -> None:
    """Mark the end of the body by chunks, a length, or the end of the connection."""
    if x.connection.http10 and framing == "chunked":
        raise ScenarioError("scenario body: HTTP/1.0 has no chunks")
    x.body = BodyFormat(framing, extensions, trailers)
    await x.stream_reply()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def json_body(x: HttpExchange, *, blanks: int = 2) -> None:
    """Answer with one document after `blanks` blank lines, even if a stream is requested."""
    x.stream_wanted = False
    x.blank_lines = blanks
    await x.stream_reply()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def connection(
    x: HttpExchange,
    *,
    how: Literal["close", "silent"] = "close",
    keep: int = 0,
    idle: int = -1,
    http10: bool = False,
) -> None:
    """Close the connection: after this answer, after its `keep`th one, or `idle` ms after this one.

    `close` announces it in the head; `silent` and `idle` do not.
    """
    if http10:
        x.version, x.body.framing = "HTTP/1.0", "close"
    # The number of the connection's last answer; 0 for none.
    last = keep or (1 if idle < 0 else 0)
    ends = 0 < last <= x.connection.record.request_on_connection
    if ends and how == "close":
        x.connection.keep_alive = False
    await x.stream_reply()
    if ends:
        x.connection.keep_alive = False
    elif idle >= 0:
        x.connection.close_when_idle(idle / 1000)
