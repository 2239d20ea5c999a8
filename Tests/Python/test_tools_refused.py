"""Functions that cannot be tools."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from sparkchat import InvalidArgumentError, Tool
from test_tools import get_weather


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


@pytest.mark.parametrize("function", [None, 5, "f", ["name"]])
def test_a_dict_without_a_function_is_refused(function: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="a tool has other keys than name"):
        Tool.of({"type": "function", "function": function})
