"""What is answered, before any transport gives it a shape."""

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
    """The bill: the last question alone, everything sent, everything answered.

    `cached` is a part of what was sent, `reasoning` one of what was answered.
    """

    question: int
    prompt: int
    completion: int
    cached: int = 0
    reasoning: int = 0


# How calls are shown over HTTP: one object, an array, an array that arrives in parts, or OpenAI's
# older `function_call`, in parts as well.
ToolShape = Literal["object", "array", "deltas", "function"]


@dataclass(frozen=True)
class CallStyle:
    """What the pieces of calls have over HTTP."""

    shape: ToolShape | None = None
    ids: bool = True
    # In pieces after the first one: the id and the name again; and in all of them: the place.
    repeat: bool = False
    index: bool = True


@dataclass
class Reply:
    """One whole answer. `pieces` may be a generator, so that an answer can be any length."""

    pieces: Iterable[Piece]
    usage: Usage
    citations: Sequence[Citation] = ()
    error: ServiceError | None = None
    # Written in big batches, without a pause between chunks.
    fast: bool = False
    telling: Telling = USUAL
    # What only HTTP has. `cut` is an answer that `max_tokens` has ended. `finish` is the word for
    # why it ended, also of models that usually say none; `details` are those of the usage, alike.
    calls: CallStyle = CallStyle()
    cut: bool = False
    finish: str = ""
    details: bool = False
    done: bool = True

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
    reasoning = "".join(piece.reasoning or "" for piece in pieces)
    answer = "".join(piece.text or "" for piece in pieces)
    usage = usage_of(request, answer + reasoning)
    usage = replace(usage, reasoning=min(count_tokens(reasoning), usage.completion))
    return Reply(list(pieces) or [Piece("")], usage, citations)
