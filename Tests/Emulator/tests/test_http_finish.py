"""The finish reasons and the usage of answers, over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from http_client import HttpAnswer, HttpTarget

WHOLE = "1 + 1 = **2**."


def reasons(answer: HttpAnswer) -> list[Any]:
    """Return the reasons of the documents; `...` for one without a reason."""
    return [document["choices"][0].get("finish_reason", ...) for document in answer.documents]


@pytest.mark.parametrize("model", ["generalv3.5", "xdeepseekv3"])
@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("stop", WHOLE),
        ("length", WHOLE[:7]),
        ("content_filter", WHOLE[:7]),
        ("abort", ""),
        ("tool_calls", WHOLE),
        ("eos", WHOLE[:7]),
    ],
)
def test_the_reason(http: HttpTarget, model: str, stream: bool, reason: str, text: str) -> None:
    answer = http.ask("1+1", scenario=f"finish:reason={reason}", model=model, stream=stream)
    assert (answer.status, answer.text) == (200, text)
    assert reasons(answer)[-1] == reason
    assert not any(r not in (..., None) for r in reasons(answer)[:-1])
    assert bool(answer.usage["completion_tokens"]) is bool(text)


def test_an_aborted_answer_is_one_chunk_without_a_token(http: HttpTarget) -> None:
    answer = http.ask("1+1", scenario="finish:reason=abort", model="xdeepseekv3")
    (document,) = answer.documents
    assert document["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert document["usage"]["completion_tokens"] == 0
    assert answer.done


@pytest.mark.parametrize("stream", [True, False])
def test_a_limit_spent_on_reasoning(http: HttpTarget, stream: bool) -> None:
    answer = http.ask("1+1", scenario="finish:shows=reasoning", stream=stream)
    assert (answer.text, answer.reasoning, reasons(answer)[-1]) == ("", WHOLE, "length")
    real = http.ask("1+1", model="xdeepseekr1", max_tokens=5, stream=stream)
    assert (real.text, reasons(real)[-1], real.usage["completion_tokens"]) == ("", "length", 5)
    assert real.reasoning


def test_what_is_shown(http: HttpTarget) -> None:
    for shows, text in (("all", "abcd"), ("half", "ab"), ("nothing", "")):
        scenario = f"finish:reason=content_filter,shows={shows},content=abcd"
        assert http.ask(scenario=scenario).text == text


def test_a_stream_without_its_mark(http: HttpTarget) -> None:
    """The stream ends like that of workflows: with a reason and the usage."""
    answer = http.ask("1+1", scenario="finish:reason=stop,done=0")
    assert (answer.text, answer.done, reasons(answer)[-1]) == (WHOLE, False, "stop")
    assert answer.usage["total_tokens"] > 0


def test_max_tokens_is_a_reason(http: HttpTarget) -> None:
    question = "Tell me a story"
    for limit, reason in ((5, "length"), (500, "stop")):
        for stream in (True, False):
            answer = http.ask(question, model="xdeepseekv3", max_tokens=limit, stream=stream)
            assert reasons(answer)[-1] == reason
    assert reasons(http.ask(question, max_tokens=5))[-1] is ...


@pytest.mark.parametrize("stream", [True, False])
def test_the_details_of_a_usage(http: HttpTarget, stream: bool) -> None:
    scenario = "usage:prompt=30,completion=9,cached=16,reasoning=4"
    answer = http.ask("1+1", scenario=scenario, stream=stream)
    assert answer.text == WHOLE
    assert answer.usage == {
        "prompt_tokens": 30,
        "completion_tokens": 9,
        "total_tokens": 39,
        "prompt_tokens_details": {"cached_tokens": 16},
        "completion_tokens_details": {"reasoning_tokens": 4},
    }


@pytest.mark.parametrize("index", [0, 1])
def test_pieces_of_calls_with_the_name_again(http: HttpTarget, index: int) -> None:
    scenario = f"tools:shape=deltas,calls=1,ids=0,repeat=1,index={index}"
    pieces = [part["tool_calls"][0] for part in http.ask(scenario=scenario).parts]
    assert len(pieces) > 2
    assert {piece["function"]["name"] for piece in pieces} == {"get_weather"}
    assert not any("id" in piece for piece in pieces)
    assert all(("index" in piece) is bool(index) for piece in pieces)
    assert "".join(piece["function"]["arguments"] for piece in pieces) == '{"n": 1}'
    named = http.ask(scenario="tools:shape=deltas,calls=1,repeat=1").parts
    assert {part["tool_calls"][0]["id"] for part in named} == {"call_1"}


def test_the_old_function_call(http: HttpTarget) -> None:
    answer = http.ask(scenario="tools:shape=function,finish=function_call")
    calls = [part["function_call"] for part in answer.parts]
    assert (calls[0], reasons(answer)[-1]) == (
        {"name": "get_weather", "arguments": ""}, "function_call",
    )  # fmt: skip
    assert not any("name" in call for call in calls[1:])
    assert json.loads("".join(call["arguments"] for call in calls)) == {"n": 1}
    again = http.ask(scenario="tools:shape=function,repeat=1").parts
    assert all(part["function_call"]["name"] == "get_weather" for part in again)
    (whole,) = http.ask(scenario="tools:shape=function", stream=False).parts
    assert whole["function_call"] == {"name": "get_weather", "arguments": '{"n": 1}'}
    hosted = http.ask(scenario="tools:shape=function", model="xdeepseekv3")
    assert reasons(hosted)[-1] == "tool_calls"


def test_a_call_of_a_model_that_says_no_reason(http: HttpTarget) -> None:
    said = http.ask(scenario="tools:shape=object,calls=1,finish=tool_calls", model="max-32k")
    assert reasons(said) == ["tool_calls"]
    assert reasons(http.ask(scenario="tools:shape=object,calls=1", model="max-32k")) == [...]


def test_a_required_call_that_does_not_come(http: HttpTarget) -> None:
    function = {"name": "get_time", "description": "Tells the time of day"}
    answer = http.ask(
        "What time is it?",
        scenario="text:content=It is late.",
        tools=[{"type": "function", "function": function}],
        tool_choice="required",
    )
    assert answer.text == "It is late."
    assert not any("tool_calls" in part for part in answer.parts)
