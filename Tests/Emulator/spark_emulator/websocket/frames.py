"""Writes a reply as the service's WebSocket frames: the JSON of protocol section 4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..json_text import compact
from ..service.error_shapes import USUAL, Telling, shaped, with_codes
from ..service.errors import ServiceError
from ..service.models import Model
from ..service.reply import Citation, Piece, Reply, Usage

Frame = dict[str, Any]


def header(sid: str, status: int) -> Frame:
    """Return the header of a frame without error."""
    return {"code": 0, "message": "Success", "sid": sid, "status": status}


def error_frame(error: ServiceError, sid: str, telling: Telling = USUAL) -> Frame:
    """Return an error frame. In the usual shape it has only a header."""
    described = {"code": error.code, "message": error.message(), "sid": sid, "status": 2}
    usual = telling.shape == "usual"
    frame = {"header": described} if usual else shaped(error, sid, telling.shape)
    return with_codes(frame, telling.codes)


def text_item(piece: Piece) -> Frame:
    """Return the `text[]` item of one piece."""
    item: Frame = {}
    if piece.text is not None:
        item["content"] = piece.text
    if piece.reasoning is not None:
        item["reasoning_content"] = piece.reasoning
    item["role"] = "assistant"
    for call in piece.calls[:1]:
        item["content_type"] = "text"
        item["function_call"] = {"arguments": call.arguments, "name": call.name}
    item["index"] = 0
    return item


def usage_member(usage: Usage) -> Frame:
    """Return the `usage` member of a final frame."""
    return {
        "text": {
            "question_tokens": usage.question,
            "prompt_tokens": usage.prompt,
            "completion_tokens": usage.completion,
            "total_tokens": usage.prompt + usage.completion,
        }
    }


def text_frame(sid: str, status: int, seq: int, items: list[Frame]) -> Frame:
    """Return a frame with text."""
    return {
        "header": header(sid, status),
        "payload": {"choices": {"status": status, "seq": seq, "text": items}},
    }


def plugin_frame(sid: str, citations: Sequence[Citation]) -> Frame:
    """Return the frame with the pages of a web search. It has no `choices`."""
    pages = [{"index": n, "url": c.url, "title": c.title} for n, c in enumerate(citations, 1)]
    plugin = {
        "name": "ifly_search",
        "content": compact.encode(pages),
        "content_type": "text",
        "content_meta": None,
        "role": "tool",
        "status": "finished",
        "invoked": {
            "namespace": "ifly_search",
            "plugin_id": "ifly_search",
            "plugin_ver": "",
            "status_code": 200,
            "status_msg": "Success",
            "type": "local",
        },
    }
    return {"header": header(sid, 1), "payload": {"plugins": {"text": [plugin]}}}


def frames_of(reply: Reply, sid: str, model: Model) -> Iterator[Frame]:
    """Yield the frames of a reply: references, then text; the usage is on the last one."""
    if reply.citations:
        yield plugin_frame(sid, reply.citations)
    pieces = iter(reply.pieces)
    following = next(pieces, None)
    seq = 0
    while following is not None:
        piece, following = following, next(pieces, None)
        last = following is None and reply.error is None
        frame = text_frame(sid, 2 if last else min(seq, 1), seq, [text_item(piece)])
        if last:
            frame["payload"]["usage"] = usage_member(reply.usage)
        if not model.header_status:
            frame["header"]["status"] = 0
        yield frame
        seq += 1
    if reply.error is not None:
        yield error_frame(reply.error, sid, reply.telling)
