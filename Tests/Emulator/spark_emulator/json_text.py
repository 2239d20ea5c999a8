"""Writes the emulator's JSON."""

from __future__ import annotations

import json
from typing import Any

compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_escaped = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


def to_text(document: dict[str, Any]) -> str:
    """Return an object's JSON. Half a surrogate pair, which has no UTF-8, becomes an escape."""
    text = compact.encode(document)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _escaped.encode(document)
    return text
