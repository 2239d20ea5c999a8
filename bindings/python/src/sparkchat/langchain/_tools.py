"""Tools and the choice among them, in LangChain's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

ToolLike = Mapping[str, Any] | type | Callable[..., Any] | BaseTool


def declarations(tools: Sequence[ToolLike]) -> list[dict[str, Any]]:
    """Return tools as the service is told of them."""
    declared = [convert_to_openai_tool(tool) for tool in tools]
    for tool in declared:
        # A promise that the service cannot make; a parser checks what comes.
        tool["function"].pop("strict", None)
    return declared


def chosen(choice: object, declared: Sequence[Mapping[str, Any]]) -> str | None:
    """Return a choice as our option. ValueError: it names no tool."""
    if choice is None or choice is False:
        return None
    if choice is True or choice == "any":
        return "required"
    if isinstance(choice, Mapping):
        function = choice.get("function")
        choice = function.get("name") if isinstance(function, Mapping) else choice.get("name")
    if not isinstance(choice, str):
        raise TypeError(f"tool_choice must be a str, a bool or a dict, not {choice!r}")
    names = [tool["function"]["name"] for tool in declared]
    if choice not in ("auto", "none", "required", *names):
        raise ValueError(f"tool_choice is {choice!r}; the tools are {', '.join(names)}")
    return choice
