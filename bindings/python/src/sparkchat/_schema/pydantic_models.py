"""Pydantic models and limits as shapes. Pydantic is only imported if they are used."""

from __future__ import annotations

import copy
import functools
import json
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from ..errors import InvalidArgumentError
from .json_values import Misfit, made
from .shapes import Schema, Shape

# Keys of a schema whose values are schemas by name, and those whose values are data.
_BY_NAME = ("properties", "patternProperties", "dependentSchemas")
_DATA = ("const", "default", "enum", "examples", "required", "dependentRequired")


def owns(hint: Any) -> bool:
    """Return whether a type is entirely pydantic's: a model, its dataclass, or a union of these."""
    origin = get_origin(hint)
    if origin is typing.Annotated:
        return owns(get_args(hint)[0])
    if origin in (typing.Union, types.UnionType):
        return all(map(owns, get_args(hint)))
    return isinstance(hint, type) and hasattr(hint, "__pydantic_validator__")


def is_limit(note: object) -> bool:
    """Return whether pydantic checks a note of `Annotated`, such as `Field(ge=1)`."""
    package = type(note).__module__.partition(".")[0]
    return package in ("pydantic", "annotated_types")


@dataclass(frozen=True)
class Adapted(Shape):
    """A type that pydantic describes and checks."""

    hint: Any
    where: str

    @functools.cached_property
    def adapter(self) -> Any:
        """Pydantic's adapter for the type."""
        try:
            from pydantic import TypeAdapter
        except ImportError:
            raise InvalidArgumentError(
                f"{self.where} has limits that only pydantic can check", hint="install pydantic"
            ) from None
        return self._accepted(TypeAdapter, self.hint)

    def schema(self) -> Schema:
        """Return the JSON schema with all references resolved, since it is part of another one."""
        schema = copy.deepcopy(self._accepted(self.adapter.json_schema))
        definitions = schema.pop("$defs", {})
        found: Schema = _inline(schema, definitions, ())
        return found

    def _accepted(self, make: Callable[..., Any], *of: Any) -> Any:
        """Return what pydantic makes of the type. InvalidArgumentError: it refuses the type."""
        try:
            return make(*of)
        except Exception as error:
            raise InvalidArgumentError(
                f"{self.where} is refused by pydantic: {error}", hint="fix the type"
            ) from error

    def read(self, value: Any, where: str) -> Any:
        """Return the model's instance. Reading JSON lets a strict model accept a date."""
        members = len(value) if isinstance(value, dict) else -1
        return _read(self.adapter.validate_json, json.dumps(value), where, members)

    def check(self, value: Any, where: str) -> Any:
        """Check a value that is already a Python value, and return it."""
        return _read(self.adapter.validate_python, value, where, 0)


@dataclass(frozen=True)
class Limited(Shape):
    """A type of this package with pydantic's limits, as in `Annotated[int, Field(ge=1)]`."""

    shape: Shape
    limits: Adapted

    def schema(self) -> Schema:
        """Return the JSON schema."""
        return self.limits.schema()

    def read(self, value: Any, where: str) -> Any:
        """Return the value, checked against the limits."""
        return self.limits.check(self.shape.read(value, where), where)


def _read(read: Any, value: Any, where: str, members: int) -> Any:
    try:
        return made(read, where, value)
    except Misfit as misfit:
        try:
            details = misfit.__cause__.errors(include_url=False, include_context=False)  # type: ignore[union-attr]
        except (AttributeError, TypeError):
            # The type raised another exception.
            raise misfit from None
        fits = max(members - len(details), -1)
        raise Misfit("; ".join(_said(detail, where) for detail in details), fits) from None


def _said(detail: dict[str, Any], where: str) -> str:
    """Describe an error in one line; pydantic uses several, and adds links."""
    place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in detail["loc"])
    return f"{where}{place}: {detail['msg']}"


def _inline(schema: Any, definitions: Schema, inside: tuple[str, ...]) -> Any:
    """Return a schema with the definitions in place of the references to them."""
    if isinstance(schema, list):
        return [_inline(item, definitions, inside) for item in schema]
    if not isinstance(schema, dict):
        return schema
    target = str(schema.get("$ref")).removeprefix("#/$defs/")
    if target in definitions:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        if target in inside:
            # A recursive type is described once; pydantic checks the rest.
            kind = definitions[target].get("type")
            return {"type": kind, **rest} if kind else rest
        # A definition may be nothing but a reference itself.
        return _inline({**definitions[target], **rest}, definitions, (*inside, target))
    found = {}
    for key, value in schema.items():
        if key in _BY_NAME:
            found[key] = {name: _inline(of, definitions, inside) for name, of in value.items()}
        elif key in _DATA:
            found[key] = value
        elif key != "discriminator":
            # OpenAPI's discriminator refers to the definitions; a `const` in each option says the
            # same.
            found[key] = _inline(value, definitions, inside)
    return found
