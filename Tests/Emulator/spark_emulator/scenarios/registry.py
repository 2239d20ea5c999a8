"""The table of scenarios, filled by decorators.

A scenario is a function. Its keyword parameters are the keys an expression may give: their
annotations say how a value is read, their defaults what is taken without one. There are five kinds,
after what the function gets to change:

- *reply*: what is answered, whatever the transport
- *shape*: the frames of an answer, as JSON documents
- *stream*: how the answer goes over the connection
- *upgrade*: the HTTP answer before the connection is a WebSocket
- *clock*: the time the service believes it is
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from .expression import Expression, ScenarioError

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


class Kind(Enum):
    """What a scenario's function gets to change."""

    REPLY = "reply"
    SHAPE = "shape"
    STREAM = "stream"
    UPGRADE = "upgrade"
    CLOCK = "clock"


@dataclass(frozen=True)
class Scenario:
    """One entry of the table."""

    name: str
    kind: Kind
    function: Callable[..., Any]
    types: dict[str, Any]

    @property
    def summary(self) -> str:
        """The first line of what the function says about itself."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]


@dataclass(frozen=True)
class Chosen:
    """A scenario with its values, and the keys that every scenario understands."""

    expression: Expression
    scenario: Scenario
    values: dict[str, Any]
    content: str | None = None
    chunks: int | None = None
    times: int | None = None

    def call(self, *subjects: Any) -> Any:
        """Run the scenario's function."""
        return self.scenario.function(*subjects, **self.values)


SCENARIOS: dict[str, Scenario] = {}
_COMMON: dict[str, Any] = {"content": str, "chunks": int, "times": int}


def scenario(kind: Kind, name: str | None = None) -> Callable[[AnyFunction], AnyFunction]:
    """Enter a function into the table, under its own name unless another one is given."""

    def register(function: AnyFunction) -> AnyFunction:
        known = name or function.__name__
        hints = get_type_hints(function)
        keys = inspect.signature(function).parameters.values()
        types = {p.name: hints[p.name] for p in keys if p.kind is p.KEYWORD_ONLY}
        if known in SCENARIOS:
            raise ValueError(f"scenario {known} is defined twice")
        SCENARIOS[known] = Scenario(known, kind, function, types)
        return function

    return register


def choose(expression: Expression) -> Chosen:
    """Look an expression's scenario up and read its values."""
    found = SCENARIOS.get(expression.name)
    if found is None:
        raise ScenarioError(f"unknown scenario: {expression.name}")
    own: dict[str, Any] = {}
    common: dict[str, Any] = {}
    for key, text in expression.values.items():
        if key in found.types:
            own[key] = _read(expression.name, key, text, found.types[key])
        elif key in _COMMON:
            common[key] = _read(expression.name, key, text, _COMMON[key])
        else:
            raise ScenarioError(f"scenario {expression.name} has no key {key}")
    return Chosen(expression, found, own, **common)


def _read(name: str, key: str, text: str, wanted: Any) -> Any:
    """Read one value as the type the parameter has. Only `seconds` may be negative."""
    if get_origin(wanted) is Literal:
        if text not in get_args(wanted):
            allowed = "|".join(map(str, get_args(wanted)))
            raise ScenarioError(f"scenario {name}: {key} must be one of {allowed}")
        return text
    if wanted is bool:
        if text not in ("0", "1"):
            raise ScenarioError(f"scenario {name}: {key} must be 0 or 1")
        return text == "1"
    try:
        value = wanted(text)
    except ValueError:
        raise ScenarioError(
            f"scenario {name}: {key} must be {wanted.__name__}, found {text!r}"
        ) from None
    if wanted in (int, float) and value < 0 and key != "seconds":
        raise ScenarioError(f"scenario {name}: {key} must not be negative")
    return value
