"""Schemas in the dict shapes of other packages are sent whole, or are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest

from service import Service
from sparkchat import InvalidArgumentError
from sparkchat.langchain import ChatSparkLLM
from sparkchat.langchain._tools import function_of

Make = Callable[..., ChatSparkLLM]

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
NAMED = {"name": "J", "description": "D."}
SHAPES: list[Any] = [
    {**NAMED, "schema": SCHEMA, "strict": True},
    {"type": "json_schema", "json_schema": {**NAMED, "schema": SCHEMA, "strict": True}},
    {"type": "json_schema", **NAMED, "schema": SCHEMA},
    {**NAMED, "inputSchema": SCHEMA, "annotations": {"title": "J"}, "outputSchema": {}},
    {**NAMED, "input_schema": SCHEMA},
    {"type": "custom", **NAMED, "input_schema": SCHEMA},
    {"toolSpec": {**NAMED, "inputSchema": {"json": SCHEMA}}},
    {**NAMED, "parameters": SCHEMA},
    {"type": "function", **NAMED, "parameters": SCHEMA, "strict": True},
    {"type": "function", "function": {**NAMED, "parameters": SCHEMA}},
    {**NAMED, "parametersJsonSchema": SCHEMA},
    {**NAMED, **SCHEMA},
    {"title": "J", "description": "D.", **SCHEMA},
    MappingProxyType({**NAMED, "parameters": SCHEMA}),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_each_arrives_whole(shape: Any) -> None:
    assert function_of(shape) == {**NAMED, "parameters": SCHEMA}


@pytest.mark.parametrize(
    "rest",
    [
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"$ref": "#/$defs/A", "$defs": {"A": SCHEMA}},
        {"anyOf": [SCHEMA, {"type": "object"}]},
    ],
)
def test_schemas_without_properties(rest: dict[str, Any]) -> None:
    assert function_of({"title": "J", **rest}) == {"name": "J", "parameters": rest}


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({"name": "J", "fields": SCHEMA}, "'J' has fields, and no schema that is understood"),
        ({"name": "J", "schema": SCHEMA, "parameters": SCHEMA}, "several schemas"),
        ({"name": "J", "parameters": json.dumps(SCHEMA)}, "'parameters', but a str"),
        ({"title": "J", "type": "array", "items": {}}, "of the type 'array'"),
        ({"type": "custom", "name": "J", "format": {"type": "text"}}, "the type 'custom'"),
        ({"type": "web_search_20250305", "name": "web_search"}, "the type 'web_search_2025"),
        ({"function_declarations": [{"name": "J"}]}, "no name"),
        (SCHEMA, "no name"),
    ],
)
def test_what_would_be_lost_is_refused(chat: Make, shape: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidArgumentError, match=words):
        chat().bind_tools([shape])
    with pytest.raises(InvalidArgumentError, match=words):
        chat().with_structured_output(shape)


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
@pytest.mark.parametrize("shape", [{"name": "J"}, {"name": "J", "schema": None}, {"title": "J"}])
def test_an_answer_needs_a_schema(chat: Make, method: Any, shape: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgumentError, match="'J' has no schema"):
        chat().with_structured_output(shape, method=method)


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
@pytest.mark.parametrize("shape", [SHAPES[0], SHAPES[1], SHAPES[3]])
def test_the_service_is_told(
    chat: Make, service: Service, tag: str, transport: str, method: Any, shape: dict[str, Any]
) -> None:
    scenario = 'text:content={"city":"Hefei"}'
    if method == "function_calling":
        scenario = 'function_call:name=J,arguments={"city":"Hefei"}'
    model = chat(scenario, transport=transport, tag=tag)
    assert model.with_structured_output(shape, method=method).invoke("?") == {"city": "Hefei"}
    assert "required" in json.dumps(service.records(tag))


def test_numbers_that_json_cannot_say(chat: Make, transport: str) -> None:
    for number in ("1e999", "-1e999", "NaN", "Infinity"):
        called = chat(f'function_call:name=J,arguments={{"x":{number}}}', transport=transport)
        shape = {"title": "J", "type": "object", "properties": {"x": {"type": "number"}}}
        bound = called.bind_tools([shape])
        first, *others = bound.stream("?")
        for answer in (bound.invoke("?"), sum(others, first)):
            assert answer.tool_calls == []
            assert len(answer.invalid_tool_calls) == 1
        told = chat(f'text:content={{"x":{number}}}', transport=transport)
        for shaped in (
            called.with_structured_output(shape),
            told.with_structured_output(shape, method="json_schema"),
        ):
            with pytest.raises(ValueError, match=r"JSON|large"):
                shaped.invoke("?")
            seen: list[Any] = []
            with pytest.raises(ValueError, match=r"JSON|large"):
                seen.extend(shaped.stream("?"))
            assert "inf" not in str(seen)
            assert "nan" not in str(seen)
