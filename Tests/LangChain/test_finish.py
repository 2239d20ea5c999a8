"""Why an answer ended, and its full cost: the adapter passes both on, and makes nothing up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk

from sparkchat.langchain import ChatSparkLLM

Make = Callable[..., ChatSparkLLM]


def whole(model: Any, streaming: bool) -> AIMessage:
    """Return an answer, or the sum of its chunks."""
    if not streaming:
        answer: AIMessage = model.invoke("Hello")
        return answer
    chunks = list(model.stream("Hello"))
    total: AIMessageChunk = chunks[0]
    for chunk in chunks[1:]:
        assert "finish_reason" not in total.response_metadata
        total += chunk
    return total


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("word", ["stop", "length", "content_filter", "abort", "tool_calls"])
def test_what_came_is_passed_on(chat: Make, word: str, streaming: bool) -> None:
    answer = whole(chat(f"finish:reason={word}", transport="http"), streaming)
    assert answer.response_metadata["finish_reason"] == word


@pytest.mark.parametrize("streaming", [False, True])
def test_usage_in_full(chat: Make, streaming: bool) -> None:
    answer = whole(chat("usage:cached=2,reasoning=1", transport="http"), streaming)
    usage = answer.usage_metadata
    assert usage is not None
    assert usage["input_token_details"] == {"cache_read": 2}
    assert usage["output_token_details"] == {"reasoning": 1}
    counts = answer.response_metadata["token_usage"]
    assert (counts["cached_tokens"], counts["reasoning_tokens"]) == (2, 1)


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("scenario", ["echo", "function_call"])
def test_nothing_is_made_up(chat: Make, transport: str, scenario: str, streaming: bool) -> None:
    answer = whole(chat(scenario, transport=transport), streaming)
    assert "finish_reason" not in answer.response_metadata
    assert answer.usage_metadata is not None
    assert answer.usage_metadata.keys() == {"input_tokens", "output_tokens", "total_tokens"}


@pytest.mark.parametrize("streaming", [False, True])
def test_call_that_does_not_come(chat: Make, transport: str, streaming: bool) -> None:
    def get_weather(city: str) -> str:
        """Tell the weather."""
        return city

    model = chat("text:content=No.", transport=transport)
    answer = whole(model.bind_tools([get_weather], tool_choice="any"), streaming)
    assert (answer.content, answer.tool_calls) == ("No.", [])
    assert answer.response_metadata["warning"]["code"] == -1
    assert "call" in answer.response_metadata["warning"]["message"]
