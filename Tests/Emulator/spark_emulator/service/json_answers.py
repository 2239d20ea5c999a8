"""Answers that are JSON: in the shape that the question asks for, as far as it says."""

from __future__ import annotations

import json
import re
from typing import Any

from .functions import argument

_SCHEMA = re.compile(r"JSON schema\W*?(?=\{)", re.IGNORECASE)
_KEYS = re.compile(r"\bkeys?\b|键|字段", re.IGNORECASE)
_NAME = re.compile(r"""['"“‘`](\w+)['"”’`]""")


def answer_in_json(question: str, text: str) -> str | None:
    """Return an object that fits the schema in the question; None where there is no schema."""
    schema = _schema_in(question)
    return None if schema is None else _write(_fill(schema, text))


def text_in_json(question: str, text: str) -> str:
    """Return a text as JSON: under the keys that the question names, or else as `answer`."""
    names = _NAME.findall(question) if _KEYS.search(question) else []
    return _write(dict.fromkeys(names or ["answer"], text))


def _schema_in(question: str) -> dict[str, Any] | None:
    match = _SCHEMA.search(question)
    if match is None:
        return None
    try:
        schema, _ = json.JSONDecoder().raw_decode(question, match.end())
    except ValueError:
        return None
    return schema if isinstance(schema, dict) and "properties" in schema else None


def _fill(schema: dict[str, Any], text: str) -> dict[str, Any]:
    required = schema.get("required", [])
    found = {}
    for name, property in schema["properties"].items():
        value = argument(name, property if isinstance(property, dict) else {}, text)
        if value is None and name in required:
            value = text
        if value is not None:
            found[name] = value
    return found


def _write(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
