"""Types of Python as JSON schemas, and as readers of the JSON that a model writes.

A schema tells the model what is wanted; models make mistakes, so what comes back is checked, and
the error says what is wrong where, for the model to mend.
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
        """Return what a JSON value means. Misfit: it is none of this type."""
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
        """Return the values in a list, or whatever the type is."""
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
    """What is written in JSON, and what it means: pairs, since True and 1 are one key of a dict."""

    def schema(self) -> Schema:
        """Return the JSON schema."""
        written = [value for value, _ in self.values]
        kinds = {json_type(value) for value in written}
        schema: Schema = {"type": kinds.pop()} if len(kinds) == 1 else {}
        return {**schema, "enum": written}

    def read(self, value: Any, where: str) -> Any:
        """Return what the value means."""
        for written, meant in self.values:
            # True is 1 for Python, and not for JSON.
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
        """Return what the first type that fits makes of the value.

        The error is about the type that fits best.
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
    """A type with a word about it for the model."""

    shape: Shape
    text: str

    def schema(self) -> Schema:
        """Return the JSON schema."""
        return {**self.shape.schema(), "description": self.text}

    def read(self, value: Any, where: str) -> Any:
        """Return what the value means."""
        return self.shape.read(value, where)


@dataclass(frozen=True)
class Field:
    """A member of an object."""

    shape: Shape
    required: bool
    default: Any = None
    """For the model to know; None is not told."""

    def schema(self) -> Schema:
        """Return the JSON schema."""
        if self.required:
            return self.shape.schema()
        default = self.default.value if isinstance(self.default, Enum) else self.default
        told = isinstance(default, bool | int | str) or _is_number(default)
        # What may be left out need not be null as well.
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
        """Return what is made of the members."""
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
    """Return what the members mean. The error is the first one, and counts those that do fit."""
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
    """Say whether JSON has this float: it has no infinities, and no NaN."""
    return isinstance(value, float) and math.isfinite(value)


def _float(value: float, where: str) -> float:
    """Return the number. JSON's may be larger than any that Python can hold as a float."""
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
