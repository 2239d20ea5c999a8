"""What is answered, before any transport gives it a shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .chunking import equal_chunks
from .errors import ServiceError
from .request import ChatRequest
from .tokens import count_tokens


@dataclass(frozen=True)
class FunctionCall:
    """A call the model asks for. The arguments are JSON text, whole, as the service sends them."""

    name: str
    arguments: str


@dataclass(frozen=True)
class Citation:
    """One page a web search found."""

    url: str
    title: str


@dataclass(frozen=True)
class Piece:
    """One delta. A member that is None is absent from what is sent."""

    text: str | None = None
    reasoning: str | None = None
    # Over WebSocket there is never more than one.
    calls: tuple[FunctionCall, ...] = ()


@dataclass(frozen=True)
class Usage:
    """The bill: the last question alone, everything sent, everything answered."""

    question: int
    prompt: int
    completion: int


# How calls are shown over HTTP: one object, an array, or an array that arrives in parts.
ToolShape = Literal["object", "array", "deltas"]


@dataclass(frozen=True)
class HttpError:
    """How an error is told over HTTP, when it comes before any text."""

    how: Literal["status", "inband", "event"] = "status"
    status: int = 0
    # Whether `[DONE]` follows an error event.
    done: bool = False


@dataclass
class Reply:
    """One whole answer. `pieces` may be a generator, so that an answer can be any length."""

    pieces: Iterable[Piece]
    usage: Usage
    citations: Sequence[Citation] = ()
    error: ServiceError | None = None
    # Written in big batches, without a pause between chunks.
    fast: bool = False
    # What only HTTP has.
    http_error: HttpError = HttpError()
    tool_shape: ToolShape | None = None
    call_ids: bool = True

    def text(self) -> str:
        """Return the answer without its reasoning. Uses up the pieces if they are a generator."""
        return "".join(piece.text or "" for piece in self.pieces)


def at_least(count: int, pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces; where there are fewer than `count`, their text in that many instead."""
    pieces = list(pieces)
    if len(pieces) >= count:
        return pieces
    text = "".join(piece.text or "" for piece in pieces)
    return [Piece(chunk) for chunk in equal_chunks(text, count)]


def usage_of(request: ChatRequest, answer: str) -> Usage:
    """Bill an answer to a request."""
    return Usage(count_tokens(request.question), request.prompt_tokens(), count_tokens(answer))


def reply_of(
    request: ChatRequest, pieces: Sequence[Piece], citations: Sequence[Citation] = ()
) -> Reply:
    """Bundle pieces with what they cost. An answer has at least one piece."""
    answer = "".join((piece.text or "") + (piece.reasoning or "") for piece in pieces)
    return Reply(list(pieces) or [Piece("")], usage_of(request, answer), citations)
