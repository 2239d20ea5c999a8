"""Answers parsed into types: three ways to get them, and the error if they do not fit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, TypedDict

import pydantic
import pytest

from service import MakeAsyncChat, MakeChat, Service
from sparkchat import (
    InvalidArgumentError,
    Message,
    ParsedResponse,
    ParseError,
    Response,
    SparkError,
    ToolCall,
)


@dataclass
class River:
    name: str
    length_km: float
    countries: list[str] = field(default_factory=list)


class Trip(TypedDict):
    day: Literal["today", "tomorrow"]
    rivers: list[River]


RIVER = '{"name": "Yangtze", "length_km": 6300, "countries": ["China"]}'
YANGTZE = River("Yangtze", 6300.0, ["China"])

Way = tuple[dict[str, Any], Callable[[str], str]]


def over_websocket(path: str, domain: str) -> dict[str, Any]:
    return {"path": path, "domain": domain}


def text(answer: str) -> str:
    return f"text:content={answer}"


def call(answer: str) -> str:
    return f"function_call:name=answer,arguments={answer}"


WAYS: dict[str, Way] = {
    "JSON mode": ({"transport": "http"}, text),
    "function": (over_websocket("/v3.5/chat", "generalv3.5"), call),
    "text": (over_websocket("/v1.1/chat", "lite"), text),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return WAYS[request.param]


@pytest.mark.parametrize(
    ("scenario", "said", "hint"),
    [
        ("finish:reason=length", "cut at the limit of tokens; ", "max_tokens raises the limit"),
        ("finish:reason=length,shows=reasoning", "went into reasoning; ", "max_tokens raises"),
        ("finish:reason=content_filter,shows=half", "moderation stopped", "ask in other words"),
    ],
)
def test_what_was_cut_is_not_repaired(
    chat: MakeChat, service: Service, tag: str, scenario: str, said: str, hint: str
) -> None:
    client = chat(scenario, tag=tag, transport="http")
    with pytest.raises(ParseError, match=said) as failure:
        client.parse("A river?", River, max_repairs=3)
    assert hint in failure.value.hint
    assert failure.value.response is not None
    assert len(service.requests(tag)) == 1


def test_what_was_probably_cut_is_not_repaired(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat("text:content=Once upon a time", tag=tag, max_tokens=2)
    with pytest.raises(ParseError, match="was probably cut at the limit of tokens; "):
        client.parse("A river?", River)
    assert len(service.requests(tag)) == 1
    # A complete answer is accepted all the same.
    whole = chat(f"finish:reason=length,shows=all,content={RIVER}", transport="http")
    assert whole.parse("A river?", River).parsed == YANGTZE


def test_how_it_is_asked_for(chat: MakeChat, service: Service, tag: str) -> None:
    for name, (settings, scenario) in WAYS.items():
        label = f"{tag}-{name}".replace(" ", "-")
        answer = chat(scenario(RIVER), tag=label, **settings).parse("A river?", River)
        assert answer.parsed == YANGTZE
        (sent,) = service.requests(label)
        if name == "JSON mode":
            assert sent["response_format"] == {"type": "json_object"}
            question = sent["messages"][-1]["content"]
        else:
            question = sent["payload"]["message"]["text"][-1]["content"]
        if name == "function":
            (function,) = sent["payload"]["functions"]["text"]
            assert function["name"] == "answer"
            assert function["parameters"]["required"] == ["name", "length_km"]
            assert question == "A river?"
            assert sent["parameter"]["chat"]["function_choice"] == "answer"
        else:
            assert question.startswith("A river?\n\nAnswer with a JSON object")
            schema = json.loads(question.partition("schema, and with nothing else:\n")[2])
            assert schema["properties"]["length_km"] == {"type": "number"}


def test_the_answer_is_a_response_as_well(chat: MakeChat, way: Way) -> None:
    settings, scenario = way
    answer = chat(scenario(RIVER), **settings).parse("A river?", River)
    assert isinstance(answer, ParsedResponse)
    assert isinstance(answer, Response)
    assert answer.sid
    assert answer.text or answer.tool_calls


def test_types(chat: MakeChat, way: Way) -> None:
    settings, scenario = way

    def parsed(answer: str, kind: Any) -> Any:
        return chat(scenario(answer), **settings).parse("What?", kind).parsed

    assert parsed(f'{{"day": "today", "rivers": [{RIVER}]}}', Trip) == {
        "day": "today",
        "rivers": [YANGTZE],
    }
    # A type that is not an object becomes the value of one.
    assert parsed(f'{{"value": [{RIVER}]}}', list[River]) == [YANGTZE]
    assert parsed('{"value": 5}', int) == 5
    assert parsed('{"value": "b"}', Literal["a", "b"]) == "b"
    assert parsed('{"value": null}', River | None) is None
    assert parsed('{"a": 1.5}', dict[str, float]) == {"a": 1.5}


def test_models_of_pydantic(chat: MakeChat, way: Way) -> None:
    pydantic = pytest.importorskip("pydantic")

    class Point(pydantic.BaseModel):  # type: ignore[name-defined,misc]
        x: int = pydantic.Field(ge=0, description="To the right.")
        y: int

    class Line(pydantic.BaseModel):  # type: ignore[name-defined,misc]
        ends: list[Point]

    settings, scenario = way
    answer = chat(scenario('{"ends": [{"x": 1, "y": 2}]}'), **settings).parse("A line?", Line)
    assert answer.parsed == Line(ends=[Point(x=1, y=2)])
    nested = chat(scenario('{"value": [{"x": 1, "y": 2}]}'), **settings)
    assert nested.parse("Points?", list[Point]).parsed == [Point(x=1, y=2)]
    with pytest.raises(ParseError) as caught:
        chat(scenario('{"ends": [{"x": -1}]}'), **settings).parse("A line?", Line, max_repairs=0)
    assert caught.value.message == (
        "the answer.ends[0].x: Input should be greater than or equal to 0;"
        " the answer.ends[0].y: Field required"
    )


WRONG = {
    '{"name": "Yangtze"}': "the answer lacks 'length_km'",
    '{"name": 5, "length_km": 1}': "the answer.name must be a string, not the integer 5",
    '{"name": "a", "length_km": 1, "depth": 2}': "the answer has no 'depth'",
    '{"name": "a", "length_km": 1, "countries": [1]}': "the answer.countries[0] must be",
    '{"name": ': "Expecting value",
    "[1, 2]": "object",
    "I do not know.": "",
    '{"name": "a", "length_km": 1' + "0" * 400 + "}": "not so large",
    '{"name": "a", "length_km": NaN}': "NaN is not JSON",
    # The object inside a cut answer is not taken for the answer.
    '{"name": "a", "source": {"name": "b", "length_km": 1}, "mou': "",
    '{"name": "a", "source": {"name": "b", "length_km": 1},}': "",
}


@pytest.mark.parametrize(("answer", "what"), WRONG.items())
def test_what_does_not_fit(chat: MakeChat, way: Way, answer: str, what: str) -> None:
    settings, scenario = way
    with pytest.raises(ParseError) as caught:
        chat(scenario(answer), **settings).parse("A river?", River, max_repairs=0)
    error = caught.value
    assert isinstance(error, SparkError)
    assert isinstance(error, ValueError)
    assert what in error.message
    assert error.response is not None
    assert error.sid == error.response.sid


def test_one_repair(chat: MakeChat, service: Service, tag: str, way: Way) -> None:
    settings, scenario = way
    client = chat(scenario('{"name": "Yangtze"}'), tag=tag, **settings)
    with pytest.raises(ParseError, match="lacks 'length_km'"):
        client.parse("A river?", River)
    first, second = service.requests(tag)
    assert "lacks" not in json.dumps(first)
    assert "the answer lacks 'length_km'. Answer again." in json.dumps(second)


def test_a_repair_that_helps(chat: MakeChat, async_chat: MakeAsyncChat, tag: str) -> None:
    # The model forgets the JSON once; asked again, it makes the required call.
    settings, _ = WAYS["function"]
    client = chat("text:content=Sorry?,times=1", tag=tag, **settings)

    @dataclass
    class City:
        city: str

    assert client.parse("Where is Hefei?", City).parsed.city
    other = async_chat("text:content=Sorry?,times=1", tag=f"{tag}-async", **settings)
    assert asyncio.run(other.parse("Where is Hefei?", City)).parsed.city


def test_the_async_client(async_chat: MakeAsyncChat, way: Way) -> None:
    settings, scenario = way

    async def main() -> None:
        answer = await async_chat(scenario(RIVER), **settings).parse("A river?", River)
        assert answer.parsed == YANGTZE
        with pytest.raises(ParseError, match="lacks"):
            await async_chat(scenario("{}"), **settings).parse("A river?", River)

    asyncio.run(main())


def test_a_history(chat: MakeChat, service: Service, tag: str) -> None:
    settings, scenario = WAYS["JSON mode"]
    client = chat(scenario(RIVER), tag=tag, **settings)
    history: list[Any] = [("system", "Be brief."), Message("user", "A river?")]
    client.parse(history, River, temperature=0.5)
    assert history == [("system", "Be brief."), Message("user", "A river?")]
    (sent,) = service.requests(tag)
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert sent["temperature"] == 0.5


def test_a_history_that_ends_with_a_result(chat: MakeChat, service: Service, tag: str) -> None:
    settings, scenario = WAYS["JSON mode"]
    call = Message("assistant", "", (ToolCall("call-1", "look", "{}"),))
    history: list[Any] = [
        "Look!",
        call,
        {"role": "tool", "tool_call_id": "call-1", "content": "seen"},
    ]
    assert chat(scenario(RIVER), tag=tag, **settings).parse(history, River).parsed == YANGTZE
    (sent,) = service.requests(tag)
    assert sent["messages"][-1]["content"].startswith("Answer with a JSON object")


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        ([], "the request has no message"),
        ("", "the user message is empty"),
        ([("system", "Be brief.")], "the last message is the system's"),
        (["A river?", ("assistant", "The Yangtze.")], "the last message is the assistant's"),
    ],
)
def test_a_missing_question_is_refused(chat: MakeChat, way: Way, messages: Any, says: str) -> None:
    client = chat(**way[0])
    for ask in (client.invoke, lambda given: client.parse(given, River)):
        with pytest.raises(InvalidArgumentError, match=says):
            ask(messages)


def test_options_of_the_clients_that_would_disturb(
    chat: MakeChat, service: Service, tag: str
) -> None:
    def look() -> str:
        """Look."""
        return "seen"

    settings, scenario = WAYS["function"]
    client = chat(scenario(RIVER), tag=tag, tools=[look], tool_choice="look", **settings)
    assert client.parse("A river?", River).parsed == YANGTZE
    (sent,) = service.requests(tag)
    assert [f["name"] for f in sent["payload"]["functions"]["text"]] == ["answer"]
    for option in ({"tools": [look]}, {"tool_choice": "none"}, {"response_format": "text"}):
        with pytest.raises(InvalidArgumentError, match=f"parse sets {next(iter(option))} itself"):
            client.parse("A river?", River, **option)  # type: ignore[call-overload]


def test_types_that_cannot_be_asked_for(chat: MakeChat) -> None:
    for kind in (object(), complex, tuple[int, str], "River"):
        with pytest.raises(InvalidArgumentError, match="JSON"):
            chat().parse("What?", kind)
    with pytest.raises(InvalidArgumentError, match="max_repairs"):
        chat().parse("What?", River, max_repairs=-1)


@dataclass
class Refusing:
    error: str
    name: str = ""

    def __post_init__(self) -> None:
        raise {"type": TypeError, "key": KeyError, "assertion": AssertionError}[self.error]("no!")


class RefusingModel(pydantic.BaseModel):
    name: str

    @pydantic.field_validator("name")
    @classmethod
    def check(cls, value: str) -> str:
        raise KeyError(value)


@pytest.mark.parametrize(
    ("kind", "answer", "says"),
    [
        (Refusing, '{"error": "type"}', "TypeError: no!"),
        (Refusing, '{"error": "key"}', "KeyError: 'no!'"),
        (Refusing, '{"error": "assertion"}', "AssertionError: no!"),
        (RefusingModel, '{"name": "a"}', "KeyError: 'a'"),
        (set[dict[str, int]], '{"value": [{"a": 1}]}', "unhashable"),
        (int, '{"value": 1e999}', "number 1e999 is too large"),
    ],
)
def test_whatever_a_type_raises_is_about_the_answer(
    chat: MakeChat, way: Way, kind: Any, answer: str, says: str
) -> None:
    settings, scenario = way
    with pytest.raises(ParseError, match=says) as caught:
        chat(scenario(answer), **settings).parse("What?", kind, max_repairs=0)
    assert caught.value.response is not None


def test_a_large_number_is_one(chat: MakeChat, way: Way) -> None:
    settings, scenario = way
    client = chat(scenario('{"value": 1' + "0" * 400 + "}"), **settings)
    assert client.parse("How many?", int).parsed == 10**400


class Bytes(Enum):
    A = b"a"


class Pairs(Enum):
    A = (1, 2)


class Lists(Enum):
    A = [1]  # noqa: RUF012


class Calling(pydantic.BaseModel):
    call: Callable[[int], int]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (Literal[b"a"], "b'a', which is not a simple value"),
        (Bytes, "b'a', which is not a simple value"),
        (Pairs, "not a simple value"),
        (Lists, "not a simple value"),
        ({"type": "object"}, "cannot be described in JSON"),
        ([int], "cannot be described in JSON"),
        (River("a", 1), "cannot be described in JSON"),
        (Calling, "Calling is refused by pydantic: Cannot generate a JsonSchema"),
        (list[Calling], "refused by pydantic"),
    ],
)
def test_kinds_that_are_none(chat: MakeChat, way: Way, kind: Any, says: str) -> None:
    settings, _ = way
    with pytest.raises(InvalidArgumentError, match=says):
        chat(**settings).parse("What?", kind)


def test_hints_that_are_not_defined(chat: MakeChat) -> None:
    @dataclass
    class Inner:
        a: int

    @dataclass
    class Outer:
        inner: Inner

    class Shape(TypedDict):
        inner: Inner

    for kind in (Outer, Shape):
        with pytest.raises(InvalidArgumentError, match="not defined: name 'Inner'"):
            chat().parse("What?", kind)
