"""A reply, independent of the transport."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .chunking import equal_chunks
from .error_shapes import USUAL, Telling
from .errors import ServiceError
from .request import ChatRequest
from .tokens import count_tokens


@dataclass(frozen=True)
class FunctionCall:
    """A call that the model requests. The arguments are complete JSON text."""

    name: str
    arguments: str


@dataclass(frozen=True)
class Citation:
    """One page of a web search."""

    url: str
    title: str


@dataclass(frozen=True)
class Piece:
    """One delta. Members that are None are not sent."""

    text: str | None = None
    reasoning: str | None = None
    # Over WebSocket at most one.
    calls: tuple[FunctionCall, ...] = ()


@dataclass(frozen=True)
class Usage:
    """The token counts: of the last question alone, of everything sent, and of the answer.

    `cached` is a part of what was sent, `reasoning` a part of the answer.
    """

    question: int
    prompt: int
    completion: int
    cached: int = 0
    reasoning: int = 0


# The form of calls over HTTP: one object, an array, an array in parts, or OpenAI's older
# `function_call`, also in parts.
ToolShape = Literal["object", "array", "deltas", "function"]


@dataclass(frozen=True)
class CallStyle:
    """The members of the pieces of calls over HTTP."""

    shape: ToolShape | None = None
    ids: bool = True
    # Whether pieces after the first repeat the id and the name, and whether all have the index.
    repeat: bool = False
    index: bool = True


@dataclass
class Reply:
    """A whole answer. `pieces` may be a generator, so an answer can have any length."""

    pieces: Iterable[Piece]
    usage: Usage
    citations: Sequence[Citation] = ()
    error: ServiceError | None = None
    # Sent in large batches, without a pause between chunks.
    fast: bool = False
    telling: Telling = USUAL
    # For HTTP only. `cut`: `max_tokens` ended the answer. `finish`: the finish reason, even for #
    # models that usually have none; `details`: the details of the usage, likewise.
    calls: CallStyle = CallStyle()
    cut: bool = False
    finish: str = ""
    details: bool = False
    done: bool = True

    def text(self) -> str:
        """Return the answer without its reasoning. Uses up the pieces if they are a generator."""
        return "".join(piece.text or "" for piece in self.pieces)


def at_least(count: int, pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces, or, if there are fewer than `count`, their text in `count` pieces."""
    pieces = list(pieces)
    if len(pieces) >= count:
        return pieces
    text = "".join(piece.text or "" for piece in pieces)
    return [Piece(chunk) for chunk in equal_chunks(text, count)]


def usage_of(request: ChatRequest, answer: str) -> Usage:
    """Return the token counts of an answer to a request."""
    return Usage(count_tokens(request.question), request.prompt_tokens(), count_tokens(answer))


def reply_of(
    request: ChatRequest, pieces: Sequence[Piece], citations: Sequence[Citation] = ()
) -> Reply:
    """Return a reply of pieces, with its usage. A reply has at least one piece."""
    reasoning = "".join(piece.reasoning or "" for piece in pieces)
    answer = "".join(piece.text or "" for piece in pieces)
    usage = usage_of(request, answer + reasoning)
    usage = replace(usage, reasoning=min(count_tokens(reasoning), usage.completion))
    return Reply(list(pieces) or [Piece("")], usage, citations)
