"""Vectors of texts: the same for the same text, and close to each other for similar texts.

The hash of each word, and of each piece of a word, determines its direction. The vectors of a text
as query and as document are close, but not equal.
"""

from __future__ import annotations

import hashlib
import math
import re
import struct
from collections import Counter

DIMENSIONS = 2560
# The service's vectors do not have the norm 1.
_LENGTH = 20.0
# The share of a vector that depends on its domain.
_DOMAIN = 0.1
_WIDE = 0x2E80
_WORD = re.compile(r"[^\W_]+")


def vector_of(text: str, domain: str) -> bytes:
    """Return the vector of a text, as the service writes it: little-endian numbers of 32 bits."""
    numbers = [0.0] * DIMENSIONS
    for feature, count in _features(text).items():
        _add(numbers, feature, math.sqrt(count))
    _scale(numbers, 1 - _DOMAIN)
    _add(numbers, f"domain {domain}", _DOMAIN)
    _scale(numbers, _LENGTH)
    return struct.pack(f"<{DIMENSIONS}f", *numbers)


def _features(text: str) -> Counter[str]:
    features: Counter[str] = Counter()
    for word in _WORD.findall(text.lower()):
        if ord(word[0]) >= _WIDE:
            # Chinese has no spaces: two characters are often a word.
            for start in range(len(word) - 1):
                features[word[start : start + 2]] += 16
            continue
        # Short words, such as "the", matter little.
        features[word] += min(len(word), 8) ** 2
        padded = f" {word} "
        for start in range(len(padded) - 2):
            features[padded[start : start + 3]] += 2
    features[text] += 1
    return features


def _add(numbers: list[float], feature: str, amount: float) -> None:
    """Add a direction, which consists of a few dimensions."""
    digest = hashlib.blake2b(feature.encode(), digest_size=32).digest()
    for value in struct.unpack("<8I", digest):
        numbers[value % DIMENSIONS] += amount if value & 0x8000_0000 else -amount


def _scale(numbers: list[float], length: float) -> None:
    factor = length / (math.sqrt(sum(n * n for n in numbers)) or 1)
    numbers[:] = [n * factor for n in numbers]
