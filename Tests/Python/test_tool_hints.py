"""Type hints of all kinds in the parameters of tools."""

from __future__ import annotations

import datetime
import json
import math
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, NewType, TypedDict, TypeVar

import annotated_types
import pydantic
import pytest
import typing_extensions

from sparkchat import Tool
from test_tools import Unit, call

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
