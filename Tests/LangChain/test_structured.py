"""Answers in a shape, and those that have another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.exceptions import OutputParserException
from langchain_core.messages import AIMessage
from pydantic import BaseModel

from sparkchat.langchain import ChatSparkLLM

Make = Callable[..., ChatSparkLLM]


class Place(BaseModel):
    """A place."""

    city: str


CALL = "function_call:name=Place,arguments="
CASES = [
    (CALL + '{"city":1}', [Place], "does not fit"),
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
