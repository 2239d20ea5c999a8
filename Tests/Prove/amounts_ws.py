"""Large numbers of small things over WebSocket: each function builds an answer with `count`."""

from __future__ import annotations

import json

from amount import GOODBYE, LAST, NOTHING, Amount, call, frames, pages, unknown, ws
from support.dialects import WebSocket, said
from support.peer import frame


def calls_in_a_frame(count: int) -> bytes:
    items = [{"role": "assistant", "content": "", "function_call": call(n)} for n in range(count)]
    return frames(ws(*items, is_last=True))


def frames_of_calls(count: int) -> bytes:
    items = [{"role": "assistant", "content": "", "function_call": call(n)} for n in range(count)]
    return frames(*map(ws, items), LAST)


def citations_in_a_frame(count: int) -> bytes:
    content = json.dumps(pages(count))
    plugin = {"name": "ifly_search", "content": content, "content_type": "text", "role": "tool"}
    return frames(ws(said("!"), is_last=True, plugins={"text": [plugin]}))


def halves(count: int) -> bytes:
    message = ws(said("HALF")).replace(b"HALF", b"\\ud83d\\udc00\\udc00")
    return frames(*[message] * count, LAST)


def fragments(count: int) -> bytes:
    half, rest = LAST[:40], LAST[40:]
    first = b"\x01" + frame(half)[1:]
    return first + b"\x00\x00" * count + b"\x80" + frame(rest)[1:] + GOODBYE


def small_fragments(count: int) -> bytes:
    text = ws(said("x" * count), is_last=True)
    pieces = b"".join(b"\x00\x01" + text[n : n + 1] for n in range(1, len(text)))
    return b"\x01\x01" + text[:1] + pieces + b"\x80\x00" + GOODBYE


WEBSOCKET = {
    # The library keeps these for the host: a call is three texts, a citation two.
    "calls in a frame": Amount(WebSocket, calls_in_a_frame, 20_000, ("calls", 20_000), 8),
    "frames of calls": Amount(WebSocket, frames_of_calls, 8_000, ("calls", 8_000)),
    "citations in a frame": Amount(
        WebSocket, citations_in_a_frame, 20_000, ("citations", 20_000), 8
    ),
    "frames of reasoning": Amount(
        WebSocket,
        lambda n: frames(*[ws({"reasoning_content": "hm"})] * n, LAST),
        12_000,
        ("reasoning", 24_000),
    ),
    "items of text in a frame": Amount(
        WebSocket, lambda n: frames(ws(*[said("x")] * n, is_last=True)), 50_000, ("text", 50_000)
    ),
    "an array of {}, in a frame": Amount(
        WebSocket, lambda n: frames(unknown(LAST, n)), 1_000_000, ("text", 1)
    ),
    "halves of pairs": Amount(WebSocket, halves, 12_000, ("text", 12_000 * 7 + 1)),
    "frames without text": Amount(
        WebSocket, lambda n: frames(*[ws(NOTHING)] * n, LAST), 12_000, ("text", 1)
    ),
    "frames of usage": Amount(
        WebSocket,
        lambda n: frames(*[ws(usage={"text": {"total_tokens": 7}})] * n, LAST),
        12_000,
        ("text", 1),
    ),
    "fragments without bytes": Amount(WebSocket, fragments, 1_000_000, ("text", 1)),
    "fragments of a byte": Amount(WebSocket, small_fragments, 500_000, ("text", 500_000)),
    "pings": Amount(WebSocket, lambda n: frame(b"", 9) * n + frames(LAST), 400_000, ("text", 1)),
}
