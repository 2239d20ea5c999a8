"""Python types as JSON schemas, and as readers of the JSON that a model writes.

A schema tells the model what to write. Models make mistakes, so the result is checked, and the
error says what is wrong and where, so that the model can correct it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from .json_values import Misfit, Mismatch, article, json_type, made

Schema: TypeAlias = dict[str, Any]


class Shape:
    """A type: how it is described, and how a value of it is read."""

    def schema(self) -> Schema:
        """Return the JSON schema."""
        raise NotImplementedError

    def read(self, value: Any, where: str) -> Any:
        """Convert a JSON value. Misfit: the value is not of this type."""
        raise NotImplementedError


@dataclass(frozen=True)
class Anything(Shape):
    """Any JSON value."""

    def schema(self) -> Schema:
        """Return the JSON schema."""
        return {}

    def read(self, value: Any, where: str) -> Any:
        """Return the value as it is."""
        return value


@dataclass(frozen=True)
class Scalar(Shape):
    """A string, a number, a truth value, or null."""

    name: str
    kind: type

    def schema(self) -> Schema:
        """Return the JSON schema."""
        return {"type": self.name}

    def read(self, value: Any, where: str) -> Any:
        """Return the value. JSON has one kind of number: 3.0 is an int, and 3 is a float."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if self.kind is float and is_number:
            return _float(value, where)
        if self.kind is int and is_number and (isinstance(value, int) or value.is_integer()):
            return int(value)
        if self.kind in (int, float) or type(value) is not self.kind:
            raise Mismatch(where, article(self.name), value)
        return value


@dataclass(frozen=True)
class Array(Shape):
    """A list, a tuple of any length, or a set."""

    item: Shape
    make: Callable[[Iterable[Any]], Any]

    def schema(self) -> Schema:
        """Return the JSON schema."""
        return {"type": "array", "items": self.item.schema()}

    def read(self, value: Any, where: str) -> Any:
        """Return the values in a list, or in another collection if the type is one."""
        if not isinstance(value, list):
            raise Mismatch(where, "an array", value)
        items = _read((self.item, item, f"{where}[{at}]") for at, item in enumerate(value))
        return made(self.make, where, items)


@dataclass(frozen=True)
class Dictionary(Shape):
    """A dict with any keys."""

    item: Shape

    def schema(self) -> Schema:
        """Return the JSON schema."""
        schema: Schema = {"type": "object"}
        if items := self.item.schema():
            schema["additionalProperties"] = items
        return schema

    def read(self, value: Any, where: str) -> Any:
        """Return the values in a dict."""
        if not isinstance(value, Mapping):
            raise Mismatch(where, "an object", value)
        items = _read((self.item, item, f"{where}.{key}") for key, item in value.items())
        return dict(zip(value, items, strict=True))


@dataclass(frozen=True)
class Choice(Shape):
    """One of some values: a Literal, or an Enum."""

    values: tuple[tuple[Any, Any], ...]
    """Pairs of a JSON value and its meaning, since True and 1 are the same key of a dict."""

    def schema(self) -> Schema:
        """Return the JSON schema."""
        written = [value for value, _ in self.values]
        kinds = {json_type(value) for value in written}
        schema: Schema = {"type": kinds.pop()} if len(kinds) == 1 else {}
        return {**schema, "enum": written}

    def read(self, value: Any, where: str) -> Any:
        """Convert the value."""
        for written, meant in self.values:
            # True equals 1 in Python, but not in JSON.
            if written == value and isinstance(written, bool) == isinstance(value, bool):
                return meant
        raise Mismatch(where, "one of " + ", ".join(repr(v) for v, _ in self.values), value)


@dataclass(frozen=True)
class Union(Shape):
    """One of several types."""

    options: tuple[Shape, ...]

    def schema(self) -> Schema:
        """Return the JSON schema."""
        return {"anyOf": [option.schema() for option in self.options]}

    def read(self, value: Any, where: str) -> Any:
        """Convert the value to the first type that matches.

        The error is about the closest type.
        """
        misfits = []
        for option in self.options:
            try:
                return option.read(value, where)
            except Misfit as misfit:
                misfits.append(misfit)
        best = max(misfit.fits for misfit in misfits)
        told = dict.fromkeys(str(misfit) for misfit in misfits if misfit.fits == best)
        raise Misfit(", or ".join(told), best)


@dataclass(frozen=True)
class Described(Shape):
    """A type with a description for the model."""

    shape: Shape
    text: str

    def schema(self) -> Schema:
        """Return the JSON schema."""
        return {**self.shape.schema(), "description": self.text}

    def read(self, value: Any, where: str) -> Any:
        """Convert the value."""
        return self.shape.read(value, where)


@dataclass(frozen=True)
class Field:
    """A member of an object."""

    shape: Shape
    required: bool
    default: Any = None
    """Part of the schema, unless it is None."""

    def schema(self) -> Schema:
        """Return the JSON schema."""
        if self.required:
            return self.shape.schema()
        default = self.default.value if isinstance(self.default, Enum) else self.default
        told = isinstance(default, bool | int | str) or _is_number(default)
        # An optional member does not have to accept null, too.
        return {**_without_null(self.shape).schema(), **({"default": default} if told else {})}


@dataclass(frozen=True)
class Fields(Shape):
    """An object with named members: a dataclass, a TypedDict, or the parameters of a function."""

    fields: Mapping[str, Field]
    make: Callable[..., Any]

    def schema(self) -> Schema:
        """Return the JSON schema."""
        return {
            "type": "object",
            "properties": {name: field.schema() for name, field in self.fields.items()},
            "required": [name for name, field in self.fields.items() if field.required],
        }

    def read(self, value: Any, where: str) -> Any:
        """Return the object made from the members."""
        if not isinstance(value, Mapping):
            raise Mismatch(where, "an object", value)
        known = [name for name in value if name in self.fields]
        read = _read((self.fields[name].shape, value[name], f"{where}.{name}") for name in known)
        if unknown := [name for name in value if name not in self.fields]:
            names = ", ".join(self.fields) or "nothing"
            raise Misfit(f"{where} has no {unknown[0]!r}; it has {names}", len(known))
        for name, field in self.fields.items():
            if field.required and name not in value:
                raise Misfit(f"{where} lacks {name!r}", len(known))
        return made(self.make, where, **dict(zip(known, read, strict=True)))


def _read(members: Iterable[tuple[Shape, Any, str]]) -> list[Any]:
    """Convert the members. The error is the first one, and counts the members that match."""
    read, misfits = [], []
    for shape, value, where in members:
        try:
            read.append(shape.read(value, where))
        except Misfit as misfit:
            misfits.append(misfit)
    if misfits:
        fits = len(read) + sum(max(misfit.fits, 0) for misfit in misfits)
        raise Misfit(str(misfits[0]), fits)
    return read


def _is_number(value: object) -> bool:
    """Return whether JSON has this float: it has no infinities, and no NaN."""
    return isinstance(value, float) and math.isfinite(value)


def _float(value: float, where: str) -> float:
    """Return the number as a float. JSON's may be too large for one."""
    try:
        return float(value)
    except OverflowError:
        raise Mismatch(where, "a number that is not so large", value) from None


def _without_null(shape: Shape) -> Shape:
    if isinstance(shape, Described):
        return Described(_without_null(shape.shape), shape.text)
    if not isinstance(shape, Union):
        return shape
    options = tuple(option for option in shape.options if option != Scalar("null", type(None)))
    return options[0] if len(options) == 1 else Union(options)
