"""Reads the `tools` and the `tool_choice` of an HTTP request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from . import schema
from .errors import ServiceError
from .models import Family, Form, Model
from .request import Json

_MOST_TOOLS = 128
_X_NAME = re.compile(r"[A-Za-z0-9_]{1,32}")
_NO_PARAMETERS = {"type": "object", "properties": {}}


@dataclass
class Tools:
    """The tools of a model: functions (in the form of a WebSocket request) and web searches."""

    functions: tuple[Json, ...] = ()
    searches: list[Json] = field(default_factory=list)
    forced: str | None = None
    required: bool = False


def read_tools(body: Json, model: Model) -> Tools:
    """Read `tools`, and select from them as `tool_choice` says."""
    schema.typed(body, "tools", list, "array", place="$")
    items = body.get("tools", [])
    if len(items) > _MOST_TOOLS:
        schema.fail("$.tools", f"length must be less or equal than {_MOST_TOOLS}")
    functions, searches = [], []
    for position, item in enumerate(items):
        place = f"$.tools[{position}]"
        kind = item.get("type") if isinstance(item, dict) else None
        if kind == "function":
            functions.append(_function(item, model, place))
        elif kind == "web_search":
            schema.member(item, "web_search", place)
            searches.append(item)
        else:
            schema.fail(f"{place}.type", "value is invalid")
    if functions and searches and model.family is Family.X:
        schema.fail("$.tools", "function and web_search cannot be combined")
    tools = Tools(tuple(functions), searches)
    if "tool_choice" in body:
        _choose(tools, body["tool_choice"], model)
    return tools


def _function(item: Json, model: Model, place: str) -> Json:
    if not model.functions:
        schema.fail(place, "is not supported by this model")
    function = schema.member(item, "function", place)
    place = f"{place}.function"
    name = schema.string(function, "name", place, required=True)
    if not name or (model.family is Family.X and not _X_NAME.fullmatch(name)):
        schema.fail(f"{place}.name", "value is invalid")
    description = schema.string(function, "description", place)
    parameters = function.get("parameters", _NO_PARAMETERS)
    if not isinstance(parameters, dict):
        schema.fail(f"{place}.parameters", "type must be object")
    filled = {**_NO_PARAMETERS, **parameters}
    return {"name": name, "description": description, "parameters": filled}


def _choose(tools: Tools, choice: Any, model: Model) -> None:
    family = model.family
    if isinstance(choice, str):
        if choice not in ("auto", "none", "required"):
            schema.fail("$.tool_choice", "value is invalid")
        tools.required = choice == "required" and model.obeys
        if choice == "none":
            tools.functions = ()
        return
    if model.form is not Form.OPEN:
        detail = "'$.parameter.cbm.tool_choice' type must be string"
        raise ServiceError(10004, detail, kind="RequestParamsError")
    if not isinstance(choice, dict):
        schema.fail("$.tool_choice", "type must be string or object")
    kind = choice.get("type")
    if kind == "allowed_tools" and family in (Family.X, Family.X25):
        _allow(tools, choice)
    elif kind == "function":
        # X1.5 has the name in the object itself, the others as in OpenAI's form. The form of # X2.5
        # is not known.
        flat = family is Family.X or (family is Family.X25 and "name" in choice)
        holder = choice if flat else schema.member(choice, "function", "$.tool_choice")
        place = "$.tool_choice" if flat else "$.tool_choice.function"
        tools.forced = schema.string(holder, "name", place, required=True)
        if tools.forced not in [function["name"] for function in tools.functions]:
            schema.fail(f"{place}.name", "value is not the name of a function")
    else:
        schema.fail("$.tool_choice.type", "value is invalid")


def _allow(tools: Tools, choice: Json) -> None:
    """Keep only the functions that are named."""
    place = "$.tool_choice"
    mode = choice.get("mode", "auto")
    if mode not in ("auto", "required"):
        schema.fail(f"{place}.mode", "value is invalid")
    allowed = choice.get("tools")
    if not isinstance(allowed, list):
        schema.fail(f"{place}.tools", "type must be array")
    names = [tool.get("name") for tool in allowed if isinstance(tool, dict)]
    tools.functions = tuple(f for f in tools.functions if f["name"] in names)
    tools.required = mode == "required"
