"""Answers in JSON, in the shape that the question asks for."""

from __future__ import annotations

import json
import re
from typing import Any

from .asked_schema import schema_in
from .functions import argument
from .schema_values import NoValueError, value_for

_KEYS = re.compile(r"\bkeys?\b|键|字段", re.IGNORECASE)
_NAME = re.compile(r"""['"“‘`](\w+)['"”’`]""")


def answer_in_json(question: str, text: str) -> str | None:
    """Return JSON that fits the schema in the question; None if there is none."""
    schema = schema_in(question)
    if schema is None:
        return None
    try:
        return _write(value_for(schema, text, lambda name, part: argument(name, part, text)))
    except NoValueError:
        return None


def text_in_json(question: str, text: str) -> str:
    """Return a text as JSON, under the keys that the question names, or else `answer`."""
    names = _NAME.findall(question) if _KEYS.search(question) else []
    return _write(dict.fromkeys(names or ["answer"], text))


def _write(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
