"""Damages well-formed bytes."""

from __future__ import annotations

import random


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Change, add, repeat or remove a few bytes; every second input stays as it is."""
    found = bytearray(data)
    for _ in range(chance.choice((0, 0, 0, 1, 1, 3))):
        if not found:
            break
        start = chance.randrange(len(found))
        end = min(start + chance.randrange(1, 8), len(found))
        match chance.randrange(5):
            case 0:
                found[start] = chance.randrange(256)
            case 1:
                found[start] ^= 1 << chance.randrange(8)
            case 2:
                del found[start:end]
            case 3:
                found[start:start] = found[start:end]
            case _:
                del found[start:]
    return bytes(found)
