"""Checks single members, with messages like the service's schema errors."""

from __future__ import annotations

from typing import Any, NoReturn

from .errors import ServiceError
from .models import Family, Model


def fail(place: str, complaint: str) -> NoReturn:
    """Raise 10004 with a complaint about one place in the request."""
    raise ServiceError(10004, f"'{place}' {complaint}; ")


def member(parent: dict[str, Any], name: str, place: str) -> dict[str, Any]:
    """Return a member that must be present and be an object."""
    value = parent.get(name)
    if name not in parent:
        fail(f"{place}.{name}", "is required")
    if not isinstance(value, dict):
        fail(f"{place}.{name}", "type must be object")
    return value


def string(
    parent: dict[str, Any],
    name: str,
    place: str,
    *,
    longest: int | None = None,
    required: bool = False,
) -> str:
    """Return a string member, or an empty string if it is optional and absent."""
    if name not in parent:
        if required:
            fail(f"{place}.{name}", "is required")
        return ""
    value = parent[name]
    if not isinstance(value, str):
        fail(f"{place}.{name}", "type must be string")
    if longest is not None and len(value) > longest:
        fail(f"{place}.{name}", f"length must be less or equal than {longest}")
    return value


def strings(
    parent: dict[str, Any],
    name: str,
    place: str,
    *,
    longest: int | None = None,
    required: bool = False,
) -> list[str]:
    """Return an array-of-strings member, or an empty list if it is optional and absent."""
    if name not in parent and not required:
        return []
    value = parent.get(name)
    if not isinstance(value, list):
        fail(f"{place}.{name}", "type must be array")
    for position, item in enumerate(value):
        if not isinstance(item, str):
            fail(f"{place}.{name}[{position}]", "type must be string")
        if longest is not None and len(item) > longest:
            fail(f"{place}.{name}[{position}]", f"length must be less or equal than {longest}")
    return value


def number(
    parent: dict[str, Any],
    name: str,
    low: float,
    high: float,
    *,
    place: str,
    open_low: bool = False,
) -> None:
    """Check an optional number. With `open_low` it must not be `low` itself."""
    if name not in parent:
        return
    value = parent[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        fail(f"{place}.{name}", "type must be number")
    if value < low or (open_low and value == low):
        than = "than" if open_low else "or equal than"
        fail(f"{place}.{name}", f"value must be larger {than} {low:g}")
    if value > high:
        fail(f"{place}.{name}", f"value must be less or equal than {high:g}")


def integer(parent: dict[str, Any], name: str, low: int, high: int, *, place: str) -> None:
    """Check an optional whole number."""
    value = parent.get(name, low)
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole:
        fail(f"{place}.{name}", "type must be integer")
    number(parent, name, low, high, place=place)


def typed(parent: dict[str, Any], name: str, kind: type, word: str, *, place: str) -> None:
    """Check the type of an optional member."""
    if name in parent and not isinstance(parent[name], kind):
        fail(f"{place}.{name}", f"type must be {word}")


def check_sampling(parent: dict[str, Any], model: Model, place: str) -> None:
    """Check the members that have the same names over both transports."""
    if model.family is not Family.X25:
        low, high, open_low = 0, model.max_temperature, not model.zero_temperature
        number(parent, "temperature", low, high, place=place, open_low=open_low)
        number(parent, "top_p", 0, 1, place=place, open_low=True)
    integer(parent, "top_k", 1, 6, place=place)
    integer(parent, "max_tokens", 1, model.max_output, place=place)
    for name in ("enable_thinking", "search_disable", "show_ref_label"):
        typed(parent, name, bool, "boolean", place=place)
    typed(parent, "thinking", dict, "object", place=place)
    mode = parent.get("thinking", {}).get("type", "enabled")
    if mode not in ("enabled", "disabled", "auto"):
        fail(f"{place}.thinking.type", "value is invalid")


def check_parameters(chat: dict[str, Any], model: Model) -> None:
    """Check `parameter.chat` against the model's limits. Unknown members are tolerated."""
    place = "$.parameter.chat"
    check_sampling(chat, model, place)
    for name in ("chat_id", "question_type", "function_choice"):
        typed(chat, name, str, "string", place=place)
    typed(chat, "tools", list, "array", place=place)
    for position, tool in enumerate(chat.get("tools", [])):
        where = f"{place}.tools[{position}]"
        if not isinstance(tool, dict) or tool.get("type") != "web_search":
            fail(f"{where}.type", "value is invalid")
        member(tool, "web_search", where)
