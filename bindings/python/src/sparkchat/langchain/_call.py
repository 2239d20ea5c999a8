"""What one call says: any argument of the chat model, and tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ConfigDict, field_validator

from ._fields import ALIASES, Fields


class Call(Fields):
    """The arguments of a call, which are checked as those of the model are."""

    model_config = ConfigDict(title="a call of ChatSparkLLM")

    # Where a question is made of them, they are checked against each other.
    tools: list[Any] | None = None
    tool_choice: str | None = None
    response_format: str | dict[str, Any] | None = None

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
    """Return what a call says, by the names of the fields. None says nothing."""
    said = {name: value for name, value in {**kwargs, "stop": stop}.items() if value is not None}
    # By this langchain-core has chosen what to call.
    said.pop("stream", None)
    if not said:
        return {}
    for name in said:
        if ALIASES.get(name, name) not in Call.model_fields:
            raise TypeError(
                f"a call got an unexpected keyword argument {name!r}; what only the service knows"
                " goes into model_kwargs"
            )
    call = Call.model_validate(said)
    return {name: getattr(call, name) for name in call.model_fields_set}
