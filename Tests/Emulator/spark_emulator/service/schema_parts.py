"""Analyses a JSON schema: references, alternatives, and the schemas of members."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator
from jsonschema.exceptions import UnknownType
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012, specification_with

Schema: TypeAlias = "dict[str, Any]"
_ROOT = "urn:root"
_MOST_REFERENCES = 32
_HIGHEST = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
_LOWEST = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
_BOTH = {"items", "additionalProperties", "propertyNames", "contains"}


_NO_SCHEMA = (
    *(Unresolvable, UnknownType, re.error, RecursionError),
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
)


class Parts:
    """One schema, with the schemas that it refers to."""

    def __init__(self, schema: Any) -> None:
        self.root = _rooted(schema)
        if isinstance(self.root, dict):
            self.root.pop("$id", None)
        self._class = validator_for(self.root, default=Draft202012Validator)
        dialect = str(self._class.META_SCHEMA.get("$schema", ""))
        specification = specification_with(dialect, default=DRAFT202012)
        resource = specification.create_resource(self.root)
        # Nested alternatives are many, and some are endless.
        self._left = 20_000
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, resource)

    def allows(self, schema: Any, value: Any) -> bool:
        """Return whether a value fits; a schema that cannot be checked counts as fitting."""
        try:
            return self._validator(schema).is_valid(value)
        except _NO_SCHEMA:
            return True

    def _validator(self, schema: Any) -> Validator:
        return self._class(schema, registry=self._registry)

    def has(self, values: Sequence[Any], value: Any) -> bool:
        """Return whether a value is among others, by JSON's equality: 1 is 1.0, but not true."""
        return not self.allows({"uniqueItems": True}, [*values, value])

    # Alternatives --------------------------------------------------------------------------

    def alternatives(self, schema: Any, depth: int = 0) -> Iterator[Schema]:
        """Yield flat schemas, each probably a way to fit the schema."""
        if not isinstance(schema, dict):
            if schema is not False:
                yield {}
            return
        self._left -= 1
        if depth > _MOST_REFERENCES or self._left < 0:
            return
        own = {name: value for name, value in schema.items() if name not in _COMBINING}
        yield from self._with([own], self._choices(schema), depth)

    def _with(self, found: list[Schema], choices: list[list[Any]], depth: int) -> Iterator[Schema]:
        """Combine the schemas found with one of each list of choices."""
        if not choices:
            yield _merged(found)
            return
        for choice in choices[0]:
            for flat in self.alternatives(choice, depth + 1):
                yield from self._with([*found, flat], choices[1:], depth)

    def _choices(self, schema: Schema) -> list[list[Any]]:
        """Return lists of schemas; one of each list must fit."""
        choices: list[list[Any]] = []
        for name in ("$ref", "$dynamicRef", "$recursiveRef"):
            if isinstance(schema.get(name), str):
                choices.append([self._referred(schema[name])])
        choices += [[part] for part in _list(schema.get("allOf"))]
        choices += [schema[name] for name in ("anyOf", "oneOf") if _list(schema.get(name))]
        if "if" in schema:
            yes = {"allOf": [schema["if"], schema.get("then", True)]}
            choices.append([yes, schema.get("else", True)])
        return choices

    def _referred(self, reference: str) -> Any:
        try:
            return self._registry.resolver().lookup(reference).contents
        except Unresolvable:
            return True

    # Members -------------------------------------------------------------------------------

    def property_schema(self, flat: Schema, name: str) -> Any:
        """Return the schema of a property."""
        found = []
        if isinstance(flat.get("properties"), dict) and name in flat["properties"]:
            found.append(flat["properties"][name])
        patterns = flat.get("patternProperties")
        for pattern, schema in patterns.items() if isinstance(patterns, dict) else ():
            if _matches(pattern, name):
                found.append(schema)
        if not found:
            found.append(flat.get("additionalProperties", True))
        return found[0] if len(found) == 1 else {"allOf": found}

    def item_schemas(self, flat: Schema) -> tuple[list[Any], Any]:
        """Return the schemas of the first items, and the schema of the rest."""
        first, rest = flat.get("prefixItems"), flat.get("items", True)
        if isinstance(rest, list):
            # In older drafts.
            first, rest = rest, flat.get("additionalItems", True)
        return _list(first), rest

    def also_required(self, flat: Schema, names: Sequence[str]) -> list[str]:
        """Return the names that are required because others are present."""
        found: list[str] = []
        for word in ("dependentRequired", "dependencies"):
            rules = flat.get(word)
            for name, others in rules.items() if isinstance(rules, dict) else ():
                if name in names and isinstance(others, list):
                    found += [other for other in others if isinstance(other, str)]
        return found


_COMBINING = frozenset(
    ("$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "if", "then", "else")
)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _rooted(value: Any) -> Any:
    """Return a copy in which references into the schema are valid in all of its parts."""
    if isinstance(value, list):
        return [_rooted(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _rooted(item) for name, item in value.items()}
    for name in ("$ref", "$dynamicRef", "$recursiveRef"):
        if isinstance(copy.get(name), str) and copy[name].startswith("#"):
            copy[name] = _ROOT + copy[name]
    return copy


def _merged(schemas: Sequence[Schema]) -> Schema:
    """Return one flat schema for several that must all fit."""
    whole: Schema = {}
    for schema in schemas:
        for name, value in schema.items():
            whole[name] = _both(name, whole[name], value) if name in whole else value
    return whole


def _both(name: str, one: Any, other: Any) -> Any:
    """Return the combined value of a keyword in two schemas; candidates are checked anyway."""
    if name in ("properties", "patternProperties") and isinstance(one, dict):
        both = {key: {"allOf": [one[key], other[key]]} for key in one.keys() & other.keys()}
        return {**one, **other, **both}
    if name == "required":
        return [*_list(one), *_list(other)]
    if name == "type":
        return _common_types(one, other)
    if name == "enum":
        return [value for value in _list(one) if value in _list(other)]
    if name in _HIGHEST and not isinstance(one, bool):
        return max(one, other)
    if name in _LOWEST and not isinstance(one, bool):
        return min(one, other)
    if name in _BOTH:
        return {"allOf": [one, other]}
    return other


def _common_types(one: Any, other: Any) -> Any:
    kinds = [one] if isinstance(one, str) else _list(one)
    others = [other] if isinstance(other, str) else _list(other)
    common = [kind for kind in kinds if kind in others]
    if "integer" in kinds + others and "number" in kinds + others and "integer" not in common:
        common.append("integer")
    return common
