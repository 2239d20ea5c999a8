"""Checks of single members, with messages in the wording of the service's schema errors."""

from __future__ import annotations

from typing import Any, NoReturn

from .errors import ServiceError
from .models import Model


def fail(place: str, complaint: str) -> NoReturn:
    """Raise 10004 with a complaint about one place in the request."""
    raise ServiceError(10004, f"'{place}' {complaint}; ")


def member(parent: dict[str, Any], name: str, place: str) -> dict[str, Any]:
    """Return a member that must be there and be an object."""
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
    """Return a string member, or an empty string where it may be, and is, absent."""
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
    """Return an array-of-strings member, or an empty list where it may be, and is, absent."""
    if name not in parent and not required:
        return []
    value = parent.get(name)
    if not isinstance(value, list):
        fail(f"{place}.{name}", "type must be array")
    for number, item in enumerate(value):
        if not isinstance(item, str):
            fail(f"{place}.{name}[{number}]", "type must be string")
        if longest is not None and len(item) > longest:
            fail(f"{place}.{name}[{number}]", f"length must be less or equal than {longest}")
    return value


def _number(chat: dict[str, Any], name: str, low: float, high: float, *, open_low: bool) -> None:
    place = f"$.parameter.chat.{name}"
    if name not in chat:
        return
    value = chat[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        fail(place, "type must be number")
    if value < low or (open_low and value == low):
        fail(place, f"value must be larger {'than' if open_low else 'or equal than'} {low:g}")
    if value > high:
        fail(place, f"value must be less or equal than {high:g}")


def _integer(chat: dict[str, Any], name: str, low: int, high: int) -> None:
    value = chat.get(name, low)
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole:
        fail(f"$.parameter.chat.{name}", "type must be integer")
    _number(chat, name, low, high, open_low=False)


def _typed(chat: dict[str, Any], name: str, kind: type, word: str) -> None:
    if name in chat and not isinstance(chat[name], kind):
        fail(f"$.parameter.chat.{name}", f"type must be {word}")


def check_parameters(chat: dict[str, Any], model: Model) -> None:
    """Check `parameter.chat` against the model's limits. Unknown members are tolerated."""
    _number(chat, "temperature", 0, model.max_temperature, open_low=not model.zero_temperature)
    _number(chat, "top_p", 0, 1, open_low=True)
    _integer(chat, "top_k", 1, 6)
    _integer(chat, "max_tokens", 1, model.max_output)
    for name in ("chat_id", "question_type", "function_choice"):
        _typed(chat, name, str, "string")
    for name in ("enable_thinking", "search_disable", "show_ref_label"):
        _typed(chat, name, bool, "boolean")
    _typed(chat, "thinking", dict, "object")
    mode = chat.get("thinking", {}).get("type", "enabled")
    if mode not in ("enabled", "disabled", "auto"):
        fail("$.parameter.chat.thinking.type", "value is invalid")
    _typed(chat, "tools", list, "array")
    for number, tool in enumerate(chat.get("tools", [])):
        place = f"$.parameter.chat.tools[{number}]"
        if not isinstance(tool, dict) or tool.get("type") != "web_search":
            fail(f"{place}.type", "value is invalid")
        member(tool, "web_search", place)
