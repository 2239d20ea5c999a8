"""Converts LangChain's tools and tool_choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from ..errors import InvalidArgumentError
from ..tools import Tool
from ._shapes import function_in

ToolLike = Mapping[str, Any] | type | Callable[..., Any] | BaseTool | Tool
_TOLD = ("name", "description", "parameters")


def declarations(tools: Sequence[ToolLike]) -> list[dict[str, Any]]:
    """Return tools in the service's form. InvalidArgumentError: one is not a function."""
    return [{"type": "function", "function": function_of(tool)} for tool in tools]


def function_of(tool: ToolLike) -> dict[str, Any]:
    """Return name, description and parameters. InvalidArgumentError: it is not a function."""
    if isinstance(tool, Mapping):
        return function_in(tool)
    if isinstance(tool, Tool):
        return {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    told: Any = convert_to_openai_tool(tool)
    if "function" not in told:
        return function_in(told)
    told = told["function"]
    # The service cannot guarantee the rest; a parser checks the arguments.
    return {name: told[name] for name in _TOLD if name in told}


def chosen_tool(choice: object, declared: Sequence[Mapping[str, Any]]) -> str | None:
    """Return a choice as the option `tool_choice`. InvalidArgumentError: it names no tool."""
    if choice is None or choice is False:
        return None
    if choice is True or choice == "any":
        return "required"
    name = choice
    if isinstance(choice, Mapping):
        function = choice.get("function")
        name = function.get("name") if isinstance(function, Mapping) else choice.get("name")
    names = [tool["function"]["name"] for tool in declared]
    if not isinstance(name, str) or name not in ("auto", "none", "required", *names):
        raise InvalidArgumentError(
            f"tool_choice is {choice!r}",
            hint=f'use "auto", "none", "any", or the name of a tool: {", ".join(names)}',
        )
    return name
