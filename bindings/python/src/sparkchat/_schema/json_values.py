"""What JSON calls its values, and what it does not have."""

from __future__ import annotations

from collections.abc import Callable
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


class Mismatch(ValueError):
    """A JSON value is not what its type says."""

    def __init__(self, where: str, wanted: str, value: object) -> None:
        super().__init__(f"{where} must be {wanted}, not {_name(value)}")


def no_constant(name: str) -> None:
    """Refuse what Python's decoder takes beside JSON: NaN and the infinities."""
    raise ValueError(f"{name} is not JSON")


def json_type(value: object) -> str:
    """Return what JSON calls the type of a value."""
    return _TYPES.get(type(value), type(value).__name__)


def article(name: str) -> str:
    """Return a type's name as it stands in a sentence."""
    if name == "null":
        return name
    return f"an {name}" if name[0] in "aio" else f"a {name}"


def made(make: Callable[..., Any], where: str, /, *values: Any, **members: Any) -> Any:
    """Return what a type makes of its JSON.

    Whatever a type raises is about the value, which the model wrote: it is told, and may mend it.
    """
    try:
        return make(*values, **members)
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(f"{where} is refused: {type(error).__name__}: {error}") from error


def _name(value: object) -> str:
    return "null" if value is None else f"the {json_type(value)} {value!r:.60}"
