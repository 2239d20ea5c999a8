"""The same answers over both transports: the same events, text, usage, calls and sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from support.asking import Answer, ask
from support.courses import COMPLETE, HELLO, SCHEMES, Course, course, ending
from support.workshop import Workshop

READY = ("ready",)
TEXT = "Five words, and no more."
WHOLE: Course = [READY, ("text", TEXT), ("usage", 2, 6, 8)]
WEATHER = '{"city":"合肥","day":"今天"}'


def told(*events: tuple[object, ...]) -> Course:
    """Return a course, with the beginning that all courses share."""
    return [READY, *events]


def in_the_middle(piece: str) -> Course:
    """Return the course of an answer with an odd piece in the middle."""
    return told(("text", f"Five wo{piece}rds, and no more."), ("usage", 2, 6, 8))


@dataclass(frozen=True)
class Row:
    """A scenario and its expected result."""

    scenario: str
    expected: Course


ROWS = {
    "text": Row(f"text:content={TEXT}", WHOLE),
    "echo": Row("echo", told(("text", "Hello"), ("usage", 2, 2, 4))),
    "count": Row("count:n=4", told(("text", "0 1 2 3 "), ("usage", 2, 4, 6))),
    "single": Row(f"single:content={TEXT}", WHOLE),
    "empty last": Row(f"empty_last:content={TEXT}", WHOLE),
    "reasoning": Row(
        "reasoning:thoughts=let me see,content=done",
        told(("reasoning", "let me see"), ("text", "done"), ("usage", 2, 4, 6)),
    ),
    "reasoning and text together": Row(
        "both:content=abcdef",
        told(
            ("reasoning", "because 0; "),
            ("text", "a"),
            ("reasoning", "because 1; "),
            ("text", "bc"),
            ("reasoning", "because 2; "),
            ("text", "de"),
            ("reasoning", "because 3; "),
            ("text", "f"),
            ("usage", 2, 13, 15),
        ),
    ),
    "tool call": Row(
        "function_call", told(("tool call", "get_weather", WEATHER, 1), ("usage", 2, 0, 2))
    ),
    "tool call without JSON": Row(
        "function_call:name=天气,arguments=nonsense",
        told(("tool call", "天气", "nonsense", 0), ("usage", 2, 0, 2)),
    ),
    "tool call with a list": Row(
        "function_call:arguments=[1]",
        told(("tool call", "get_weather", "[1]", 0), ("usage", 2, 0, 2)),
    ),
    "citations": Row(
        "citations:content=found",
        told(
            ("citation", 1, "Example page 1 about “Hello”", "https://example.com/pages/1"),
            ("citation", 2, "Example page 2 about “Hello”", "https://example.com/pages/2"),
            ("text", "found"),
            ("usage", 2, 2, 4),
        ),
    ),
    "late warning": Row(f"late_error:content={TEXT}", [*WHOLE, ("warning", 10019)]),
    # Other valid forms of the JSON.
    "several items": Row(f"multi_text:content={TEXT}", WHOLE),
    "no items": Row(f"no_text:content={TEXT}", WHOLE),
    "no role": Row(f"no_role:content={TEXT}", WHOLE),
    "null content": Row(f"null_content:content={TEXT}", WHOLE),
    "no payload": Row(f"no_payload:content={TEXT}", WHOLE),
    "no usage": Row(f"no_usage:content={TEXT}", WHOLE[:2]),
    "jump": Row(f"jump:content={TEXT}", WHOLE),
    "unknown fields": Row(f"unknown_fields:content={TEXT}", WHOLE),
    "numbers as strings": Row(f"string_numbers:content={TEXT}", WHOLE),
    "members reordered": Row(f"reordered:content={TEXT}", WHOLE),
    "usage of no size": Row(f"huge_number:kind=usage,content={TEXT}", WHOLE[:2]),
    "huge integer": Row(f"huge_number:content={TEXT}", in_the_middle("·")),
    "huge real number": Row(f"huge_number:kind=real,content={TEXT}", in_the_middle("·")),
    "NUL": Row(f"nul:content={TEXT}", in_the_middle("a\0b")),
    "surrogates apart": Row(f"split_surrogate:content={TEXT}", in_the_middle("half 😀 whole")),
    "surrogate alone": Row(f"lone_surrogate:content={TEXT}", in_the_middle("lone \ufffd")),
    # Other ways to split it.
    "bits": Row(f"fragments:content={TEXT}", WHOLE),
    "single bytes": Row(f"slow:content={TEXT}", WHOLE),
    "head in single bytes": Row("slow_upgrade", told(("text", HELLO), ("usage", 2, 27, 29))),
    "all at once": Row(f"coalesce:content={TEXT}", WHOLE),
    "left open": Row(f"no_close:content={TEXT}", WHOLE),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ROWS)
def test_answer(name: str, scheme: str, workshop: Workshop) -> None:
    row = ROWS[name]
    url = workshop.service.url(scheme, scenario=row.scenario)
    answer = ask(workshop, url, "Hello", "via", "pull", "close_timeout", "200")
    assert course(answer) == row.expected
    assert ending(answer) == COMPLETE
    assert answer.sid
    assert_response_is_the_sum(answer, row.expected)


def assert_response_is_the_sum(answer: Answer, events: Course) -> None:
    """Assert that the response contains everything that the events contained."""

    def all_of(kind: str) -> list[tuple[Any, ...]]:
        return [event[1:] for event in events if event[0] == kind]

    assert answer.text == "".join(text for (text,) in all_of("text"))
    assert answer.reasoning == "".join(text for (text,) in all_of("reasoning"))
    calls = [(call["name"], call["arguments"], call["valid"]) for call in answer.calls]
    assert calls == all_of("tool call")
    sources = [(c["index"], c["title"], c["url"]) for c in answer.citations]
    assert sources == all_of("citation")
    tokens = tuple(answer[f"{which}_tokens"] for which in ("prompt", "completion", "total"))
    assert tokens == (all_of("usage") or [(-1, -1, -1)])[0]
    assert answer.warning_code == (all_of("warning") or [(0,)])[0][0]
    assert bool(answer.warning_message) == bool(answer.warning_code)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_ids_of_calls_are_the_same_in_event_and_response(scheme: str, workshop: Workshop) -> None:
    url = workshop.service.url(scheme, scenario="function_call")
    answer = ask(workshop, url, "Hello", "via", "pull")
    (event,) = (event for event in answer.events if event["kind"] == "tool call")
    assert event["id"]
    assert event["id"] == answer.calls[0]["id"]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("via", ["invoke", "stream", "pull", "group"])
@pytest.mark.parametrize("scenario", ["reasoning", "citations", "function_call", "late_error"])
def test_every_way_of_asking(scenario: str, via: str, scheme: str, workshop: Workshop) -> None:
    url = workshop.service.url(scheme, scenario=f"{scenario}:content={TEXT}")
    answer = ask(workshop, url, "Hello", "via", via)
    pulled = ask(workshop, url, "Hello", "via", "pull")
    assert course(answer) == ([] if via == "invoke" else course(pulled))
    assert ending(answer) == COMPLETE
    for member in ("text", "reasoning", "citations", "total_tokens", "warning_code"):
        assert answer[member] == pulled[member], member
    assert [call["name"] for call in answer.calls] == [call["name"] for call in pulled.calls]
    assert bool(answer.calls) == (scenario == "function_call")
