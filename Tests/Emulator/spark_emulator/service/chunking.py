"""Cuts an answer into chunks as the service does: a tiny one first, then uneven ones."""

from __future__ import annotations

import random
import zlib
from itertools import pairwise


def uneven_chunks(text: str) -> list[str]:
    """Cut a text into uneven chunks; always the same ones for the same text."""
    dice = random.Random(zlib.crc32(text.encode("utf-8", "surrogatepass")))
    # Even a short answer has a few chunks.
    largest = max(2, len(text) // 4)
    chunks, start, size = [], 0, 1
    while start < len(text):
        chunks.append(text[start : start + size])
        start += size
        size = min(dice.choice((2, 3, 5, 8, 13, 21, 34, 55)), largest)
    return chunks or [""]


def equal_chunks(text: str, count: int) -> list[str]:
    """Cut a text into exactly `count` chunks of nearly one size, some empty if it is short."""
    bounds = [len(text) * n // count for n in range(count + 1)]
    return [text[a:b] for a, b in pairwise(bounds)]
