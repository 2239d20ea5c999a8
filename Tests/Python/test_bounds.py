"""Bounds of numbers and lengths: the library, its errors and Python's docstrings agree with the
header.
"""

from __future__ import annotations

import ast
import inspect
import math
import re
import sys
from ctypes import byref
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from service import ROOT
from sparkchat import Model, Transport, models, options, settings
from sparkchat._capi import functions, types
from sparkchat._capi.handle import Handle
from sparkchat.enums import Role

sys.path.append(str(ROOT / "scripts"))

from generation.header import Function, Header  # type: ignore[import-not-found]

INT_MAX = 2**31 - 1
# The range of each C type; for a text, the range of its length here.
LIMITS = {
    "int": (-(2**31), INT_MAX),
    "size_t": (0, 2**64 - 1),
    "double": (-math.inf, math.inf),
    "const char *": (0, 5000),
}
NUMBER = r"-?\d[\d,]*(?:\.\d+)?(?: GiB)?"
RANGE = re.compile(rf"(above )?({NUMBER}) to ({NUMBER})")
# Setters with one of these need no range: they take any count, or any time in ms.
ANY = "0 means no limit", "_ms "
# How the header says that 0 turns something off.
OFF = "0 means no limit", "0 means never"


class Range(NamedTuple):
    """A range of valid values, both ends included."""

    low: float
    high: float


class Failure(NamedTuple):
    """The texts of an error."""

    message: str
    hint: str


def number(text: str) -> float:
    """Read a number as the header writes it."""
    digits, gib, _ = text.replace(",", "").partition(" GiB")
    return float(digits) if "." in digits else int(digits) << (30 if gib else 0)


def ranges(text: str) -> list[Range]:
    """Return the ranges that a text names."""
    return [
        Range(math.nextafter(0, 1) if above else number(low), number(high))
        for above, low, high in RANGE.findall(text)
    ]


def is_named(range_: Range, hint: str) -> bool:
    """Return whether an error names the bounds."""
    up_to = [float(high) for high in re.findall(r"up to (\d[\d.]*)", hint)]
    return range_ in ranges(hint) or range_.high in up_to


class Setter(NamedTuple):
    """A setter of numbers of one type, or of a text with a bounded length."""

    name: str
    type: str
    count: int
    comment: str

    def ranges(self, max_tokens: int = INT_MAX) -> list[Range]:
        """Return the ranges that the header names; models may have different ranges."""
        found = ranges(self.comment.replace("the model's limit", str(max_tokens)))
        return found or [Range(0, INT_MAX)]

    @property
    def widest(self) -> Range:
        """The range of values that at least one model takes."""
        return Range(min(r.low for r in self.ranges()), max(r.high for r in self.ranges()))

    def takes(self, value: float) -> bool:
        """Return whether the header allows a value, at least for some model."""
        is_off = value == 0 and any(words in self.comment for words in OFF)
        return is_off or self.widest.low <= value <= self.widest.high

    def around(self, *values: float) -> list[float]:
        """Return the values and their direct neighbors, if the type can hold them."""
        if self.type == "double":
            beside = [math.nextafter(v, to) for v in values for to in (-math.inf, math.inf)]
        else:
            beside = [v + step for v in values for step in (-1, 1)]
        low, high = LIMITS[self.type]
        return [value for value in (*values, *beside) if low <= value <= high]

    def shown(self, value: float) -> str:
        """Return how a message writes a value; a huge size may be a negative number."""
        if self.type == "double":
            return str(float(value))
        return str(value - 2**64 if value > 2**63 else value)

    def call(self, target: Any, value: float) -> Failure | None:
        """Call the setter with a value, or with a text of that length."""
        argument = b"x" * int(value) if self.type == "const char *" else value
        function = getattr(functions, self.name)
        return failure(partial(function, target, *[argument] * self.count))


def setter(function: Function) -> Setter | None:
    """Return the setter to test, if the function is one."""
    name, comment = function.name, function.comment
    _, *values, _ = function.parameters if "_set_" in name else ("", "", "")
    if set(values) == {"const char *"}:
        return Setter(name, values[0], 1, comment) if RANGE.search(comment) else None
    if len(set(values)) != 1 or values[0] not in LIMITS or "@param enabled" in comment:
        return None
    assert RANGE.search(comment.replace("the model's limit", "1")) or any(
        words in comment for words in ANY
    ), f"the header does not say what {name} takes"
    return Setter(name, values[0], len(values), comment)


SETTERS = [
    found
    for function in Header(ROOT / "include" / "sparkchat.h").functions
    if (found := setter(function))
]
OPTIONS = [found for found in SETTERS if found.name.startswith("request_")]


def failure(call: Any) -> Failure | None:
    """Make a call whose last parameter is an error; return the error."""
    error = types.ErrorPointer()
    if call(byref(error)) == 0:
        return None
    with Handle(error, functions.error_free):
        said = functions.error_message(error), functions.error_hint(error)
        return Failure(*(text.decode() for text in said))


class Builder:
    """A complete config and request. Nothing here connects."""

    def __init__(self, model: Model | None = None, transport: Transport = Transport.AUTO) -> None:
        self.config = Handle(functions.config_new(), functions.config_free)
        for name in ("app_id", "api_key", "api_secret"):
            getattr(functions, f"config_set_{name}")(self.config.pointer, b"x", None)
        if model:
            functions.config_set_model(self.config.pointer, model.name.encode(), None)
            functions.config_set_transport(self.config.pointer, transport, None)
        else:
            # The library does not judge models that it does not know.
            functions.config_set_url(self.config.pointer, b"ws://localhost/chat", None)
            functions.config_set_domain(self.config.pointer, b"unknown", None)
        self.request = Handle(functions.request_new(), functions.request_free)
        functions.request_add_message(self.request.pointer, Role.USER, b"Hello", 5, None)

    def client(self) -> Handle[types.Client] | Failure:
        """Make a client."""
        client = types.ClientPointer()
        refused = failure(partial(functions.client_new, self.config.pointer, byref(client)))
        return refused or Handle(client, functions.client_free)

    def stream(self, client: Handle[types.Client]) -> Handle[types.Stream] | Failure:
        """Open a stream, which begins when it is first driven."""
        stream = types.StreamPointer()
        call = partial(functions.client_open, client.pointer, self.request.pointer, byref(stream))
        return failure(call) or Handle(stream, functions.stream_free)


@pytest.mark.parametrize("setter", SETTERS, ids=[setter.name for setter in SETTERS])
def test_a_setter_takes_what_the_header_says(setter: Setter) -> None:
    extremes = [*LIMITS[setter.type], *([math.nan] if setter.type == "double" else [])]
    builder = Builder()
    client = builder.client()
    assert isinstance(client, Handle)
    talk = types.ConversationPointer()
    functions.conversation_new(client.pointer, None, byref(talk), None)
    with Handle(talk, functions.conversation_free):
        kind = setter.name.partition("_")[0]
        objects = {"conversation": talk, "config": builder.config.pointer}
        target = objects.get(kind, builder.request.pointer)
        for value in [*setter.around(*setter.widest, 0), *extremes]:
            refused = setter.call(target, value)
            assert (refused is None) == setter.takes(value), (value, refused)
            if refused:
                names_them = is_named(setter.widest, refused.hint)
                assert names_them or ("0" in refused.hint and not RANGE.search(setter.comment))
                assert setter.shown(value) in refused.message
            # Callers that ignore the error get it later; a valid value clears it.
            if kind == "config":
                made = builder.client()
                assert made == refused if refused else isinstance(made, Handle)
            elif kind == "request":
                opened = builder.stream(client)
                assert opened == refused if refused else isinstance(opened, Handle)
    assert any(setter.takes(value) for value in setter.around(*setter.widest))


@pytest.fixture(scope="module")
def clients() -> list[tuple[Model, Handle[types.Client]]]:
    """A client for each model and transport that the service has addresses for."""
    made = [
        (model, Builder(model, transport).client())
        for model in models()
        for transport in (Transport.WEBSOCKET, Transport.HTTP)
        if (endpoint := getattr(model, str(transport))) and endpoint.url and endpoint.domain
    ]
    return [(model, client) for model, client in made if isinstance(client, Handle)]


@pytest.mark.parametrize("option", OPTIONS, ids=[option.name for option in OPTIONS])
def test_each_model_has_one_of_the_ranges_that_the_header_names(
    option: Setter, clients: list[tuple[Model, Handle[types.Client]]]
) -> None:
    assert len(clients) > 20
    met = set()
    for model, client in clients:
        builder = Builder()

        def refusal(value: float, builder: Builder = builder, client: Any = client) -> str | None:
            option.call(builder.request.pointer, value)
            opened = builder.stream(client)
            return opened.hint if isinstance(opened, Failure) else None

        def is_own(range_: Range, refusal: Any = refusal) -> bool:
            hints = {value: refusal(value) for value in option.around(*range_)}
            return all(
                hint is None
                if range_.low <= value <= range_.high
                else hint and (is_named(range_, hint) or is_named(option.widest, hint))
                for value, hint in hints.items()
            )

        named = option.ranges(model.max_tokens)
        own = [place for place, range_ in enumerate(named) if is_own(range_)]
        assert len(own) <= 1, model.name
        if not own:
            # The model does not have the option, so no hint may suggest another value.
            hints = [refusal(value) for range_ in named for value in range_]
            assert any(hints), model.name
            assert not any(ranges(hint) for hint in hints if hint), model.name
        met |= set(own)
    assert met == set(range(len(option.ranges())))


def docstrings(module: Any) -> dict[str, str]:
    """Return the docstrings of the attributes of a module's classes."""
    tree = ast.parse(inspect.getsource(module))
    bodies = [node.body for node in tree.body if isinstance(node, ast.ClassDef)]
    return {
        field.target.id: text.value.value
        for body in bodies
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }


def test_docstrings_name_the_same_bounds() -> None:
    by_option = {setter.name.partition("_set_")[2]: setter for setter in SETTERS}
    checked = set()
    for name, text in (docstrings(options) | docstrings(settings)).items():
        at_most = [number(high) for high in re.findall(rf"at most ({NUMBER})", text)]
        if not ranges(text) and not at_most:
            continue
        assert not ranges(text) or ranges(text) == by_option[name].ranges(), name
        assert at_most in ([], [by_option[name].widest.high]), name
        checked.add(name)
    penalties = {"presence_penalty", "frequency_penalty"}
    assert checked >= {"temperature", "top_k", "top_p", "user_id"} | penalties
