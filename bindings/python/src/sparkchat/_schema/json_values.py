"""JSON values: their names, their conversion, and values that JSON does not have."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import json
import math
import os
import uuid
from collections.abc import Callable
from enum import Enum
from typing import Any

_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    type(None): "null",
    list: "array",
    dict: "object",
}


class Misfit(ValueError):
    """A JSON value does not match its type. `fits` is the number of members that do."""

    def __init__(self, message: str, fits: int = 0) -> None:
        super().__init__(message)
        self.fits = fits


class Mismatch(Misfit):
    """A JSON value is of another type: none of it matches."""

    def __init__(self, where: str, wanted: str, value: object) -> None:
        super().__init__(f"{where} must be {wanted}, not {_name(value)}", -1)


def no_constant(name: str) -> None:
    """Refuse the non-JSON values that Python's decoder accepts: NaN and the infinities."""
    raise ValueError(f"{name} is not JSON")


def finite(number: str) -> float:
    """Return a number with a fraction. Numbers that are too large for a float are refused."""
    value = float(number)
    if math.isinf(value):
        raise ValueError(f"the number {number[:40]} is too large")
    return value


def whole_text(text: str) -> str:
    """Return a text with U+FFFD for each unpaired surrogate, as decoders do."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def whole(value: Any) -> Any:
    """Return a JSON value without unpaired surrogates: JSON can spell them, but UTF-8 cannot."""
    if isinstance(value, str):
        return value if value.isascii() else whole_text(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {whole(key): whole(item) for key, item in value.items()}
    return value


def as_json(value: Any) -> Any:
    """Convert a value that JSON does not have; for `default` of `json.dumps`."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return list(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID | os.PathLike):
        return str(value)
    if (plain := getattr(value, "tolist", None)) is not None:
        # Numbers and arrays of NumPy.
        return plain()
    if (dump := getattr(value, "model_dump", None)) is not None:
        # A pydantic model.
        return dump(mode="json")
    raise TypeError(f"{type(value).__name__} is not JSON")


def to_json(value: object) -> dict[str, Any]:
    """Return a dataclass as JSON values: dicts, lists, texts, numbers and truth values."""
    members: dict[str, Any] = json.loads(json.dumps(value, default=as_json))
    return members


def json_type(value: object) -> str:
    """Return JSON's name for the type of a value."""
    return _TYPES.get(type(value), type(value).__name__)


def article(name: str) -> str:
    """Return a type's name with its article."""
    if name == "null":
        return name
    return f"an {name}" if name[0] in "aio" else f"a {name}"


def made(make: Callable[..., Any], where: str, /, *values: Any, **members: Any) -> Any:
    """Return the value that a type makes from its JSON.

    Any exception from the type is about the model's value: it is sent to the model, which may
    correct it.
    """
    try:
        return make(*values, **members)
    except ValueError as error:
        raise Misfit(str(error) or f"{where} is refused") from error
    except Exception as error:
        raise Misfit(f"{where} is refused: {type(error).__name__}: {error}") from error


def _name(value: object) -> str:
    return "null" if value is None else f"the {json_type(value)} {value!r:.60}"
