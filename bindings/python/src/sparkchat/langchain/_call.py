"""The arguments of one call: any argument of the chat model, and tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ConfigDict, field_validator, model_validator

from ._clients import plain
from ._fields import ALIASES, Fields
from ._tools import chosen_tool, declarations
from ._words import advice


class Call(Fields):
    """The arguments of a call, which are checked like those of the model."""

    model_config = ConfigDict(title="a call of ChatSparkLLM")

    # They are checked against each other when the question is made.
    tools: list[Any] | None = None
    tool_choice: str | bool | dict[str, Any] | None = None
    functions: list[Any] | None = None
    """The older name of `tools`, as in langchain_community."""
    function_call: str | dict[str, Any] | None = None
    """The older name of `tool_choice`."""
    response_format: str | dict[str, Any] | None = None

    @model_validator(mode="after")
    def _check_older_words(self) -> Any:
        for older, name in (("functions", "tools"), ("function_call", "tool_choice")):
            if getattr(self, older) is not None and getattr(self, name) is not None:
                raise ValueError(f"{older} and {name} are the same argument: pass only one of them")
        return self

    @field_validator("response_format")
    @classmethod
    def _check_schema(cls, value: str | dict[str, Any] | None) -> str | dict[str, Any] | None:
        if isinstance(value, dict) and value.get("type") == "json_schema":
            told = value.get("json_schema")
            if not isinstance(told, Mapping) or not isinstance(told.get("schema"), Mapping):
                raise ValueError(
                    'response_format has no schema; use {"type": "json_schema",'
                    ' "json_schema": {"name": ..., "schema": {...}}}'
                )
        return value


def said_in(kwargs: Mapping[str, Any], stop: Sequence[str] | None) -> dict[str, Any]:
    """Return the arguments of a call, by the names of the fields. None counts as not set."""
    given = {**kwargs, "stop": stop}
    said = {name: plain(value) for name, value in given.items() if value is not None}
    # langchain-core has used this to choose the method.
    said.pop("stream", None)
    if not said:
        return {}
    for name in said:
        if ALIASES.get(name, name) not in Call.model_fields:
            raise TypeError(
                f"a call got an unexpected keyword argument {name!r};"
                f" {advice(name, {*Call.model_fields, *ALIASES})}"
            )
    call = Call.model_validate(said)
    chosen = {name: getattr(call, name) for name in call.model_fields_set}
    tools = chosen.pop("functions", None) or chosen.get("tools")
    choice = chosen.pop("function_call", None) or chosen.pop("tool_choice", None)
    if tools:
        chosen["tools"] = declarations(tools)
    if (wanted := chosen_tool(choice, chosen.get("tools", ()))) is not None:
        chosen["tool_choice"] = wanted
    return chosen
