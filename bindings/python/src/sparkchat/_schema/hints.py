"""Reads type hints, and returns the shape of each type in JSON."""

from __future__ import annotations

import dataclasses
import functools
import operator
import types
import typing
from collections.abc import Collection, Hashable, Iterable, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from ..errors import InvalidArgumentError
from . import pydantic_models
from .shapes import (
    Anything,
    Array,
    Choice,
    Described,
    Dictionary,
    Field,
    Fields,
    Scalar,
    Shape,
    Union,
)

_SCALARS: dict[Any, Scalar] = {
    str: Scalar("string", str),
    int: Scalar("integer", int),
    float: Scalar("number", float),
    bool: Scalar("boolean", bool),
    type(None): Scalar("null", type(None)),
}
_ARRAYS: dict[Any, Any] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    Sequence: list,
    Iterable: list,
    Collection: list,
    AbstractSet: set,
}
_DICTIONARIES = (dict, Mapping, MutableMapping)


def shape_of(hint: Any, where: str, inside: tuple[Any, ...] = ()) -> Shape:
    """Return the shape of a type. `inside` are the classes that contain it."""
    if not isinstance(hint, Hashable):
        # A JSON schema, or an object instead of its class.
        raise _unknown(hint, where)
    if hint in (Any, object):
        return Anything()
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is typing.Annotated:
        return _annotated(hint, where, inside)
    if origin in (typing.Union, types.UnionType):
        return _union(arguments, where, inside)
    if origin is Literal:
        return _choice(((_written(value), value) for value in arguments), where)
    if (kind := origin or hint) in _ARRAYS:
        return Array(_item(arguments, kind is tuple, where, inside), _ARRAYS[kind])
    if kind in _DICTIONARIES:
        return _dictionary(arguments, where, inside)
    if isinstance(hint, type):
        return _class(hint, where, inside)
    if isinstance(origin, type):
        # A generic class with its type arguments.
        return _class(origin, where, inside, arguments)
    # NewType, and a `type` alias of Python 3.12.
    for attribute in ("__supertype__", "__value__"):
        if (meant := getattr(hint, attribute, None)) is not None:
            return shape_of(meant, where, inside)
    raise _unknown(hint, where)


def hints_of(annotated: Any, where: str) -> dict[str, Any]:
    """Return the type hints of a function or class."""
    try:
        return get_type_hints(annotated, include_extras=True)
    except NameError as error:
        raise InvalidArgumentError(
            f"{where} has a type hint that is not defined: {error}",
            hint="define its types outside of functions",
        ) from error


def described(shape: Shape, text: str | None) -> Shape:
    """Return the shape with a description, unless it has one."""
    return shape if not text or isinstance(shape, Described) else Described(shape, text)


def _annotated(hint: Any, where: str, inside: tuple[Any, ...]) -> Shape:
    kind, *notes = get_args(hint)
    # Other packages use objects with a description, such as pydantic's Field.
    texts = [n if isinstance(n, str) else getattr(n, "description", None) for n in notes]
    text = next((text for text in texts if isinstance(text, str)), None)
    if pydantic_models.owns(kind):
        return described(pydantic_models.Adapted(hint, where), text)
    shape = shape_of(kind, where, inside)
    if any(map(pydantic_models.is_limit, notes)):
        shape = pydantic_models.Limited(shape, pydantic_models.Adapted(hint, where))
    return described(shape, text)


def _union(options: tuple[Any, ...], where: str, inside: tuple[Any, ...]) -> Shape:
    """Return the shape of a union. Pydantic decides between pydantic models."""
    models = [option for option in options if pydantic_models.owns(option)]
    if len(models) < 2:
        return Union(tuple(shape_of(option, where, inside) for option in options))
    either = functools.reduce(operator.or_, models)
    adapted = pydantic_models.Adapted(either, where)
    others = [shape_of(option, where, inside) for option in options if option not in models]
    return Union((adapted, *others)) if others else adapted


def _item(arguments: tuple[Any, ...], is_tuple: bool, where: str, inside: tuple[Any, ...]) -> Shape:
    if is_tuple and arguments and (len(arguments) != 2 or arguments[1] is not ...):
        raise InvalidArgumentError(
            f"{where} is a tuple of a fixed length, which has no simple JSON schema",
            hint="use a dataclass, or tuple[T, ...]",
        )
    return shape_of(arguments[0], where, inside) if arguments else Anything()


def _dictionary(arguments: tuple[Any, ...], where: str, inside: tuple[Any, ...]) -> Shape:
    if arguments and arguments[0] not in (str, Any):
        raise InvalidArgumentError(
            f"{where} is a dict with other keys than str, which JSON does not have",
            hint="use dict[str, ...]",
        )
    return Dictionary(shape_of(arguments[1], where, inside) if arguments else Anything())


def _class(
    kind: type, where: str, inside: tuple[Any, ...], arguments: tuple[Any, ...] = ()
) -> Shape:
    if kind in inside:
        raise InvalidArgumentError(
            f"{where} is {kind.__name__}, which contains itself",
            hint="use types that do not contain themselves",
        )
    inside = (*inside, kind)
    if issubclass(kind, Enum):
        return _choice(((member.value, member) for member in kind), where)
    if pydantic_models.owns(kind):
        return pydantic_models.Adapted(kind, where)
    if dataclasses.is_dataclass(kind):
        return Fields(_dataclass_fields(kind, where, inside, arguments), kind)
    if _is_typeddict(kind):
        return Fields(_typeddict_fields(kind, where, inside, arguments), dict)
    raise _unknown(kind, where)


def _is_typeddict(kind: type) -> bool:
    # typing_extensions has its own, which pydantic requires before Python 3.12.
    return is_typeddict(kind) or (issubclass(kind, dict) and hasattr(kind, "__required_keys__"))


def _hints_for(kind: Any, where: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """Return the hints of a class, with its type arguments filled in."""
    hints = hints_of(kind, where)
    types_of = dict(zip(getattr(kind, "__parameters__", ()), arguments, strict=False))
    if not types_of:
        return hints
    return {name: _filled(hint, types_of) for name, hint in hints.items()}


def _filled(hint: Any, types_of: dict[Any, Any]) -> Any:
    if isinstance(hint, typing.TypeVar):
        return types_of.get(hint, hint)
    open_types = getattr(hint, "__parameters__", ())
    return hint[tuple(types_of.get(t, t) for t in open_types)] if open_types else hint


def _dataclass_fields(
    kind: Any, where: str, inside: tuple[Any, ...], arguments: tuple[Any, ...]
) -> dict[str, Field]:
    hints = _hints_for(kind, where, arguments)
    fields = {}
    for field in dataclasses.fields(kind):
        if field.init:
            shape = shape_of(hints[field.name], f"{where}.{field.name}", inside)
            has_default = field.default is not dataclasses.MISSING
            required = not has_default and field.default_factory is dataclasses.MISSING
            fields[field.name] = Field(shape, required, field.default if has_default else None)
    return fields


def _typeddict_fields(
    kind: Any, where: str, inside: tuple[Any, ...], arguments: tuple[Any, ...]
) -> dict[str, Field]:
    fields = {}
    for name, hint in _hints_for(kind, where, arguments).items():
        required = name in kind.__required_keys__
        # Compare names: typing_extensions has its own objects before Python 3.11.
        while (word := getattr(get_origin(hint), "_name", None)) in (
            "Required",
            "NotRequired",
            "ReadOnly",
        ):
            required = word == "Required" or (word == "ReadOnly" and required)
            (hint,) = get_args(hint)
        fields[name] = Field(shape_of(hint, f"{where}.{name}", inside), required)
    return fields


def _choice(values: Iterable[tuple[Any, Any]], where: str) -> Choice:
    found = []
    for value, meant in values:
        if not isinstance(value, str | int | float | None):
            raise InvalidArgumentError(
                f"{where} may be {value!r}, which is not a simple value in JSON",
                hint="use values that are str, int, float, bool or None",
            )
        found.append((value, meant))
    return Choice(tuple(found))


def _written(value: Any) -> Any:
    """Return a value as it is in JSON: a member of an Enum is its value."""
    return value.value if isinstance(value, Enum) else value


def _unknown(hint: Any, where: str) -> InvalidArgumentError:
    name = getattr(hint, "__name__", None) or str(hint)
    return InvalidArgumentError(
        f"{where} has the type {name}, which cannot be described in JSON",
        hint="use str, int, float, bool, list, dict, Literal, Enum, a dataclass, a TypedDict,"
        " a pydantic model, or a union of these",
    )
