"""Tools and the choice among them, in LangChain's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from ..errors import InvalidArgumentError

ToolLike = Mapping[str, Any] | type | Callable[..., Any] | BaseTool


def declarations(tools: Sequence[ToolLike]) -> list[dict[str, Any]]:
    """Return tools as the service is told of them. InvalidArgumentError: one is no function."""
    declared = [convert_to_openai_tool(tool) for tool in tools]
    for tool in declared:
        if "function" not in tool:
            raise InvalidArgumentError(
                f"a tool has the type {tool.get('type')!r}, which the service does not have",
                hint="offer functions; search=True has the model search the web",
            )
        # A promise that the service cannot make; a parser checks what comes.
        tool["function"].pop("strict", None)
    return declared


def chosen(choice: object, declared: Sequence[Mapping[str, Any]]) -> str | None:
    """Return a choice as our option. InvalidArgumentError: it names no tool."""
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
