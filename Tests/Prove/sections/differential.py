"""The decoders compared with independent ones: the same bytes must mean the same to both.

WebSocket frames are compared with wsproto, event streams with httpx-sse, HTTP responses with h11,
JSON with Python's own module. The bytes are made of well-formed parts, which are then often
damaged. They arrive in pieces, cut anywhere.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from differing import events, http, json, websocket
from programs import built
from rows import Effort, Row

SEED = 20_261_124
# Not all at once: programs started later inherit the peak of memory, and libFuzzer's limit
# includes it.
BATCH = 3_000


@dataclass(frozen=True)
class Format:
    """How to make bytes of a format, and how to decode them independently."""

    name: str
    what: str
    make: Callable[[random.Random], bytes]
    decode: Callable[[bytes], list[str]]
    is_same: Callable[[list[str], list[str]], bool]


FORMATS = (
    Format(
        "websocket",
        "WebSocket frames and wsproto",
        websocket.make,
        websocket.decode,
        websocket.is_same,
    ),
    Format("events", "event streams and httpx-sse", events.make, events.decode, events.is_same),
    Format("http", "HTTP responses and h11", http.make, http.decode, http.is_same),
    Format("http", "good HTTP responses and h11", http.make_good, http.decode, http.is_taken),
    Format("json", "JSON and Python's json", json.make, json.decode, json.is_same),
)


def pieces(data: bytes, chance: random.Random) -> str:
    """Cut the bytes anywhere, and write them in the program's format."""
    cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.choice((0, 0, 1, 3, 20))))
    ends = [*cuts, len(data)]
    return ",".join(data[a:b].hex() for a, b in zip([0, *cuts], ends, strict=True))


def compare(form: Format, count: int) -> Row:
    """Give both decoders the same `count` inputs, a few thousand at a time."""
    chance = random.Random(SEED)
    row, refused = Row(form.what, count), 0
    for done in range(0, count, BATCH):
        inputs = [form.make(chance) for _ in range(min(BATCH, count - done))]
        for data, ours in zip(inputs, decode(form.name, inputs, chance), strict=True):
            theirs = form.decode(data)
            refused += "failed" in ours
            if not form.is_same(ours, theirs):
                row.failures.append(f"{data!r}: {ours} here, {theirs} there")
    row.figures = f"{refused:,} refused"
    return row


def decode(name: str, inputs: list[bytes], chance: random.Random) -> list[list[str]]:
    """Return the library's result for each input."""
    lines = "".join(f"{name} {pieces(data, chance)}\n" for data in inputs)
    result = subprocess.run(
        [built("pipe")], input=lines, capture_output=True, text=True, timeout=600, check=True
    )
    return [line.split() for line in result.stdout.splitlines()]


def run(effort: Effort) -> list[Row]:
    """Try the same inputs each time, and more of them in the long form."""
    count = effort.pick(1_000, 100_000)
    return [compare(form, count) for form in FORMATS]
