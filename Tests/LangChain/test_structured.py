"""Structured answers, and answers that do not fit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.exceptions import OutputParserException
from langchain_core.messages import AIMessage, HumanMessage
from pydantic import BaseModel
from typing_extensions import TypedDict

from sparkchat import InvalidArgumentError
from sparkchat.langchain import ChatSparkLLM

Make = Callable[..., ChatSparkLLM]


class Place(BaseModel):
    """A place."""

    city: str


CALL = "function_call:name=Place,arguments="
CASES = [
    (CALL + '{"city":1}', [Place], "does not match"),
    (CALL + '{"city":"Hefei"', [Place, Place.model_json_schema()], "are not JSON: .*Hefei"),
    (CALL + "{oops", [Place, Place.model_json_schema()], "are not JSON: {oops"),
    ("function_call:name=other,arguments={}", [Place, Place.model_json_schema()], "'other'"),
    ("echo", [Place, Place.model_json_schema()], "called no tool, and said: Where"),
]


def test_raw_answers_of_structured_output(chat: Make) -> None:
    schema = {
        "title": "sum",
        "description": "A sum.",
        "type": "object",
        "properties": {"value": {"type": "integer"}},
        "required": ["value"],
    }
    model = chat(transport="http")
    for method in ("function_calling", "json_schema"):
        shaped = model.with_structured_output(schema, method=method, include_raw=True)
        found = shaped.invoke("What is the sum of 3?")
        assert isinstance(found["raw"], AIMessage)
        assert found["parsed"]["value"] == 3 or method == "json_schema"
        assert found["parsing_error"] is None
    with pytest.raises(ValueError, match="method is 'magic'"):
        model.with_structured_output(schema, method="magic")  # type: ignore[arg-type]


def test_a_schema_is_no_question(chat: Make, transport: str) -> None:
    for method in ("function_calling", "json_schema"):
        shaped = chat(transport=transport).with_structured_output(Place, method=method)
        with pytest.raises(InvalidArgumentError, match=r"empty|no question"):
            shaped.invoke([HumanMessage("")])


@pytest.mark.parametrize(("scenario", "schemas", "words"), CASES)
async def test_what_does_not_fit_is_said(
    chat: Make, scenario: str, schemas: list[Any], words: str
) -> None:
    model = chat(scenario)
    for schema in schemas:
        shaped = model.with_structured_output(schema)
        with pytest.raises(OutputParserException, match=words):
            shaped.invoke("Where?")
        with pytest.raises(ValueError, match=words):
            list(shaped.stream("Where?"))
        with pytest.raises(OutputParserException, match=words):
            await shaped.ainvoke("Where?")
        with pytest.raises(OutputParserException, match=words):
            [part async for part in shaped.astream("Where?")]


@pytest.mark.parametrize(("scenario", "schemas", "words"), CASES)
async def test_what_does_not_fit_is_the_parsing_error(
    chat: Make, scenario: str, schemas: list[Any], words: str
) -> None:
    for schema in schemas:
        shaped = chat(scenario).with_structured_output(schema, include_raw=True)
        for found in (
            shaped.invoke("Where?"),
            *shaped.stream("Where?"),
            await shaped.ainvoke("Where?"),
        ):
            assert isinstance(found["raw"], AIMessage)
            assert found["parsed"] is None
            assert isinstance(found["parsing_error"], OutputParserException)


def test_a_text_that_is_no_json(chat: Make) -> None:
    shaped = chat("echo").with_structured_output(Place, method="json_schema")
    with pytest.raises(OutputParserException):
        shaped.invoke("Where?")
    with pytest.raises(OutputParserException):
        list(shaped.stream("Where?"))


def test_a_stream_of_a_model_that_does_not_stream(chat: Make) -> None:
    model = chat(CALL + '{"city":"Hefei"}', disable_streaming=True)
    assert list(model.with_structured_output(Place).stream("Where?")) == [Place(city="Hefei")]


class Sum(BaseModel):
    """A sum."""

    value: int
    note: str = ""


class SumDict(TypedDict):
    """A sum."""

    value: int


BROKEN = [
    '{"value":12345',
    '{"value":12345,"note":"a',
    '{"value":1},{"value":2',
    '{"value":{"value":1}',
    '```json\n{"value":12345',
    'Here: {"value":12345',
    '{"value":NaN}',
    "12345",
    "",
]


def cut_short(chat: Make, transport: str, text: str, method: str) -> Iterator[Any]:
    model = chat(f"text:content={text}", transport=transport)
    schemas = [Sum, SumDict, Sum.model_json_schema(), *([None] * (method == "json_mode"))]
    for schema in schemas:
        for include_raw in (False, True):
            yield model.with_structured_output(schema, method=method, include_raw=include_raw)


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("method", ["json_mode", "json_schema"])
async def test_json_that_was_cut(chat: Make, transport: str, method: str, text: str) -> None:
    if method == "json_mode" and transport == "websocket":
        transport = "http"
    models = cut_short(chat, transport, text, method)
    for plain, raw in zip(models, models, strict=True):
        with pytest.raises(OutputParserException):
            plain.invoke("Sum?")
        with pytest.raises(OutputParserException):
            list(plain.stream("Sum?"))
        with pytest.raises(OutputParserException):
            await plain.ainvoke("Sum?")
        with pytest.raises(OutputParserException):
            [part async for part in plain.astream("Sum?")]
        for found in (raw.invoke("Sum?"), *raw.stream("Sum?"), await raw.ainvoke("Sum?")):
            assert found["raw"].content == text
            assert found["parsed"] is None
            assert isinstance(found["parsing_error"], OutputParserException)


def test_json_that_the_limit_of_tokens_cut(chat: Make) -> None:
    text = json.dumps({"value": 7, "note": "one two three four five six seven eight nine ten"})
    model = chat(f"text:content={text}", transport="http", max_tokens=8)
    shaped = model.with_structured_output(Sum, method="json_schema", include_raw=True)
    for found in (shaped.invoke("Sum?"), *shaped.stream("Sum?")):
        assert found["parsed"] is None
        assert text.startswith(found["raw"].content)


def test_no_model_is_made_of_a_part(chat: Make, transport: str) -> None:
    model = chat('text:content={"value":12345,"note":"a"}', transport=transport)
    shaped = model.with_structured_output(Sum, method="json_schema")
    assert list(shaped.stream("Sum?")) == [Sum(value=12345, note="a")]


@pytest.mark.parametrize(
    "text",
    ['{"value":7}', ' \n{"value":7}\n', '```json\n{"value":7}\n```', 'It is {"value":7} as asked.'],
)
@pytest.mark.parametrize("schema", [Sum, SumDict])
def test_json_that_is_whole(chat: Make, transport: str, text: str, schema: Any) -> None:
    model = chat(f"text:content={text}", transport=transport)
    shaped = model.with_structured_output(schema, method="json_schema")
    for found in (shaped.invoke("Sum?"), list(shaped.stream("Sum?"))[-1]):
        assert (found.value if isinstance(found, Sum) else found["value"]) == 7
