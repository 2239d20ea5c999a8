"""A deterministic token estimate by the published rule of thumb."""

from __future__ import annotations

# In twelfths of a token, to use whole numbers: a wide character (Chinese and similar) is two
# thirds of a token (8), any other a quarter (3).
_WIDE, _NARROW, _TOKEN = 8, 3, 12


def _weight(character: str) -> int:
    return _WIDE if ord(character) >= 0x2E80 else _NARROW


def count_tokens(text: str) -> int:
    """Estimate the tokens of a text: 1.5 Chinese or 4 other characters each, rounded up."""
    if text.isascii():
        return -(-len(text) * _NARROW // _TOKEN)
    return -(-sum(map(_weight, text)) // _TOKEN)


def cut_to_tokens(text: str, limit: int) -> str:
    """Return the longest prefix of the text with at most `limit` tokens."""
    room = limit * _TOKEN
    for position, character in enumerate(text):
        room -= _weight(character)
        if room < 0:
            return text[:position]
    return text
