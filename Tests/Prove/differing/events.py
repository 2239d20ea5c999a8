"""Makes event streams, and decodes them with httpx-sse."""

from __future__ import annotations

import json
import random
import re

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
    # A line that has no end is not one yet.
    ends = lines.flush if text.endswith(("\r", "\n")) else list
    kept = ""
    for line in [*(lines.decode(text) if text else []), *ends()]:
        value = line.removeprefix("data:").lstrip(" \t") if line.startswith("data:") else None
        # Ours adds a blank line that is missing between two JSON documents.
        is_next = value is not None and kept.endswith("}") and value.startswith(("{", "["))
        for each in ["", line] if is_next else [line]:
            event = decoder.decode(each)
            if event and event.data and not is_notice(event):
                found.append(f"data:{shown(event).encode('latin-1').hex()}")
        if not line:
            kept = ""
        elif line.partition(":")[0] == "data":
            kept = line.removeprefix("data").rstrip(" \t")
    return found


def shown(event: ServerSentEvent) -> str:
    """Return an event's data; ours makes plain words about a failure a document."""
    if event.event.strip(" \t") != "error" or is_json(event):
        return event.data
    words = event.data.encode("latin-1").decode(errors="replace")
    return (
        json.dumps({"error": words}, ensure_ascii=False, separators=(",", ":"))
        .encode()
        .decode("latin-1")
    )


def is_json(event: ServerSentEvent) -> bool:
    """Whether the data looks like an object or a list."""
    return event.data.lstrip(" \t").startswith(("{", "["))


def is_notice(event: ServerSentEvent) -> bool:
    """Whether ours skips an event: it has a name of its own, and no JSON of any use."""
    is_named = event.event.strip(" \t") not in ("", "message", "error")
    return is_named and not is_json(event)


def is_same(ours: list[str], theirs: list[str]) -> bool:
    """Compare the events that have data; the other decoder also reports some without."""
    return [even(event) for event in ours if event != "data:"] == [even(event) for event in theirs]


def even(event: str) -> str:
    """Make the bytes that are not UTF-8 one mark, and the digits of escapes small."""
    if not event.startswith("data:"):
        return event
    data = bytes.fromhex(event.removeprefix("data:"))
    data = re.sub(rb"(\xef\xbf\xbd)+", b"\xef\xbf\xbd", data)
    return re.sub(rb"\\u00..", lambda escape: escape[0].lower(), data).hex()
