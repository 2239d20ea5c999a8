"""The table of scenarios, filled by decorators.

A scenario is a function. Its keyword parameters are the keys that an expression may give: their
annotations determine how a value is read, and their defaults apply without one. There are five
kinds, named after what the function changes:

- *reply*: the answer, for any transport
- *shape*: the JSON documents of an answer
- *stream*: how the answer is sent over the connection
- *upgrade*: the HTTP answer before the connection is a WebSocket
- *clock*: the time on the service's clock

A name means the same over WebSocket and HTTP, but all kinds except the replies need a function for
each of the two. Some make sense over only one of them. Embeddings have a few of their own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from .expression import Expression, ScenarioError

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


class Kind(Enum):
    """What a scenario's function changes."""

    REPLY = "reply"
    SHAPE = "shape"
    STREAM = "stream"
    UPGRADE = "upgrade"
    CLOCK = "clock"


class Transport(Enum):
    """How a request arrived."""

    WEBSOCKET = "WebSocket"
    HTTP = "HTTP"
    EMBEDDING = "embedding"


@dataclass(frozen=True)
class Variant:
    """A scenario's function for one transport."""

    kind: Kind
    function: Callable[..., Any]
    types: dict[str, Any]

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]


@dataclass(frozen=True)
class Scenario:
    """One entry of the table."""

    name: str
    variants: dict[Transport, Variant] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """A scenario with its values, and the keys that every scenario has."""

    expression: Expression
    variant: Variant
    values: dict[str, Any]
    content: str | None = None
    chunks: int | None = None
    times: int | None = None

    @property
    def kind(self) -> Kind:
        """What the scenario changes."""
        return self.variant.kind

    def call(self, *subjects: Any) -> Any:
        """Run the scenario's function."""
        return self.variant.function(*subjects, **self.values)


SCENARIOS: dict[str, Scenario] = {}
# Names without the word "upgrade", which means nothing over HTTP.
ALIASES = {
    "garbage": "garbage_upgrade",
    "head_stall": "upgrade_stall",
    "head_drop": "upgrade_drop",
    "slow_head": "slow_upgrade",
}
_COMMON: dict[str, Any] = {"content": str, "chunks": int, "times": int}


def scenario(
    kind: Kind, name: str | None = None, *, over: Transport | None = None
) -> Callable[[AnyFunction], AnyFunction]:
    """Add a function to the table, under its own name unless another one is given.

    Without `over`, replies are for both transports, and all others for WebSocket.
    """
    if over is None:
        both = [Transport.WEBSOCKET, Transport.HTTP]
        transports = both if kind is Kind.REPLY else [Transport.WEBSOCKET]
    else:
        transports = [over]

    def register(function: AnyFunction) -> AnyFunction:
        known = name or function.__name__
        hints = get_type_hints(function)
        keys = inspect.signature(function).parameters.values()
        types = {p.name: hints[p.name] for p in keys if p.kind is p.KEYWORD_ONLY}
        entry = SCENARIOS.setdefault(known, Scenario(known))
        for transport in transports:
            if transport in entry.variants:
                raise ValueError(f"scenario {known} is defined twice for {transport.value}")
            entry.variants[transport] = Variant(kind, function, types)
        return function

    return register


def choose(expression: Expression, transport: Transport = Transport.WEBSOCKET) -> Chosen:
    """Look up an expression's scenario, and read its values."""
    name = expression.name
    found = SCENARIOS.get(ALIASES.get(name, name))
    if found is None:
        raise ScenarioError(f"unknown scenario: {name}")
    variant = found.variants.get(transport)
    if variant is None:
        raise ScenarioError(f"scenario {name} does not exist for {transport.value}")
    own: dict[str, Any] = {}
    common: dict[str, Any] = {}
    for key, text in expression.values.items():
        if key in variant.types:
            own[key] = _read(name, key, text, variant.types[key])
        elif key in _COMMON:
            common[key] = _read(name, key, text, _COMMON[key])
        else:
            raise ScenarioError(f"scenario {name} has no key {key} over {transport.value}")
    return Chosen(expression, variant, own, **common)


def _read(name: str, key: str, text: str, wanted: Any) -> Any:
    """Read one value as the parameter's type. Only `seconds` may be negative."""
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
