"""Writes the JSON of responses."""

from __future__ import annotations

import json


def write_json(value: object) -> bytes:
    """Return a value as JSON. Half a surrogate pair, which only errors can quote, becomes "?"."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
