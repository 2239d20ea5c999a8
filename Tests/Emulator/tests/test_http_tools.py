"""Functions and web searches over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from http_client import V1, V2, HttpAnswer, HttpTarget

PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
}
WEATHER = {"name": "get_weather", "description": "Tells the weather", "parameters": PARAMETERS}
TIME = {"name": "get_time", "description": "Tells the time of day"}
QUESTION = "What is the weather in New York?"
X: dict[str, Any] = {"path": V2, "model": "spark-x", "thinking": {"type": "disabled"}}
HOSTED: dict[str, Any] = {"model": "xdeepseekv3"}


def function(definition: Any) -> dict[str, Any]:
    return {"type": "function", "function": definition}


def search(**options: Any) -> dict[str, Any]:
    return {"type": "web_search", "web_search": options}


def ask(http: HttpTarget, *texts: Any, tools: Any = ..., **more: Any) -> HttpAnswer:
    offered = [function(WEATHER), function(TIME)] if tools is ... else tools
    return http.ask(*(texts or (QUESTION,)), tools=offered, **more)


def called(answer: HttpAnswer) -> str:
    """Return the name of the function that an answer calls, if any."""
    assert answer.status == 200
    calls = [part["tool_calls"] for part in answer.parts if "tool_calls" in part]
    if not calls:
        return ""
    first = calls[0][0] if isinstance(calls[0], list) else calls[0]
    return str(first["function"]["name"])


@pytest.mark.parametrize("stream", [True, False])
def test_a_call(http: HttpTarget, stream: bool) -> None:
    answer = ask(http, stream=stream)
    (document,) = answer.documents
    (part,) = answer.parts
    call = part["tool_calls"]
    assert (call["type"], call["id"], call["function"]["name"]) == (
        "function", "call_1", "get_weather",
    )  # fmt: skip
    assert json.loads(call["function"]["arguments"]) == {"city": "New York"}
    assert document["usage"]["completion_tokens"] == 0
    switched = ask(http, stream=stream, tool_calls_switch=True).parts[0]["tool_calls"]
    assert switched == [call]


def test_a_call_of_an_x_model(http: HttpTarget) -> None:
    answer = ask(http, **X)
    assert called(answer) == "get_weather"
    assert answer.parts[-1] == {"role": "assistant"}


def test_a_call_of_a_hosted_model(http: HttpTarget) -> None:
    answer = ask(http, **HOSTED)
    deltas = [part["tool_calls"][0] for part in answer.parts if "tool_calls" in part]
    assert (deltas[0]["id"], deltas[0]["function"]["name"]) == ("call_1", "get_weather")
    assert {delta["index"] for delta in deltas} == {0}
    assert len(deltas) > 3
    arguments = "".join(delta["function"]["arguments"] for delta in deltas)
    assert json.loads(arguments) == {"city": "New York"}
    finishes = [document["choices"][0]["finish_reason"] for document in answer.documents]
    assert finishes[-1] == "tool_calls"
    whole = ask(http, stream=False, **HOSTED).json["choices"][0]
    assert whole["finish_reason"] == "tool_calls"
    assert json.loads(whole["message"]["tool_calls"][0]["function"]["arguments"])


@pytest.mark.parametrize(
    ("question", "choice", "where", "name"),
    [
        (QUESTION, "auto", {}, "get_weather"),
        (QUESTION, "none", {}, ""),
        ("Tell me a story", "auto", {}, ""),
        ("Tell me a story", "required", {}, "get_weather"),
        ("Hi", {"type": "function", "function": {"name": "get_time"}}, {}, "get_time"),
        ("Hi", {"type": "function", "name": "get_time"}, X, "get_time"),
        (
            QUESTION,
            {"type": "allowed_tools", "mode": "auto", "tools": [{"name": "get_time"}]},
            X,
            "",
        ),
        (
            "Hi",
            {"type": "allowed_tools", "mode": "required", "tools": [{"name": "get_time"}]},
            X,
            "get_time",
        ),
        ("Hi", {"type": "function", "name": "get_time"}, {"model": "spark-x2.5"}, "get_time"),
        ("Hi", "required", HOSTED, "get_weather"),
    ],
)
def test_tool_choice(
    http: HttpTarget, question: str, choice: Any, where: dict[str, Any], name: str
) -> None:
    assert called(ask(http, question, tool_choice=choice, **where)) == name


@pytest.mark.parametrize(
    ("choice", "where", "part"),
    [
        ("always", {}, "'$.tool_choice' value is invalid"),
        (7, {}, "'$.tool_choice' type must be string or object"),
        ({"type": "function", "name": "get_time"}, {}, "tool_choice.function' is required"),
        ({"type": "function", "function": {"name": "get_time"}}, X, "tool_choice.name' is req"),
        ({"type": "function", "function": {"name": "other"}}, {}, "not the name of a function"),
        ({"type": "allowed_tools", "tools": []}, {}, "tool_choice.type' value is invalid"),
        ({"type": "allowed_tools", "mode": "none", "tools": []}, X, "mode' value is invalid"),
        ({"type": "allowed_tools", "tools": {}}, X, "tools' type must be array"),
        (
            {"type": "function", "function": {"name": "get_time"}},
            HOSTED,
            "RequestParamsError:(",
        ),
    ],
)
def test_bad_tool_choice(http: HttpTarget, choice: Any, where: dict[str, Any], part: str) -> None:
    answer = ask(http, tool_choice=choice, **where)
    assert answer.status == 400
    assert part in answer.error["message"]


@pytest.mark.parametrize(
    ("tools", "where", "good"),
    [
        ([function(WEATHER), search(enable=True)], {}, True),
        ([function(WEATHER), search(enable=True)], X, False),
        ([search(enable=True)], X, True),
        ([function({**TIME, "name": "n" * 32})], X, True),
        ([function({**TIME, "name": "n" * 33})], X, False),
        ([function({**TIME, "name": "a-b"})], X, False),
        ([function({**TIME, "name": "查天气"})], X, False),
        ([function({**TIME, "name": "查天气"})], {}, True),
        ([function({"description": "x"})], {}, False),
        ([function({"name": ""})], {}, False),
        ([function({"name": "f", "parameters": "{}"})], {}, False),
        ([function({"name": "f"})], {}, True),
        ([{"type": "function"}], {}, False),
        ([{"type": "retrieval"}], {}, False),
        (["f"], {}, False),
        ({}, {}, False),
        ([], {}, True),
        ([function(WEATHER)], {"model": "lite"}, False),
        ([search(enable=False)], {"model": "lite"}, True),
        ([function({"name": f"f{n}"}) for n in range(128)], {"model": "spark-x2.5"}, True),
        ([function({"name": f"f{n}"}) for n in range(129)], {"model": "spark-x2.5"}, False),
    ],
)
def test_which_tools_are_taken(
    http: HttpTarget, tools: Any, where: dict[str, Any], good: bool
) -> None:
    answer = ask(http, "Hi", tools=tools, **where)
    assert (answer.status, good) in ((200, True), (400, False))


@pytest.mark.parametrize("switch", [True, False])
def test_a_result_is_answered(http: HttpTarget, switch: bool) -> None:
    (part,) = ask(http, tool_calls_switch=switch).parts
    asked = {"role": "user", "content": QUESTION}
    call = part["tool_calls"][0] if switch else part["tool_calls"]
    result = {"role": "tool", "tool_call_id": call["id"], "content": '{"sky": "clear"}'}
    answer = ask(http, messages=[asked, part, result], tool_calls_switch=switch)
    assert not called(answer)
    assert 'get_weather returned {"sky": "clear"}' in answer.text


def test_several_results(http: HttpTarget) -> None:
    (part,) = http.ask(scenario="tools:calls=2").parts
    results = [
        {"role": "tool", "tool_call_id": f"call_{n}", "content": f"result {n}"} for n in (1, 2)
    ]
    answer = http.ask(messages=[{"role": "user", "content": "Hi"}, part, *results], scenario="echo")
    assert answer.text == "get_weather returned result 1\nget_weather returned result 2"


def test_references(http: HttpTarget) -> None:
    for options, shown in (
        ({"enable": True, "show_ref_label": True}, True),
        ({"enable": False, "show_ref_label": True}, False),
        ({"enable": True}, False),
    ):
        answer = http.ask("Who?", tools=[search(**options)])
        assert any(part["role"] == "tool" for part in answer.parts) is shown
    hosted = http.ask("Who?", search_disable=False, show_ref_label=True, path=V1, **HOSTED)
    assert len(hosted.documents[0]["choices"]) == 2
