"""Reads functions and schemas in the dict formats of other packages, and refuses unknown ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InvalidArgumentError

# The keys of the JSON schema: OpenAI, Anthropic, MCP, OpenAI's json_schema, Gemini.
_SCHEMAS = (
    "parameters",
    "input_schema",
    "inputSchema",
    "schema",
    "parameters_json_schema",
    "parametersJsonSchema",
    "args_schema",
)
# Keys that identify a dict as a JSON schema.
_KEYWORDS = frozenset({"properties", "additionalProperties", "patternProperties", "$ref", "$defs"})
_KEYWORDS |= {"anyOf", "oneOf", "allOf", "required", "definitions"}
# Keys that a function without parameters may have: none of them is a schema.
_OTHERS = {
    "name",
    "title",
    "description",
    "type",
    "strict",
    "annotations",
    "cache_control",
    "_meta",
}
_OTHERS |= {"outputSchema", "output_schema", "icons", "execution", "response"}
_HINT = (
    'use {"name": ..., "description": ..., "parameters": {...}} with a JSON schema,'
    ' or a JSON schema with a "title"'
)


def function_in(shape: Mapping[str, Any]) -> dict[str, Any]:
    """Return name, description and parameters. InvalidArgumentError: something would be lost."""
    inner = _unwrapped(shape)
    given = [key for key in _SCHEMAS if inner.get(key) is not None]
    kind = inner.get("type")
    is_schema = not given and (kind == "object" or not _KEYWORDS.isdisjoint(inner))
    if kind not in (None, "function", "json_schema", "object") and not (kind == "custom" and given):
        if is_schema or ("name" not in inner and "title" in inner):
            raise _refused(shape, f"is a schema of the type {kind!r}, not of an object")
        raise InvalidArgumentError(
            f"a tool has the type {kind!r}, which the service does not have",
            hint="offer functions; search=True has the model search the web",
        )
    name_key = "name" if "name" in inner else "title"
    name = inner.get(name_key)
    if not isinstance(name, str) or not name:
        raise _refused(shape, 'has no name: it needs a "name", or, as a JSON schema, a "title"')
    if len(given) > 1:
        raise _refused(shape, f"has several schemas: {', '.join(given)}")
    found: dict[str, Any] = {"name": name}
    if inner.get("description") is not None:
        found["description"] = inner["description"]
    if given:
        found["parameters"] = _schema(shape, given[0], inner[given[0]])
    elif is_schema:
        told = {name_key, "description", "strict"}
        found["parameters"] = {key: value for key, value in inner.items() if key not in told}
    elif unknown := sorted(str(key) for key in inner.keys() - _OTHERS - set(_SCHEMAS)):
        raise _refused(shape, f"has {', '.join(unknown)}, and no schema that is understood")
    return found


def _unwrapped(shape: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the inner dict that has the name."""
    for key in ("function", "json_schema", "toolSpec"):
        if isinstance(inner := shape.get(key), Mapping):
            return inner
    return shape


def _schema(shape: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping) and value.keys() == {"json"}:
        # Bedrock's format.
        value = value["json"]
    if not isinstance(value, Mapping):
        raise _refused(shape, f"has no JSON schema as {key!r}, but a {type(value).__name__}")
    return dict(value)


def _refused(shape: Mapping[str, Any], why: str) -> InvalidArgumentError:
    name = _unwrapped(shape).get("name") or _unwrapped(shape).get("title")
    return InvalidArgumentError(f"the tool or schema {name or dict(shape)!r:.80} {why}", hint=_HINT)
