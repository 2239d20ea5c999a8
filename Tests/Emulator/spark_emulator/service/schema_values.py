"""Makes values that fit a JSON schema: the same every time, and from the question if possible.

A schema is resolved into alternatives without `$ref`, `allOf`, `anyOf`, `oneOf` and `if`. Each of
them gives a few candidates, and the first one that the whole schema allows is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeAlias

from .schema_parts import Parts, Schema
from .schema_scalars import NUMBERS, numbers, strings

Finder: TypeAlias = "Callable[[str, dict[str, Any]], Any]"
# Below the first depth only required members are made, and below the second nothing.
_DEEP, _DEEPEST = 2, 24
_MOST_VALUES = 20_000
# More values make an answer longer than most token limits: then only required ones follow.
_MANY_VALUES = 100
_MOST_ALTERNATIVES = 32
_MOST_CANDIDATES = 12
# Bounds may allow millions of items, which no test needs.
_MOST_ITEMS = 1000


class NoValueError(Exception):
    """The schema has no value, or none was found."""


def value_for(schema: Any, text: str, find: Finder) -> Any:
    """Return a value that fits the schema.

    `find(name, schema)` returns the question's value for a scalar of this name, or None; strings at
    the top are then `text`. NoValueError: nothing fits.
    """
    try:
        return _Values(Parts(schema), text, find).top()
    except (ArithmeticError, AttributeError, LookupError, TypeError, RecursionError) as error:
        raise NoValueError("the schema is invalid") from error


class _Values:
    def __init__(self, parts: Parts, text: str, find: Finder) -> None:
        self._parts = parts
        self._text = text
        self._find = find
        self._left = _MOST_VALUES

    def top(self) -> Any:
        return self._value(self._parts.root, "", 0, 0)

    def _value(self, schema: Any, name: str, depth: int, salt: int) -> Any:
        """Return a value; `salt` makes it different from its neighbours in a list."""
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            raise NoValueError
        for flat in self._alternatives(schema, depth):
            candidates = self._candidates(flat, name, depth, salt)
            for candidate in islice(candidates, _MOST_CANDIDATES + salt):
                if self._parts.allows(schema, candidate):
                    return candidate
        raise NoValueError

    def _alternatives(self, schema: Any, depth: int) -> list[Schema]:
        found = list(islice(self._parts.alternatives(schema), _MOST_ALTERNATIVES))
        # Endless schemas recur in objects and lists.
        later = _says_nothing if depth <= _DEEP else _may_go_on
        return sorted(found, key=later)

    def _candidates(self, flat: Schema, name: str, depth: int, salt: int) -> Iterator[Any]:
        if "const" in flat:
            yield flat["const"]
            return
        choices = flat.get("enum")
        if isinstance(choices, list):
            said = self._find(name, flat)
            if not salt and said in choices:
                yield said
            yield from choices[salt % len(choices) :] if choices else ()
            yield from choices
            return
        for kind in _kinds(flat):
            yield from self._of_kind(kind, flat, name, depth, salt)
        yield from flat.get("examples", ()) if isinstance(flat.get("examples"), list) else ()
        if "default" in flat:
            yield flat["default"]

    def _of_kind(self, kind: str, flat: Schema, name: str, depth: int, salt: int) -> Iterator[Any]:
        if kind == "object":
            yield from self._objects(flat, depth, salt)
        elif kind == "array":
            yield from self._arrays(flat, name, depth)
        elif kind in NUMBERS:
            said = self._find(name, flat)
            yield from numbers(flat, kind, said if isinstance(said, (int, float)) else 0, salt)
        elif kind == "boolean":
            yield from (salt % 2 == 0, salt % 2 == 1)
        elif kind == "null":
            yield None
        else:
            said = self._find(name, flat)
            words = said if isinstance(said, str) else self._text
            if said is None and depth > 1:
                words = name or words
            yield from strings(flat, f"{words} {salt + 1}" if salt else words, salt)

    # Lists ---------------------------------------------------------------------------------

    def _arrays(self, flat: Schema, name: str, depth: int) -> Iterator[list[Any]]:
        least = _count(flat, "minItems", 0)
        most = _count(flat, "maxItems", _MOST_ITEMS)
        wanted = _count(flat, "minContains", 1) if "contains" in flat else 0
        # If items may be anything, what the reader expects is not known.
        is_told = bool({"items", "prefixItems"} & flat.keys()) and flat.get("items") != {}
        usual = max(least, wanted, 1 if is_told and depth <= _DEEP else 0)
        usual = min(usual, most, _MOST_ITEMS)
        for length in dict.fromkeys((usual, least, max(least, wanted))):
            try:
                yield self._items(flat, name, depth, length, min(wanted, length))
            except NoValueError:
                continue

    def _items(self, flat: Schema, name: str, depth: int, length: int, wanted: int) -> list[Any]:
        first, rest = self._parts.item_schemas(flat)
        found: list[Any] = []
        for place in range(length):
            schema = first[place] if place < len(first) else rest
            if place >= max(len(first), length - wanted) or (wanted and length == wanted):
                schema = {"allOf": [schema, flat["contains"]]}
            found.append(self._another(schema, name, depth, found, flat.get("uniqueItems")))
        return found

    def _another(
        self, schema: Any, name: str, depth: int, others: list[Any], is_unique: Any
    ) -> Any:
        for salt in range(len(others), 2 * len(others) + 8):
            value = self._value(schema, name, depth + 1, salt)
            if is_unique is not True or not self._parts.has(others, value):
                return value
        raise NoValueError

    # Objects -------------------------------------------------------------------------------

    def _objects(self, flat: Schema, depth: int, salt: int) -> Iterator[dict[str, Any]]:
        properties = _mapping(flat, "properties")
        required = list(dict.fromkeys(_names(flat.get("required"))))
        usual = [n for n in properties if n in required or self._is_wanted(flat, n, depth)]
        usual += [n for n in required if n not in properties]
        for names in (usual, required, list(properties)):
            try:
                yield self._object(flat, names, depth, salt)
            except NoValueError:
                continue

    def _is_wanted(self, flat: Schema, name: str, depth: int) -> bool:
        """Return whether to add an optional property: texts only if the question has them."""
        if depth >= _DEEP:
            return False
        schemas = self._alternatives(_mapping(flat, "properties")[name], depth)
        if not schemas or _says_nothing(schemas[0]):
            return False
        schema = schemas[0]
        kind = "enum" if "enum" in schema or "const" in schema else _kinds(schema)[0]
        return kind != "string" or self._find(name, schema) is not None

    def _object(self, flat: Schema, names: list[str], depth: int, salt: int) -> dict[str, Any]:
        required = set(_names(flat.get("required")))
        names = [*names, *self._parts.also_required(flat, names)]
        found: dict[str, Any] = {}
        for name in dict.fromkeys(names):
            if name not in required and self._left < _MOST_VALUES - _MANY_VALUES:
                continue
            try:
                schema = self._parts.property_schema(flat, name)
                found[name] = self._value(schema, name, depth + 1, salt)
            except NoValueError:
                # An optional one may be impossible or endless.
                if name in required:
                    raise
        least = _count(flat, "minProperties", 0)
        is_map = "properties" not in flat and isinstance(flat.get("additionalProperties"), dict)
        if is_map and depth <= _DEEP:
            least = max(least, min(1, _count(flat, "maxProperties", 1)))
        self._fill_up(flat, found, least, depth)
        return found

    def _fill_up(self, flat: Schema, found: dict[str, Any], least: int, depth: int) -> None:
        """Add properties until there are enough."""
        more = self._more_names(flat, depth)
        while len(found) < least:
            name = next((name for name in more if name not in found), None)
            if name is None:
                raise NoValueError
            schema = self._parts.property_schema(flat, name)
            found[name] = self._value(schema, name, depth + 1, 0)

    def _more_names(self, flat: Schema, depth: int) -> Iterator[str]:
        yield from _mapping(flat, "properties")
        of_names = flat.get("propertyNames", {})
        for salt in range(_MOST_ITEMS):
            for pattern in _mapping(flat, "patternProperties") or ("",):
                shape: Schema = {"type": "string", **({"pattern": pattern} if pattern else {})}
                shape = {"allOf": [shape, of_names]}
                try:
                    yield self._value(shape, "key", depth + 2, salt)
                except NoValueError:
                    return


def _count(flat: Schema, name: str, default: int) -> int:
    value = flat.get(name, default)
    return int(value) if isinstance(value, (int, float)) and math.isfinite(value) else default


def _mapping(flat: Schema, name: str) -> dict[str, Any]:
    value = flat.get(name)
    return value if isinstance(value, dict) else {}


def _names(value: Any) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


_TELLING = {
    "object": ("properties", "required", "additionalProperties", "patternProperties",
               "minProperties", "maxProperties", "propertyNames", "dependentRequired"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "contains", "uniqueItems"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}  # fmt: skip


_ANY = ["string", "object", "array", "number", "boolean", "null"]


def _kinds(flat: Schema) -> list[str]:
    """Return the types that a value may have, the likeliest first."""
    given = flat.get("type")
    if isinstance(given, str):
        return [given]
    if isinstance(given, list):
        return [kind for kind in given if kind != "null"] + [k for k in given if k == "null"]
    told = [kind for kind, words in _TELLING.items() if any(word in flat for word in words)]
    return [*told, "string"] if told else _ANY


def _says_nothing(flat: Schema) -> bool:
    return not {"type", "enum", "const"} & flat.keys() and _kinds(flat) == _ANY


def _may_go_on(flat: Schema) -> bool:
    return not {"enum", "const"} & flat.keys() and _kinds(flat)[0] in ("object", "array")
