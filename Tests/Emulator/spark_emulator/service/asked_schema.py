"""Finds the JSON schema in a question, where clients put it, since the service has no schemas."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

# A few words may be between: "this JSON schema, and with nothing else:".
_SCHEMA = re.compile(r"(?:JSON|output) schema[^{}]{0,80}?(?=\{)", re.IGNORECASE)


def schema_in(question: str) -> dict[str, Any] | None:
    """Return the last schema, since instructions may begin with an example."""
    found = None
    for match in _SCHEMA.finditer(question):
        with suppress(ValueError):
            found, _ = json.JSONDecoder().raw_decode(question, match.end())
    return found


def without_schemas(question: str) -> str:
    """Return the question without the schemas in it."""
    kept, position = "", 0
    for match in _SCHEMA.finditer(question):
        with suppress(ValueError):
            _, end = json.JSONDecoder().raw_decode(question, match.end())
            kept += question[position : match.end()] if match.start() >= position else ""
            position = max(position, end)
    return kept + question[position:]
