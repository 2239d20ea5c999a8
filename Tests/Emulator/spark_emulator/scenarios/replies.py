"""Scenarios that change what is answered, whatever the transport.

Each gets the request and the reply it would have had (the default one, or the text given by the
`content` key), and returns another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from ..service.answering import citations_for, text_pieces
from ..service.chunking import equal_chunks, uneven_chunks
from ..service.errors import ServiceError
from ..service.reply import (
    FunctionCall,
    HttpError,
    Piece,
    Reply,
    Usage,
    at_least,
    reply_of,
    usage_of,
)
from ..service.request import ChatRequest
from .registry import Kind, Transport, scenario


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
    """Send `n` chunks, "0 " to "n-1 ", fast; each filled up with dots to `size` characters."""

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
    return reply_of(request, text_pieces(request, reply.text(), thoughts))


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
    request: ChatRequest, reply: Reply, *, code: int = 10012, message: str = "", after: int = 0
) -> Reply:
    """Answer with an error frame, at once or after `after` frames of text."""
    problem = ServiceError(code, literal=message, prompt=request.question)
    return Reply(at_least(after, reply.pieces)[:after], reply.usage, error=problem)


@scenario(Kind.REPLY, "error", over=Transport.HTTP)
def http_error(
    request: ChatRequest,
    reply: Reply,
    *,
    code: int = 10012,
    message: str = "",
    after: int = 0,
    how: Literal["status", "inband", "event"] = "status",
    status: int = 0,
    done: bool = False,
) -> Reply:
    """Answer with an error status, a document with the code, or an event with it.

    After some text it is an event in any case (a document, where there is no stream). `[DONE]`
    follows it with `done=1` only.
    """
    reply = error(request, reply, code=code, message=message, after=after)
    told = "event" if after else how
    return replace(reply, http_error=HttpError(told, status, done))


@scenario(Kind.REPLY, over=Transport.HTTP)
def tools(
    request: ChatRequest,
    reply: Reply,
    *,
    shape: Literal["object", "array", "deltas"] = "array",
    calls: int = 2,
    ids: bool = True,
    name: str = "get_weather",
) -> Reply:
    """Call functions `calls` times, in an object, in an array, or in deltas as OpenAI streams them.

    An object has room for one call only: several come in chunks of their own. Each call of
    `name` has the argument `n`, from 1.
    """
    made = tuple(FunctionCall(name, f'{{"n": {n}}}') for n in range(1, calls + 1))
    used = usage_of(request, "")
    return Reply([Piece("", calls=made)], used, tool_shape=shape, call_ids=ids)
