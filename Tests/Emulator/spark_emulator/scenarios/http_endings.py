"""How an HTTP answer ends, or does not end: the same scenarios as over WebSocket."""

from __future__ import annotations

import asyncio
from typing import Literal

from ..http.exchange import HttpExchange
from ..service.errors import ServiceError
from .expression import ScenarioError
from .registry import Kind, Transport, scenario


@scenario(Kind.STREAM, over=Transport.HTTP)
async def stall(
    x: HttpExchange,
    *,
    at: Literal["request", "first", "middle", "end"] = "request",
    after: int = 2,
) -> None:
    """Stop sending: before the head, after it, after `after` events, or before `[DONE]`."""
    if at != "request":
        await x.begin()
    if at == "middle":
        await x.stream(x.unfinished(after)[0])
    elif at == "end":
        await x.stream(x.parts())
    await x.wait_for_client()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def no_close(x: HttpExchange) -> None:
    """Send everything including `[DONE]`, but do not end the body."""
    await x.begin()
    await x.stream(x.parts())
    await x.send(x.end_mark())
    await x.wait_for_client()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def close_early(x: HttpExchange, *, after: int = 2) -> None:
    """End the body properly after `after` events, without the last one and without `[DONE]`."""
    await x.begin()
    await x.stream(x.unfinished(after)[0])
    await x.end_body()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def drop(
    x: HttpExchange, *, after: int = 2, how: Literal["fin", "cut", "reset"] = "fin", bytes: int = 0
) -> None:
    """Break the connection after `after` frames and the first `bytes` bytes of the next one."""
    whole, rest = x.unfinished(after)
    await x.begin()
    await x.stream(whole)
    if bytes:
        await x.connection.write(x.body.frame(rest[0])[:bytes])
    await x.connection.cut(how)


@scenario(Kind.STREAM, over=Transport.HTTP)
async def late_error(x: HttpExchange, *, code: int = 10019, delay_ms: int = 0) -> None:
    """Send an error event after the usage and before `[DONE]`."""
    _insist_on_stream(x, "late_error")
    await x.begin()
    await x.stream(x.parts())
    await asyncio.sleep(delay_ms / 1000)
    error = ServiceError(code, prompt=x.request.question)
    await x.stream([x.part(x.envelope.error(error), 1)])
    await x.finish()


@scenario(Kind.STREAM, over=Transport.HTTP)
async def late_frame(x: HttpExchange) -> None:
    """Send another event with text after `[DONE]`."""
    _insist_on_stream(x, "late_frame")
    await x.begin()
    await x.stream(x.parts())
    await x.send(x.end_mark())
    envelope = x.envelope
    late = envelope.choice({"role": "assistant", "content": "LATE"})
    await x.stream([x.part(envelope.document([late], None), 1)])
    await x.end_body()


def _insist_on_stream(x: HttpExchange, name: str) -> None:
    if not x.stream_wanted:
        raise ScenarioError(f"scenario {name} needs a stream")
