"""Writes the pieces of a reply as deltas or as one message, with calls in one of their shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..service.chunking import uneven_chunks
from ..service.reply import CallStyle, FunctionCall, Piece, Reply, ToolShape

Delta = dict[str, Any]

# The members of a delta or message with calls.
CALLS = ("tool_calls", "function_call")


def deltas_of(reply: Reply, shape: ToolShape) -> Iterator[Delta]:
    """Yield the deltas of a reply."""
    for piece in reply.pieces:
        if not piece.calls:
            yield _text_delta(piece)
        elif shape == "deltas":
            yield from _split_calls(piece, reply.calls)
        elif shape == "function":
            yield from _old_calls(piece, reply.calls)
        elif shape == "array":
            yield {**_text_delta(piece), "tool_calls": _calls(reply, piece)}
        else:
            # An object has room for only one call.
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
    if calls and shape == "function":
        message["function_call"] = calls[0]["function"]
    elif calls:
        message["tool_calls"] = calls[0] if shape == "object" else calls
    return message


def _text_delta(piece: Piece) -> Delta:
    delta: Delta = {"role": "assistant"}
    if piece.text is not None:
        delta["content"] = piece.text
    if piece.reasoning is not None:
        delta["reasoning_content"] = piece.reasoning
    return delta


def _call(call: FunctionCall, number: int, arguments: str, *, with_id: bool) -> Delta:
    function = {"arguments": arguments, "name": call.name}
    shown: Delta = {"type": "function", "function": function}
    if with_id:
        shown["id"] = f"call_{number}"
    return shown


def _calls(reply: Reply, piece: Piece) -> list[Delta]:
    ids = reply.calls.ids
    return [_call(c, n, c.arguments, with_id=ids) for n, c in enumerate(piece.calls, 1)]


def _split_calls(piece: Piece, style: CallStyle) -> Iterator[Delta]:
    """Yield calls as OpenAI streams them: the name first, then the arguments in pieces."""
    for index, call in enumerate(piece.calls):
        place: Delta = {"index": index} if style.index else {}
        first = {**place, **_call(call, index + 1, "", with_id=style.ids)}
        yield {"role": "assistant", "content": None, "tool_calls": [first]}
        for part in uneven_chunks(call.arguments):
            more: Delta = {"function": {"arguments": part}}
            if style.repeat:
                more = _call(call, index + 1, part, with_id=style.ids)
            yield {"role": "assistant", "tool_calls": [{**place, **more}]}


def _old_calls(piece: Piece, style: CallStyle) -> Iterator[Delta]:
    """Yield the first call in OpenAI's older form, which has only one."""
    for call in piece.calls[:1]:
        first = {"name": call.name, "arguments": ""}
        yield {"role": "assistant", "content": None, "function_call": first}
        for part in uneven_chunks(call.arguments):
            more = {"name": call.name} if style.repeat else {}
            yield {"role": "assistant", "function_call": {**more, "arguments": part}}
