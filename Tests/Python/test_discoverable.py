"""What users find without the manual: in `help()`, signatures, notebooks, and the pages of
settings.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import re
import typing
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import jedi
import pytest

import sparkchat
from service import ROOT
from sparkchat import AsyncSpark, Conversation, Options, Settings, Spark, WarmConnection
from sparkchat._help.texts import TEXTS
from sparkchat.settings import Changes

CALLS: list[Callable[..., Any]] = [
    *(getattr(Spark, name) for name in ("invoke", "stream", "batch", "parse", "conversation")),
    *(getattr(AsyncSpark, name) for name in ("invoke", "stream", "batch", "parse")),
    *(Conversation.ask, Conversation.stream, WarmConnection.invoke, WarmConnection.stream),
]


def shown(thing: object) -> str:
    """Return what `help()` shows."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        help(thing)
    # Remove bold letters and the margin of classes.
    text = re.sub(r".\x08|^ \|", "", output.getvalue(), flags=re.MULTILINE)
    return re.sub(r"\s+", " ", text)


def entry(name: str) -> str:
    """Return how a setting or an option is described."""
    kind, text, default = TEXTS[name]
    return f"{name}: {kind} -- {text}" + (f" Default: {default}." if default else "")


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__qualname__)
def test_a_call_shows_every_option(call: Callable[..., Any]) -> None:
    said = shown(call)
    parameters = inspect.signature(call).parameters
    for name in Options.__annotations__:
        assert entry(name) in said
        assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
    assert not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())


@pytest.mark.parametrize("kind", [Spark, AsyncSpark])
def test_a_client_shows_every_setting(kind: type[Spark]) -> None:
    said = shown(kind)
    parameters = inspect.signature(kind).parameters
    for name in Changes.__annotations__:
        assert entry(name) in said
        assert name in parameters
    assert set(inspect.signature(kind.with_options).parameters) == {"self", *parameters}


def test_the_dictionaries_show_their_members() -> None:
    for kind in (Settings, Options):
        said = shown(kind)
        assert all(entry(name) in said for name in kind.__annotations__)


def test_units_and_defaults_are_in_the_signature() -> None:
    parameters = inspect.signature(Spark).parameters
    for name, words in {
        "first_token_timeout": ["seconds", "default: 120 s, and 300 s for reasoning models"],
        "total_timeout": ["seconds", "default: no limit"],
        "max_message_size": ["bytes", "default: 4 MiB"],
        "max_attempts": ["default: 3"],
    }.items():
        annotation = parameters[name].annotation
        assert list(annotation.__metadata__) == words
        assert all(word in str(inspect.signature(Spark)) for word in words)


def test_what_is_returned_is_named() -> None:
    assert inspect.signature(Spark.stream).return_annotation is sparkchat.Stream
    assert inspect.signature(AsyncSpark.stream).return_annotation is sparkchat.AsyncStream
    assert inspect.signature(Spark.conversation).return_annotation is Conversation


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("chat.stream('Hello', temp", "temperature="),
        ("chat.invoke('Hello', max_t", "max_tokens="),
        ("chat.with_options(idle_", "idle_timeout="),
        ("talk.ask('Hello', sto", "stop="),
        ("sparkchat.Spark(first_to", "first_token_timeout="),
        ("sparkchat.AsyncSpark(max_ra", "max_rate="),
    ],
)
def test_notebooks_complete_them(typed: str, completed: str) -> None:
    chat = Spark("a1b2c3d4", "key", "secret", environment=False)
    names = {"chat": chat, "talk": chat.conversation(), "sparkchat": sparkchat}
    found = jedi.Interpreter(typed, [names]).complete()
    assert completed in [completion.name for completion in found]


def public_functions() -> Iterator[Any]:
    """Return every public function and method."""
    for name in sparkchat.__all__:
        thing = getattr(sparkchat, name)
        if isinstance(thing, FunctionType):
            yield pytest.param(thing, id=name)
        elif isinstance(thing, type):
            for method, found in inspect.getmembers(thing):
                function = found.fget if isinstance(found, property) else found
                function = getattr(function, "__func__", function)
                if isinstance(function, FunctionType) and not method.startswith("__r"):
                    yield pytest.param(function, id=f"{name}.{method}")


@pytest.mark.parametrize("function", list(public_functions()))
def test_all_hints_resolve(function: FunctionType) -> None:
    assert "NameError" not in repr(typing.get_type_hints(function, include_extras=True))
    signature = inspect.signature(function, eval_str=True)
    assert not any(isinstance(p.annotation, str) for p in signature.parameters.values())


@pytest.mark.parametrize("name", [n for n in sparkchat.__all__ if n[0].isupper()])
def test_the_hints_of_classes_resolve(name: str) -> None:
    thing = getattr(sparkchat, name)
    if isinstance(thing, type):
        typing.get_type_hints(thing)
        with contextlib.suppress(ValueError):
            # Some built-in classes have no signature.
            inspect.signature(thing, eval_str=True)


def test_the_pages_list_all_of_them() -> None:
    for page in ("settings.md", "settings.zh-CN.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        listed = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
        assert set(listed) == Changes.__annotations__.keys()
        assert len(listed) == len(set(listed))


def test_the_defaults_are_those_of_the_header() -> None:
    header = (ROOT / "include" / "sparkchat.h").read_text(encoding="utf-8")
    comments = re.findall(
        r"/\*\*((?:(?!\*/).)*)\*/\s*SPARKCHAT_API[^;(]*sparkchat_config_set_(\w+)\(",
        header,
        re.DOTALL,
    )
    compared = 0
    for comment, name in comments:
        _, _, default = TEXTS.get(name, ("", "", ""))
        words = re.sub(r"\s*\n \*\s*", " ", comment)
        in_header = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) ms\b", words)]
        in_python = [float(n) * 1000 for n in re.findall(r"([\d.]+) s\b", default)]
        assert set(in_python) <= set(in_header), name
        compared += bool(in_python)
    assert compared >= 11
