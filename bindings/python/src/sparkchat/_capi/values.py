"""Converts values for the library, and rejects those that ctypes would silently truncate."""

from __future__ import annotations

import json
import math
import operator
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any, TypeVar

from ..errors import InvalidArgumentError
from .strings import encode

Chosen = TypeVar("Chosen", bound=IntEnum)

_INT = 2**31 - 1
_SIZE = 2**63 - 1


def text(what: str, value: object) -> bytes:
    """Return the UTF-8 of a text."""
    return encode(what, value)


def path(what: str, value: Any) -> bytes:
    """Return a path: a `str` or a `pathlib.Path`."""
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{what} must be a str or a path, not {type(value).__name__}")
    return encode(what, os.fspath(value))


def real(what: str, value: Any) -> float:
    """Return a real number."""
    if isinstance(value, bool | str | bytes) or not hasattr(value, "__float__"):
        raise TypeError(f"{what} must be a number, not {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        raise InvalidArgumentError(f"{what} is too large") from None


def integer(what: str, value: Any, most: int = _INT) -> int:
    """Return a whole number that fits in C's type."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{what} must be an int, not {type(value).__name__}")
    number = operator.index(value)
    if not -_INT <= number <= most:
        raise InvalidArgumentError(f"{what} is {number}, which is out of range")
    return number


def count(what: str, value: Any, most: int = _INT) -> int:
    """Return a whole number that is not negative."""
    number = integer(what, value, most)
    if number < 0:
        raise InvalidArgumentError(f"{what} is {number}", hint="use 0 or more")
    return number


def size(what: str, value: Any) -> int:
    """Return a number of bytes."""
    return count(what, value, _SIZE)


def milliseconds(what: str, value: Any) -> int:
    """Return seconds as milliseconds, rounded up: only 0 becomes 0, which means no deadline."""
    seconds = real(what, value)
    if not 0 <= seconds <= _INT / 1000:
        raise InvalidArgumentError(
            f"{what} is {seconds} s",
            hint=f"use 0 to {_INT // 1000} seconds; 0 switches the deadline off",
        )
    return math.ceil(seconds * 1000)


def deadline(plausible: float) -> Callable[[str, Any], int]:
    """Return a function like `milliseconds` that warns about more seconds than are plausible."""

    def convert(what: str, value: Any) -> int:
        converted = milliseconds(what, value)
        if converted > plausible * 1000:
            warn(
                f"{what}={value} is {value} seconds; if milliseconds are meant, write"
                f" {what}={value / 1000:g}"
            )
        return converted

    return convert


def warn(text: str) -> None:
    """Warn at the line that called the package."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__", "")):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, UserWarning, stacklevel=level)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in ("sparkchat", "pydantic")


def flag(what: str, value: object) -> bool:
    """Return a bool."""
    if not isinstance(value, bool):
        raise TypeError(f"{what} must be a bool, not {type(value).__name__}")
    return value


def choice(kind: type[Chosen]) -> Callable[[str, Any], Chosen]:
    """Return a function that converts a lower-case name to a member of an enum."""

    def convert(what: str, value: Any) -> Chosen:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise TypeError(f"{what} must be a str, not {type(value).__name__}")
        for member in kind:
            if value == str(member):
                return member
        allowed = ", ".join(f'"{member}"' for member in kind)
        raise InvalidArgumentError(f"{what} is {value!r}", hint=f"use one of {allowed}")

    return convert


def switch(kind: type[Chosen]) -> Callable[[str, Any], Chosen]:
    """Return a function like that of `choice`, which also takes True and False for 1 and 0."""
    by_name = choice(kind)

    def convert(what: str, value: Any) -> Chosen:
        return kind(int(value)) if isinstance(value, bool) else by_name(what, value)

    return convert


def pair(convert: Callable[[str, Any], Any]) -> Callable[[str, Any], tuple[Any, Any]]:
    """Return a function that converts a tuple of two values."""

    def convert_both(what: str, value: Any) -> tuple[Any, Any]:
        if not isinstance(value, tuple) or len(value) != 2:
            raise TypeError(f"{what} must be a tuple of two, not {type(value).__name__}")
        return convert(what, value[0]), convert(what, value[1])

    return convert_both


def json_object(what: str, value: object) -> bytes:
    """Return the JSON of a mapping."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{what} must be a dict, not {type(value).__name__}")
    try:
        return json.dumps(dict(value), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgumentError(f"{what} cannot be written as JSON: {error}") from error
