"""Finds the JSON object in what a model wrote."""

from __future__ import annotations

import json
import re
from typing import Any

_FENCED = re.compile(r"```(?:json)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
# What looks like the beginning of an object more often than this is no answer.
_MOST_TRIES = 20


def object_in(text: str) -> dict[str, Any]:
    """Return the object: all of the text, a fenced block of it, or the first that begins in it.

    ValueError says what is wrong with what is most likely meant.
    """
    candidates = [text, *_FENCED.findall(text)]
    for candidate in candidates:
        found = _read(candidate)
        if found is not None:
            return found
    decoder, failure, at = json.JSONDecoder(), "", -1
    for _ in range(_MOST_TRIES):
        at = text.find("{", at + 1)
        if at < 0:
            break
        try:
            found, _ = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            failure = failure or f"the answer is no JSON object: {error}"
        else:
            return dict(found)
    raise ValueError(failure or "the answer has no JSON object in it")


def _read(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
