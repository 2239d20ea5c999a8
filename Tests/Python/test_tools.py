"""Plain functions as tools: how the model sees them, and what they are called with."""

from __future__ import annotations

import array
import datetime
import decimal
import enum
import json
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Optional, TypedDict, Union

import pytest

from sparkchat import Tool, ToolCall

AT = '{"at": "2026-11-28T09:00:00+00:00"}'


class Unit(enum.Enum):
    CELSIUS = "C"
    FAHRENHEIT = "F"


@dataclass
class Place:
    city: str
    country: str = "China"
    tags: list[str] = field(default_factory=list)


class Range(TypedDict, total=False):
    start: int
    end: Annotated[int, "the last day"]


def get_weather(city: str, day: Literal["today", "tomorrow"] = "today", unit: Unit = Unit.CELSIUS):  # type: ignore[no-untyped-def]
    """Look up the weather.

    For one day only.

    Args:
        city: Such as "Hefei".
        day (str): Which day:
            today, or the next.

    Returns:
        A word.
    """
    return f"sunny in {city} {day} {unit.name}"


def call(arguments: str, name: str = "get_weather") -> ToolCall:
    return ToolCall("call-1", name, arguments)


def test_what_the_model_is_told() -> None:
    tool = Tool.of(get_weather)
    assert tool.name == "get_weather"
    assert tool.description == "Look up the weather.\n\nFor one day only."
    assert tool.parameters == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": 'Such as "Hefei".'},
            "day": {
                "type": "string",
                "enum": ["today", "tomorrow"],
                "default": "today",
                "description": "Which day: today, or the next.",
            },
            "unit": {"type": "string", "enum": ["C", "F"], "default": "C"},
        },
        "required": ["city"],
    }


def test_what_the_function_is_called_with() -> None:
    tool = Tool.of(get_weather)
    assert tool.run(call('{"city": "Hefei"}')) == "sunny in Hefei today CELSIUS"
    assert tool.run(call('{"city": "Hefei", "day": "tomorrow", "unit": "F"}')) == (
        "sunny in Hefei tomorrow FAHRENHEIT"
    )


PLACE = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "country": {"type": "string", "default": "China"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["city"],
}
RANGE = {
    "type": "object",
    "properties": {
        "start": {"type": "integer"},
        "end": {"type": "integer", "description": "the last day"},
    },
    "required": [],
}


@pytest.mark.parametrize(
    ("hint", "schema", "written", "meant"),
    [
        (str, {"type": "string"}, "a", "a"),
        (int, {"type": "integer"}, 3.0, 3),
        (float, {"type": "number"}, 3, 3.0),
        (bool, {"type": "boolean"}, True, True),
        (Any, {}, [1, "a"], [1, "a"]),
        (None, {"type": "null"}, None, None),
        (list[int], {"type": "array", "items": {"type": "integer"}}, [1], [1]),
        (list, {"type": "array", "items": {}}, [1, "a"], [1, "a"]),
        (tuple[str, ...], {"type": "array", "items": {"type": "string"}}, ["a"], ("a",)),
        (set[int], {"type": "array", "items": {"type": "integer"}}, [1, 1], {1}),
        (Sequence[str], {"type": "array", "items": {"type": "string"}}, ["a"], ["a"]),
        (Iterable[str], {"type": "array", "items": {"type": "string"}}, ["a"], ["a"]),
        (dict, {"type": "object"}, {"a": 1}, {"a": 1}),
        (
            dict[str, float],
            {"type": "object", "additionalProperties": {"type": "number"}},
            {"a": 1},
            {"a": 1.0},
        ),
        (Mapping[str, Any], {"type": "object"}, {"a": [1]}, {"a": [1]}),
        (Literal["a", 1], {"enum": ["a", 1]}, 1, 1),
        (Literal[1, 2], {"type": "integer", "enum": [1, 2]}, 2, 2),
        (Unit, {"type": "string", "enum": ["C", "F"]}, "F", Unit.FAHRENHEIT),
        (int | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}, None, None),
        (Optional[int], {"anyOf": [{"type": "integer"}, {"type": "null"}]}, 3, 3),  # noqa: UP045
        (Union[int, str], {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "a", "a"),  # noqa: UP007
        (Annotated[str, "a word"], {"type": "string", "description": "a word"}, "a", "a"),
        (Place, PLACE, {"city": "Hefei", "tags": ["x"]}, Place("Hefei", tags=["x"])),
        (Range, RANGE, {"end": 3}, {"end": 3}),
        (
            list[Place],
            {"type": "array", "items": PLACE},
            [{"city": "Hefei"}],
            [Place("Hefei")],
        ),
    ],
)
def test_types(hint: Any, schema: dict[str, Any], written: Any, meant: Any) -> None:
    def function(value):  # type: ignore[no-untyped-def]
        """Do something."""
        return value

    function.__annotations__ = {"value": hint}
    tool = Tool.of(function)
    assert tool.parameters["properties"]["value"] == schema
    read = tool.arguments(call(json.dumps({"value": written})))["value"]
    assert read == meant
    assert type(read) is type(meant)


def test_what_may_be_left_out_need_not_be_null() -> None:
    def function(day: str | None = None, count: int = 3) -> None:
        """Do something."""

    assert Tool.of(function).parameters == {
        "type": "object",
        "properties": {"day": {"type": "string"}, "count": {"type": "integer", "default": 3}},
        "required": [],
    }
    assert Tool.of(function).arguments(call('{"day": null}')) == {"day": None}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("{broken", "Expecting"),
        ("[1]", "not a JSON object"),
        ('{"city": NaN}', "NaN is not JSON"),
        ('{"city": [1e999]}', "1e999 is too large"),
        ("{}", "get_weather lacks 'city'"),
        ('{"city": 5}', r"get_weather\.city must be a string, not the integer 5"),
        ('{"city": null}', r"get_weather\.city must be a string, not null"),
        ('{"city": "a", "day": "never"}', r"day must be one of 'today', 'tomorrow', not"),
        ('{"city": "a", "unit": true}', r"unit must be one of 'C', 'F', not the boolean"),
        ('{"city": "a", "when": "now"}', "no 'when'; it has city, day, unit"),
    ],
)
def test_wrong_arguments_say_what_is_wrong(arguments: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Tool.of(get_weather).arguments(call(arguments))


def test_wrong_arguments_inside_of_others_say_where() -> None:
    def function(places: list[Place], ages: dict[str, int], either: int | bool = 0) -> None:
        """Do something."""

    tool = Tool.of(function)
    for arguments, says in (
        ('{"places": [{"city": "a"}, {"city": 1}], "ages": {}}', r"places\[1\]\.city must be"),
        ('{"places": [], "ages": {"Li": "old"}}', r"ages\.Li must be an integer"),
        ('{"places": {}, "ages": {}}', r"places must be an array, not the object"),
        ('{"places": [], "ages": {}, "either": "x"}', "must be an integer.*, or .*a boolean"),
        ('{"places": [], "ages": {}, "either": 1.5}', "must be an integer"),
    ):
        with pytest.raises(ValueError, match=says):
            tool.arguments(call(arguments))
    # True is a number for Python, and not for JSON.
    assert tool.arguments(call('{"places": [], "ages": {}, "either": true}'))["either"] is True


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        (None, "null"),
        (5, "5"),
        ({"温度": [1, None]}, '{"温度": [1, null]}'),
        (Place("Hefei"), '{"city": "Hefei", "country": "China", "tags": []}'),
        ([Unit.CELSIUS, {1}], '["C", [1]]'),
        (datetime.date(2026, 11, 28), '"2026-11-28"'),
        ({"at": datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.timezone.utc)}, AT),
        ([decimal.Decimal("0.10"), uuid.UUID(int=1)], f'["0.10", "{uuid.UUID(int=1)}"]'),
        (array.array("i", [1, 2]), "[1, 2]"),
    ],
)
def test_what_a_function_returns_is_text_for_the_model(value: Any, text: str) -> None:
    def function() -> Any:
        """Do something."""
        return value

    assert Tool.of(function).run(call("{}")) == text


@pytest.mark.parametrize("value", [object(), {"a": object()}, {(1, 2): 3}, math.nan])
def test_what_cannot_be_written_as_json_is_named(value: Any) -> None:
    def function() -> Any:
        """Do something."""
        return value

    with pytest.raises(TypeError, match="function returned a value that cannot be written as JSON"):
        Tool.of(function).run(call("{}"))


def test_methods_are_tools() -> None:
    class Station:
        def __init__(self, name: str) -> None:
            self.name = name

        def measure(self, what: str) -> str:
            """Measure something."""
            return f"{self.name}: {what}"

    tool = Tool.of(Station("north").measure)
    assert list(tool.parameters["properties"]) == ["what"]
    assert tool.run(call('{"what": "rain"}')) == "north: rain"


def test_the_dicts_of_openais_clients_are_tools() -> None:
    function = {"name": "f", "description": "Do it.", "parameters": {"type": "object"}}
    expected = Tool("f", "Do it.", {"type": "object"})
    assert Tool.of(function) == Tool.of({"type": "function", "function": function}) == expected
    assert Tool.of({"name": "f"}) == Tool("f")
    assert Tool.of(expected) is expected
    assert expected.arguments(call('{"any": 1}')) == {"any": 1}


@pytest.mark.parametrize("arguments", ["", " \n", "null", "{}"])
def test_no_arguments_are_an_empty_object(arguments: str) -> None:
    def now() -> str:
        """Tell the time."""
        return "noon"

    assert call(arguments).valid
    assert Tool.of(now).run(call(arguments)) == "noon"
    with pytest.raises(ValueError, match="get_weather lacks 'city'"):
        Tool.of(get_weather).arguments(call(arguments))


def test_half_a_surrogate_pair_in_arguments() -> None:
    def echo(text: str, more: list[dict[str, str]]) -> str:
        """Say it again."""
        return text + str(more)

    arguments = r'{"text": "a\ud83d", "more": [{"b\udc00": "\ud83d\ude42"}]}'
    assert Tool.of(echo).run(call(arguments)) == "a�[{'b�': '🙂'}]"
