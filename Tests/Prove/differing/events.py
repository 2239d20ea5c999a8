"""Makes event streams, and decodes them with httpx-sse."""

from __future__ import annotations

import random

from httpx_sse import ServerSentEvent
from httpx_sse._decoders import SSEDecoder, SSELineDecoder

from differing.damage import damaged

LINES = (
    *("data: one", "data:two", "data:  two spaces", "data", "data:", "data: ", "data : no"),
    *(":", ": a comment", "event: message", "id: 7", "retry: 10", "datum: no", " data: no"),
    *("event: error", "event: notice", "event:notice"),
    *("data: 你好", 'data: {"a":"b"}', "data: [DONE]", "Data: no", "", "", "", "", ""),
)
ENDS = ("\n", "\n", "\r\n", "\r")
MARK = "\ufeff".encode()


def make(chance: random.Random) -> bytes:
    """Return some lines, damaged or not."""
    same = chance.choice((*ENDS, None))
    text = "".join(
        chance.choice(LINES) + (same or chance.choice(ENDS)) for _ in range(chance.randrange(1, 12))
    )
    return (MARK if chance.random() < 0.1 else b"") + damaged(text.encode(), chance)


def decode(data: bytes) -> list[str]:
    """Return the data of each event. The decoder takes text, without a byte order mark."""
    text = data.removeprefix(MARK).decode("latin-1")
    lines, decoder = SSELineDecoder(), SSEDecoder()
    found = []
    for line in [*(lines.decode(text) if text else []), *lines.flush()]:
        event = decoder.decode(line)
        if event and event.data and not is_notice(event):
            found.append(f"data:{event.data.encode('latin-1').hex()}")
    return found


def is_notice(event: ServerSentEvent) -> bool:
    """Whether ours skips an event: it has a name of its own, and no JSON of any use."""
    is_named = event.event.strip(" \t") not in ("", "message", "error")
    return is_named and not event.data.lstrip(" \t").startswith(("{", "["))


def is_same(ours: list[str], theirs: list[str]) -> bool:
    """Compare the events that have data; the other decoder also reports some without."""
    return [event for event in ours if event != "data:"] == theirs
