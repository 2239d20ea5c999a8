"""Plain functions as tools: how the model sees them, and what they are called with."""

from __future__ import annotations

import array
import datetime
import decimal
import enum
import functools
import json
import math
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, NewType, Optional, TypedDict, TypeVar, Union

import annotated_types
import pydantic
import pytest
import typing_extensions

from sparkchat import InvalidArgumentError, Tool, ToolCall

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


def no_docstring(city: str) -> None: ...


def no_hint(city) -> None:  # type: ignore[no-untyped-def]
    """Do something."""


def any_number(*cities: str) -> None:
    """Do something."""


def by_position(city: str, /) -> None:
    """Do something."""


def wrong_word(city: str) -> None:
    """Do something.

    Args:
        town: Such as "Hefei".
    """


def undefined(city: Nowhere) -> None:  # type: ignore[name-defined]  # noqa: F821
    """Do something."""


def generator() -> Iterator[str]:
    """Do something."""
    yield ""


async def async_generator() -> AsyncIterator[str]:
    """Do something."""
    yield ""


def no_json(city: bytes) -> None:
    """Do something."""


def fixed_tuple(city: tuple[int, str]) -> None:
    """Do something."""


def other_keys(city: dict[int, str]) -> None:
    """Do something."""


@dataclass
class Tree:
    children: list[Tree]


def no_end(tree: Tree) -> None:
    """Do something."""


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (no_docstring, "no_docstring has no docstring"),
        (no_hint, "parameter city of the tool no_hint has no type hint"),
        (any_number, "cities.*cannot be given by name"),
        (by_position, "city.*cannot be given by name"),
        (wrong_word, "'town', which is not a parameter"),
        (undefined, "Nowhere"),
        (generator, "generator is a generator.*return the result"),
        (async_generator, "async_generator is a generator"),
        (no_json, "city.*has the type bytes.*use str"),
        (fixed_tuple, "fixed length"),
        (other_keys, "other keys than str"),
        (no_end, r"tree\.children|Tree, which contains itself"),
    ],
)
def test_a_function_that_does_not_say_enough_is_refused(
    function: Callable[..., Any], says: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=says):
        Tool.of(function)


@pytest.mark.parametrize("tool", [5, "f", functools.partial(get_weather, city="x"), None])
def test_what_is_no_function_is_refused(tool: Any) -> None:
    with pytest.raises(TypeError, match="a tool must be a function, a Tool, or a dict"):
        Tool.of(tool)


T = TypeVar("T")


@dataclass
class Box(Generic[T]):
    inside: list[T]
    first: T


class Old(typing_extensions.TypedDict):
    name: typing_extensions.Required[str]
    size: typing_extensions.NotRequired[int]


Name = NewType("Name", str)
Names = typing_extensions.TypeAliasType("Names", list[Name])


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(pydantic.BaseModel):
    kind: Literal["dog"]
    breed: str


@dataclass
class Circle:
    radius: float


@dataclass
class Square:
    side: float
    color: str


class Move(TypedDict):
    do: Literal["move"]
    steps: int


class Turn(TypedDict):
    do: Literal["turn"]
    degrees: float


def tool_with(hint: Any) -> Tool:
    def function(value):  # type: ignore[no-untyped-def]
        """Do something."""
        return value

    function.__annotations__ = {"value": hint}
    return Tool.of(function)


def read(hint: Any, written: Any) -> Any:
    return tool_with(hint).arguments(call(json.dumps({"value": written})))["value"]


TAGGED = Annotated[Cat | Dog, pydantic.Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("hint", "written", "meant"),
    [
        (Circle | Square, {"side": 2, "color": "red"}, Square(2.0, "red")),
        (Move | Turn, {"do": "turn", "degrees": 90}, {"do": "turn", "degrees": 90.0}),
        (Cat | Dog, {"kind": "dog", "breed": "pug"}, Dog(kind="dog", breed="pug")),
        (TAGGED, {"kind": "dog", "breed": "pug"}, Dog(kind="dog", breed="pug")),
        (list[TAGGED], [{"kind": "cat", "lives": 9}], [Cat(kind="cat", lives=9)]),
        (Cat | Circle | None, {"radius": 1}, Circle(1.0)),
        (Cat | Circle | None, None, None),
        (Cat | None, None, None),
        (list[int] | list[str], ["a"], ["a"]),
        (dict[str, int] | Circle, {"radius": 1.5}, Circle(1.5)),
        (Box[int], {"inside": [1], "first": 2}, Box([1], 2)),
        (list[Box[Circle]], [{"inside": [], "first": {"radius": 1}}], [Box([], Circle(1.0))]),
        (Old, {"name": "a"}, {"name": "a"}),
        (Names, ["a"], ["a"]),
        (Literal[1, True], True, True),
        (Literal[1, True], 1, 1),
        (Literal[0, False, ""], False, False),
        (Literal[Unit.CELSIUS, "K"], "C", Unit.CELSIUS),
        (Annotated[int, pydantic.Field(ge=1, description="How many.")], 3, 3),
        (Annotated[list[str], annotated_types.Len(1, 2)], ["a"], ["a"]),
    ],
)
def test_each_alternative_is_tried(hint: Any, written: Any, meant: Any) -> None:
    value = read(hint, written)
    assert value == meant
    assert type(value) is type(meant)


@pytest.mark.parametrize(
    ("hint", "written", "says"),
    [
        # The error is about the alternative that fits best.
        (Circle | Square, {"side": 2}, "value lacks 'color'$"),
        (Move | Turn, {"do": "move", "steps": "far"}, r"value\.steps must be an integer"),
        (Cat | None, {"kind": "cat"}, r"value\.lives: Field required$"),
        (TAGGED, {"kind": "cow"}, "value: Input tag 'cow'.*'cat', 'dog'"),
        (Box[int], {"inside": ["a"], "first": 2}, r"value\.inside\[0\] must be an integer"),
        (int | str, None, "must be an integer, not null, or .* must be a string, not null"),
        (Literal[1, 2], True, "one of 1, 2, not the boolean True"),
        (Annotated[int, pydantic.Field(ge=1)], 0, "value: Input should be greater than or equal"),
        (Annotated[str, annotated_types.MinLen(2)], "a", "value: String should have at least 2"),
    ],
)
def test_no_alternative_fits(hint: Any, written: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read(hint, written)


def test_the_model_is_told_of_limits_and_alternatives() -> None:
    def schema(hint: Any) -> Any:
        return tool_with(hint).parameters["properties"]["value"]

    limited = schema(Annotated[int, pydantic.Field(ge=1, description="How many.")])
    assert limited == {"type": "integer", "minimum": 1, "description": "How many."}
    tagged = schema(TAGGED)
    assert "$" not in json.dumps(tagged)
    assert "discriminator" not in tagged
    assert [one["properties"]["kind"]["const"] for one in tagged["oneOf"]] == ["cat", "dog"]


def test_a_strict_model_takes_what_json_has_no_type_for() -> None:
    class Day(pydantic.BaseModel, strict=True):
        date: datetime.date
        hours: tuple[int, int]

    day = read(Day, {"date": "2026-11-28", "hours": [9, 17]})
    assert day == Day(date=datetime.date(2026, 11, 28), hours=(9, 17))


@pytest.mark.parametrize("default", [math.inf, -math.inf, math.nan])
def test_a_default_that_json_does_not_have_is_not_told(default: float) -> None:
    def function(limit: float = default) -> None:
        """Do something."""

    assert Tool.of(function).parameters["properties"] == {"limit": {"type": "number"}}


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
