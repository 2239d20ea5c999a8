"""Calls in several rounds: a function is called once for a question."""

from __future__ import annotations

from typing import Any

import pytest

from client import Target
from http_client import HttpTarget


def declared(name: str, description: str) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {}, "required": []}
    return {"name": name, "description": description, "parameters": parameters}


WEATHER = declared("weather", "Tells it for a city")
PEOPLE = declared("getPopulation", "Counts who lives in a city")
REPORT = declared("Report", "A report on the weather")
QUESTION = "What are the weather and the population?"


def called(target: Target, *texts: Any, offered: list[Any], **more: Any) -> str | None:
    answer = target.ask(*texts, functions={"text": offered}, **more)
    call = answer.items[0].get("function_call")
    return str(call["name"]) if call else None


def test_each_function_once(target: Target) -> None:
    offered = [WEATHER, PEOPLE]
    assert called(target, QUESTION, offered=offered) == "weather"
    first = (QUESTION, "[weather] {}", "[weather] the population is out in the sun")
    assert called(target, *first, offered=offered) == "getPopulation"
    # A function that is offered later, after another one was answered.
    assert called(target, *first, offered=[PEOPLE]) == "getPopulation"
    both = (*first, "[getPopulation] {}", "[getPopulation] 9 million")
    assert called(target, *both, offered=offered) is None
    assert called(target, *both, "Fine.", QUESTION, offered=offered) == "weather"
    together = (QUESTION, "calling", "weather returned sun\n[getPopulation] 9 million")
    assert called(target, *together, offered=offered) is None


@pytest.mark.parametrize("offered", [[WEATHER, PEOPLE, REPORT], [PEOPLE, WEATHER, REPORT]])
def test_a_call_that_is_wanted_ends_with_the_last(target: Target, offered: list[Any]) -> None:
    texts = [QUESTION]
    names = []
    for _ in offered:
        system = "Answer with a call of one of the functions."
        name = called(target, *texts, offered=offered, system=system)
        names.append(name)
        texts += [f"[{name}] {{}}", f"[{name}] sun"]
    assert sorted(map(str, names[:2])) == ["getPopulation", "weather"]
    assert names[2] == "Report"


def test_what_a_hand_over_was_about_is_done(target: Target) -> None:
    back = declared("transfer_to_bob", "Transfer to Bob")
    handed = ("Transfer me to Alice", "[transfer_to_alice] {}", "[transfer_to_alice] done")
    assert called(target, *handed, offered=[back]) is None


def test_the_best_name_comes_first(target: Target) -> None:
    experts = [declared(f"ask_{name}_expert", "Hands over") for name in ("weather", "poem")]
    assert called(target, "I want two poems by the expert", offered=experts) == "ask_poem_expert"


@pytest.mark.parametrize("member", ["function_call", "tool_calls"])
def test_a_result_behind_a_call_may_have_any_words(target: Target, member: str) -> None:
    call = {"name": "weather", "arguments": "{}"}
    value = call if member == "function_call" else [{"function": call}]
    turn = {"role": "assistant", "content": None, member: value}
    assert called(target, "Weather?", turn, "The weather is fine", offered=[WEATHER]) is None


def test_rounds_over_http(http: HttpTarget) -> None:
    tools = [{"type": "function", "function": f} for f in (WEATHER, PEOPLE)]
    messages: list[Any] = [{"role": "user", "content": QUESTION}]
    names = []
    for _ in range(2):
        (part,) = http.ask(messages=messages, tools=tools).parts
        call = part["tool_calls"]
        names.append(call["function"]["name"])
        messages += [part, {"role": "tool", "tool_call_id": call["id"], "content": "weather"}]
    assert names == ["weather", "getPopulation"]
    assert http.ask(messages=messages, tools=tools).text
