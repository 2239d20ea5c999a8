"""Scenarios that change the reply, for any transport.

Each receives the request and its usual reply (the default one, or the text given by the `content`
key), and returns another reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from ..service.answering import answer_with, citations_for
from ..service.chunking import equal_chunks, uneven_chunks
from ..service.error_shapes import Codes, Shape, Telling
from ..service.errors import ServiceError
from ..service.reply import (
    CallStyle,
    FunctionCall,
    Piece,
    Reply,
    ToolShape,
    Usage,
    at_least,
    reply_of,
    usage_of,
)
from ..service.request import ChatRequest
from .registry import Kind, Transport, scenario

# How much of an answer is sent before it ends with each reason.
_SHOWN = {"stop": "all", "tool_calls": "all", "abort": "nothing"}


@scenario(Kind.REPLY)
def text(request: ChatRequest, reply: Reply) -> Reply:
    """Answer with the given `content`, in uneven chunks."""
    return reply


@scenario(Kind.REPLY)
def echo(request: ChatRequest, reply: Reply, *, chunks: int = 4) -> Reply:
    """Send the last user message back in `chunks` chunks."""
    return reply_of(request, [Piece(c) for c in equal_chunks(request.question, max(chunks, 1))])


@scenario(Kind.REPLY)
def count(request: ChatRequest, reply: Reply, *, n: int = 10, size: int = 0) -> Reply:
    """Send `n` chunks, "0 " to "n-1 ", fast; each padded with dots to `size` characters."""

    def pieces() -> Iterator[Piece]:
        for number in range(n):
            yield Piece(f"{number} ".rjust(size, "."))

    used = usage_of(request, "")
    return Reply(pieces() if n else [Piece("")], Usage(used.question, used.prompt, n), fast=True)


@scenario(Kind.REPLY)
def single(request: ChatRequest, reply: Reply) -> Reply:
    """Send the whole answer in one frame with status 2."""
    return reply_of(request, [Piece(reply.text())])


@scenario(Kind.REPLY)
def empty_last(request: ChatRequest, reply: Reply) -> Reply:
    """Send a final frame with empty content after the text."""
    return reply_of(request, [*reply.pieces, Piece("")])


@scenario(Kind.REPLY)
def reasoning(
    request: ChatRequest, reply: Reply, *, thoughts: str = "First I read the question; 再想一想。"
) -> Reply:
    """Think before answering; some of the frames have an empty `content`, some have none."""
    thinking = answer_with(request, reply.text(), thoughts)
    thinking.cut = thinking.cut or reply.cut
    return thinking


@scenario(Kind.REPLY)
def both(request: ChatRequest, reply: Reply) -> Reply:
    """Send text and reasoning together in every frame."""
    chunks = uneven_chunks(reply.text())
    return reply_of(request, [Piece(c, f"because {n}; ") for n, c in enumerate(chunks)])


@scenario(Kind.REPLY)
def function_call(
    request: ChatRequest,
    reply: Reply,
    *,
    name: str = "get_weather",
    arguments: str = '{"city":"合肥","day":"今天"}',
) -> Reply:
    """Call the function `name` with the JSON text `arguments`, in one frame."""
    return Reply([Piece("", calls=(FunctionCall(name, arguments),))], usage_of(request, ""))


@scenario(Kind.REPLY)
def citations(request: ChatRequest, reply: Reply) -> Reply:
    """Send the pages of a web search first, then the answer."""
    return Reply(reply.pieces, reply.usage, citations_for(request))


@scenario(Kind.REPLY, over=Transport.WEBSOCKET)
def error(
    request: ChatRequest,
    reply: Reply,
    *,
    code: int = 10012,
    message: str = "",
    name: str = "",
    inner: int = 0,
    after: int = 0,
    shape: Shape = "usual",
    codes: Codes = "usual",
) -> Reply:
    """Answer with an error frame, immediately or after `after` frames of text."""
    problem = ServiceError(code, literal=message, prompt=request.question)
    if name or inner:
        # The message is then only a part of the text.
        problem = replace(problem, literal="", detail=message, kind=name, inner=inner)
    telling = Telling(shape, codes)
    pieces = at_least(after, reply.pieces)[:after]
    return Reply(pieces, reply.usage, error=problem, telling=telling)


@scenario(Kind.REPLY, "error", over=Transport.HTTP)
def http_error(
    request: ChatRequest,
    reply: Reply,
    *,
    code: int = 10012,
    message: str = "",
    name: str = "",
    inner: int = 0,
    after: int = 0,
    shape: Shape = "usual",
    codes: Codes = "usual",
    how: Literal["status", "inband", "event"] = "status",
    status: int = 0,
    event: bool = False,
    done: bool = False,
) -> Reply:
    """Answer with an error status, or with a document or an event that has the code.

    After some text it is always an event (without a stream, a document). `event=1` puts the line
    `event: error` before it, and `[DONE]` follows it only with `done=1`.
    """
    reply = error(request, reply, code=code, message=message, name=name, inner=inner, after=after)
    told = "event" if after else how
    return replace(reply, telling=Telling(shape, codes, told, status, event, done))


@scenario(Kind.REPLY, over=Transport.HTTP)
def finish(
    request: ChatRequest,
    reply: Reply,
    *,
    reason: str = "length",
    shows: Literal["usual", "all", "half", "reasoning", "nothing"] = "usual",
    done: bool = True,
) -> Reply:
    """End the answer with this `finish_reason`, after what it `shows`, with or without `[DONE]`.

    By default, `stop` and `tool_calls` show all of the text, `abort` nothing, others the first
    half.
    """
    shown = _SHOWN.get(reason, "half") if shows == "usual" else shows
    text = reply.text()
    if shown == "reasoning":
        made = answer_with(request, "", text)
    elif shown == "nothing":
        made = reply_of(request, [])
    else:
        made = answer_with(request, text if shown == "all" else text[: len(text) // 2])
    return replace(made, finish=reason, done=done)


@scenario(Kind.REPLY, over=Transport.HTTP)
def usage(
    request: ChatRequest,
    reply: Reply,
    *,
    prompt: int = 100,
    completion: int = 20,
    cached: int = 64,
    reasoning: int = 8,
) -> Reply:
    """Report this usage in the last chunk, for any model."""
    bill = Usage(reply.usage.question, prompt, completion, cached, reasoning)
    return replace(reply, usage=bill, details=True)


@scenario(Kind.REPLY, over=Transport.HTTP)
def tools(
    request: ChatRequest,
    reply: Reply,
    *,
    shape: ToolShape = "array",
    calls: int = 2,
    ids: bool = True,
    repeat: bool = False,
    index: bool = True,
    name: str = "get_weather",
    finish: str = "",
) -> Reply:
    """Call functions `calls` times, in an object, an array, deltas, or an old `function_call`.

    An object has room for only one call, so several are sent in separate chunks; `function` sends
    only the first. Each call of `name` has the argument `n`, from 1; several names, separated by a
    slash, alternate. With `repeat=1` the pieces of a call repeat its name, and with `index=0` they
    have no index.
    """
    names = name.split("/")
    made = tuple(
        FunctionCall(names[(n - 1) % len(names)], f'{{"n": {n}}}') for n in range(1, calls + 1)
    )
    style = CallStyle(shape, ids, repeat, index)
    used = usage_of(request, "")
    return Reply([Piece("", calls=made)], used, calls=style, finish=finish)
