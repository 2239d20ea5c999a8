"""A tool call that the request requires, and the model does not make."""

from __future__ import annotations

import json

import pytest
from support.asking import Answer, ask
from support.courses import COMPLETE, ending
from support.workshop import Workshop

AUTO, NONE, REQUIRED, NAMED = range(4)


def demand(workshop: Workshop, scheme: str, scenario: str, choice: int) -> Answer:
    url = workshop.service.url(scheme, scenario=scenario)
    return ask(
        workshop, url, "Hello", "via", "pull", "function", "get_weather", "choice", str(choice)
    )


@pytest.mark.parametrize("scheme", ["ws", "http"])
@pytest.mark.parametrize("choice", [REQUIRED, NAMED])
def test_text_instead_of_the_call(choice: int, scheme: str, workshop: Workshop) -> None:
    answer = demand(workshop, scheme, "text:content=No.", choice)
    assert ending(answer) == COMPLETE
    assert (answer.text, answer.attempts, answer.warning_code) == ("No.", 1, -1)
    assert ("get_weather" in answer.warning_message) is (choice == NAMED)
    warning = answer.events[-1]
    assert (warning["kind"], warning["code"]) == ("warning", -1)
    assert warning["text"] == answer.warning_message


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_call_of_another_tool(scheme: str, workshop: Workshop) -> None:
    assert demand(workshop, scheme, "function_call:name=other", NAMED).warning_code == -1
    assert demand(workshop, scheme, "function_call:name=other", REQUIRED).warning_code == 0
    assert demand(workshop, scheme, "function_call", NAMED).warning_code == 0


@pytest.mark.parametrize("scheme", ["ws", "http"])
@pytest.mark.parametrize("choice", [AUTO, NONE])
def test_nothing_is_demanded(choice: int, scheme: str, workshop: Workshop) -> None:
    assert demand(workshop, scheme, "text:content=No.", choice).warning_code == 0


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_warning_of_the_service_comes_first(scheme: str, workshop: Workshop) -> None:
    answer = demand(workshop, scheme, "late_error:content=No.", REQUIRED)
    assert ending(answer) == COMPLETE
    assert answer.warning_code == 10019
    codes = {event["code"] for event in answer.events if event["kind"] == "warning"}
    assert codes == {-1, 10019}


def test_every_attempt_is_judged_alone(workshop: Workshop, tag: str) -> None:
    url = workshop.service.url("http", scenario="status:code=503,times=1", tag=tag)
    answer = ask(
        workshop, url, "1+1", "via", "pull", "function", "get_weather", "choice", str(REQUIRED),
        "max_attempts", "3", "backoff", "1",
    )  # fmt: skip
    assert ending(answer) == COMPLETE
    assert answer.attempts == 2
    requests = [json.loads(text) for r in workshop.service.records(tag) for text in r["requests"]]
    assert all(request["tool_choice"] == "required" for request in requests)
    assert [event["kind"] for event in answer.events].count("warning") == (0 if answer.calls else 1)
