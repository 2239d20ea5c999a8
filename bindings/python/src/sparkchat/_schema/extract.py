"""Finds the JSON object in a model's text."""

from __future__ import annotations

import json
import re
from typing import Any

from .json_values import Mismatch, finite, no_constant, whole

_FENCED = re.compile(r"```(?:json)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
# The beginning of JSON, as opposed to a formula or a link.
_BEGINNING = re.compile(r"""\{(?=\s*["'])|\[(?=\s*[\["{])""")
_DECODER = json.JSONDecoder(parse_constant=no_constant, parse_float=finite)


def object_in(text: str) -> dict[str, Any]:
    """Return the object: the whole text, the only fenced block, or the only object in the text.

    ValueError says what is wrong. An object inside a broken one is never the answer, and with two
    objects, it is unclear which one is.
    """
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        found = [block for part in _FENCED.findall(text) for block in _block(part)]
        found = found or _objects(text)
    else:
        if not isinstance(value, dict):
            raise Mismatch("the answer", "an object", value)
        found = [value]
    if not found:
        raise ValueError("the answer has no JSON object in it")
    if len(found) > 1:
        raise ValueError(f"the answer has {len(found)} JSON objects in it: give just one")
    read: dict[str, Any] = whole(found[0])
    return read


def _block(text: str) -> list[dict[str, Any]]:
    """Return the objects of a fenced block. The whole block may be one, even an empty one."""
    try:
        value = _DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        return _objects(text)
    return [value] if isinstance(value, dict) else []


def _objects(text: str) -> list[dict[str, Any]]:
    """Return the objects that are not inside another one."""
    found, at = [], 0
    while beginning := _BEGINNING.search(text, at):
        try:
            value, at = _DECODER.raw_decode(text, beginning.start())
        except (ValueError, RecursionError) as error:
            raise ValueError(f"the answer has JSON in it that is broken: {error}") from None
        if isinstance(value, dict):
            found.append(value)
    return found
