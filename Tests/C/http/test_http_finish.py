"""The finish reason of an answer over HTTP, and its full usage."""

from __future__ import annotations

import pytest
from support.asking import ask
from support.courses import COMPLETE, ending
from support.workshop import Workshop

REASONS = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool calls",
    "content_filter": "content filter",
    "abort": "other",
}


@pytest.mark.parametrize("extra", ["", '{"stream": false}'])
@pytest.mark.parametrize("word", REASONS)
def test_reason(word: str, extra: str, workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario=f"finish:reason={word},shows=all")
    options = ["via", "pull", *(["extra", extra] if extra else [])]
    answer = ask(workshop, url, "Hello", *options)
    assert ending(answer) == COMPLETE
    assert (answer.finish, answer.finish_word) == (REASONS[word], word)
    assert (answer.cached_tokens, answer.reasoning_tokens) == (-1, -1)


def test_usage_in_full(workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario="usage:cached=64,reasoning=8")
    answer = ask(workshop, url)
    assert (answer.prompt_tokens, answer.cached_tokens, answer.reasoning_tokens) == (100, 64, 8)


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_nothing_is_made_up(scheme: str, workshop: Workshop) -> None:
    for scenario in ("echo", "function_call"):
        answer = ask(workshop, workshop.service.url(scheme, scenario=scenario))
        assert ending(answer) == COMPLETE
        assert (answer.finish, answer.finish_word) == ("none", None)
        assert (answer.cached_tokens, answer.reasoning_tokens) == (-1, -1)


def test_limit_that_went_into_reasoning(workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario="finish:shows=reasoning,content=Let me see")
    answer = ask(workshop, url)
    assert ending(answer) == COMPLETE
    assert (answer.text, answer.reasoning) == ("", "Let me see")
    assert answer.finish == "length"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_end_without_done(scheme: str, workshop: Workshop) -> None:
    url = workshop.service.url(scheme, scenario="finish:done=0,reason=stop,content=All of it.")
    answers = [ask(workshop, url, "Hello", "via", via) for via in ("pull", "group")]
    for answer in answers:
        assert ending(answer) == COMPLETE
        assert (answer.text, answer.finish) == ("All of it.", "stop")
        assert answer.total_tokens > 0


def test_connection_that_breaks_is_no_end(workshop: Workshop) -> None:
    # A hosted model gives a reason, but here it has not arrived yet.
    url = workshop.service.url("http", scenario="drop:after=2")
    answer = ask(workshop, url, "Hello", "domain", "xdeepseekr1")
    assert (answer.status, answer.outcome) == ("ERR_TRUNCATED", "truncated")
    assert answer.finish == "none"
