"""The pieces of a reply as deltas, or as one message; with calls in one of their three shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..service.chunking import uneven_chunks
from ..service.reply import FunctionCall, Piece, Reply, ToolShape

Delta = dict[str, Any]


def deltas_of(reply: Reply, shape: ToolShape) -> Iterator[Delta]:
    """Yield the deltas of a reply."""
    for piece in reply.pieces:
        if not piece.calls:
            yield _text_delta(piece)
        elif shape == "deltas":
            yield from _split_calls(reply, piece)
        elif shape == "array":
            yield {**_text_delta(piece), "tool_calls": _calls(reply, piece)}
        else:
            # An object has room for one call only.
            for call in _calls(reply, piece):
                yield {**_text_delta(piece), "tool_calls": call}


def whole_message(reply: Reply, shape: ToolShape) -> Delta:
    """Return a reply as one message."""
    pieces = list(reply.pieces)
    message: Delta = {
        "role": "assistant",
        "content": "".join(piece.text or "" for piece in pieces),
    }
    reasoning = "".join(piece.reasoning or "" for piece in pieces)
    if reasoning:
        message["reasoning_content"] = reasoning
    calls = [call for piece in pieces for call in _calls(reply, piece)]
    if calls:
        message["tool_calls"] = calls[0] if shape == "object" else calls
    return message


def _text_delta(piece: Piece) -> Delta:
    delta: Delta = {"role": "assistant"}
    if piece.text is not None:
        delta["content"] = piece.text
    if piece.reasoning is not None:
        delta["reasoning_content"] = piece.reasoning
    return delta


def _call(reply: Reply, call: FunctionCall, number: int, arguments: str) -> Delta:
    function = {"arguments": arguments, "name": call.name}
    shown: Delta = {"type": "function", "function": function}
    if reply.call_ids:
        shown["id"] = f"call_{number}"
    return shown


def _calls(reply: Reply, piece: Piece) -> list[Delta]:
    return [_call(reply, c, n, c.arguments) for n, c in enumerate(piece.calls, 1)]


def _split_calls(reply: Reply, piece: Piece) -> Iterator[Delta]:
    """Yield calls as OpenAI streams them: the name first, then the arguments bit by bit."""
    for index, call in enumerate(piece.calls):
        first = {"index": index, **_call(reply, call, index + 1, "")}
        yield {"role": "assistant", "content": None, "tool_calls": [first]}
        for part in uneven_chunks(call.arguments):
            more = {"index": index, "function": {"arguments": part}}
            yield {"role": "assistant", "tool_calls": [more]}
