"""The part of Spark's dialect that a server needs to send the question back."""

from __future__ import annotations

import json
from collections.abc import Iterator

PIECE = 61


def answer(request: str) -> Iterator[str]:
    """Yield the frames of the answer: the last message's text, in pieces, and the usage."""
    text = json.loads(request)["payload"]["message"]["text"][-1]["content"]
    pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    for number, piece in enumerate(pieces):
        is_last = number == len(pieces) - 1
        status = 2 if is_last else min(number, 1)
        payload: dict[str, object] = {
            "choices": {
                "status": status,
                "seq": number,
                "text": [{"content": piece, "role": "assistant", "index": 0}],
            }
        }
        if is_last:
            counts = {"question_tokens": 1, "prompt_tokens": 1, "completion_tokens": len(pieces)}
            payload["usage"] = {"text": {**counts, "total_tokens": len(pieces) + 1}}
        header = {"code": 0, "message": "Success", "sid": "cht-peer", "status": status}
        yield json.dumps({"header": header, "payload": payload}, ensure_ascii=number % 2 == 0)
