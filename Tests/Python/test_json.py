"""Results as JSON, and counts that add up."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from service import MakeChat
from sparkchat import Response, Usage


@dataclass
class Sum:
    """An answer."""

    answer: str


@pytest.mark.parametrize("scenario", ["echo", "function_call", "both:content=Hello"])
def test_responses_and_events(chat: MakeChat, scenario: str) -> None:
    client = chat(scenario, keep_raw=True)
    with client.stream("你好") as stream:
        events = [json.loads(json.dumps(event.to_dict())) for event in stream]
    answer = stream.response
    told = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert told == answer.to_dict()
    assert (told["text"], told["outcome"], told["connection"]) == (answer.text, "complete", "cold")
    assert told["usage"]["total_tokens"] == answer.usage.total_tokens
    assert [call["name"] for call in told["tool_calls"]] == [c.name for c in answer.tool_calls]
    assert told["timings"]["total"] == answer.timings.total
    assert told["raw"] == list(answer.raw)
    texts = [event["content"] for event in events if event["kind"] == "text"]
    assert "".join(texts) == answer.text
    assert events[0] == {"kind": "ready"}


def test_parsed_answers(chat: MakeChat) -> None:
    client = chat('text:content={"answer"%3A "42"}'.replace("%3A", ":"), transport="http")
    told = client.parse("6 times 7, as JSON", Sum).to_dict()
    assert json.loads(json.dumps(told))["parsed"] == {"answer": "42"}


def test_an_answer_that_has_not_come() -> None:
    assert Response().to_dict()["outcome"] == "pending"


def test_sums(chat: MakeChat) -> None:
    usages = [answer.usage for answer in chat().batch(["1+1", "2+2", "3+3"])]
    total = sum(usages, Usage())
    assert total == sum(usages) == usages[0] + usages[1] + usages[2]
    assert total.total_tokens == sum(usage.total_tokens or 0 for usage in usages)
    with pytest.raises(TypeError):
        usages[0] + 1  # type: ignore[operator]
    with pytest.raises(TypeError):
        1 + usages[0]
