"""Why an answer ended, its full cost, and a required call that did not come."""

from __future__ import annotations

import asyncio

import pytest

from service import MakeAsyncChat, MakeChat
from sparkchat import Outcome, Response, ServiceWarning, ToolCall, Usage, WarningCode
from sparkchat._requests.ending import ending_of


@pytest.mark.parametrize("word", ["stop", "length", "tool_calls", "content_filter", "abort"])
def test_reason(chat: MakeChat, word: str) -> None:
    client = chat(f"finish:reason={word}", transport="http")
    stream = client.stream("Hello")
    for _ in stream:
        assert stream.response.finish_reason is None
    for response in (stream.response, client.invoke("Hello")):
        assert response.outcome is Outcome.COMPLETE
        assert response.finish_reason == word


def test_usage_in_full(chat: MakeChat) -> None:
    usage = chat("usage:cached=64,reasoning=8", transport="http").invoke("Hello").usage
    assert (usage.cached_tokens, usage.reasoning_tokens) == (64, 8)


def test_nothing_is_made_up(chat: MakeChat, transport: str) -> None:
    for scenario in ("echo", "function_call"):
        response = chat(scenario, transport=transport).invoke("Hello")
        assert response.finish_reason is None
        assert response.usage.cached_tokens is None
        assert response.usage.reasoning_tokens is None


def test_an_answer_that_is_empty_says_why(chat: MakeChat) -> None:
    response = chat("finish:shows=reasoning", transport="http").invoke("Hello")
    assert (response.text, response.finish_reason) == ("", "length")
    assert response.reasoning


@pytest.mark.parametrize(
    ("response", "limit", "told"),
    [
        (Response("Hel", finish_reason="length"), None, "the answer was cut at the limit"),
        (Response("", "Hm", finish_reason="length"), None, "limit of tokens went into reasoning"),
        (
            Response(finish_reason="length", usage=Usage(reasoning_tokens=9)),
            None,
            "limit of tokens went into reasoning",
        ),
        (Response(finish_reason="length"), None, "the limit of tokens was reached before it"),
        (Response("Hel", usage=Usage(completion_tokens=8)), 8, "was probably cut at the limit"),
        (Response("", "Hm", usage=Usage(completion_tokens=9)), 8, "probably went into reasoning"),
        (Response("Hel", usage=Usage(completion_tokens=7)), 8, None),
        (Response("Hel", usage=Usage(completion_tokens=8)), None, None),
        (Response("Hel"), 8, None),
        (Response("Hel", finish_reason="stop", usage=Usage(completion_tokens=8)), 8, None),
        (Response("Hel", finish_reason="content_filter"), None, "moderation"),
        (Response("Hel", finish_reason="STOP"), None, None),
        (Response("Hel", finish_reason="max_tokens"), None, "was cut at the limit"),
        (Response("", finish_reason="sensitive"), None, "moderation"),
        (Response("Hel", finish_reason="Paused"), None, '"Paused", so it may not be whole'),
        (Response("", finish_reason="abort"), None, 'no answer: the service ended it with "abort"'),
        (Response(finish_reason="tool_calls", tool_calls=(ToolCall("1", "f", "{}"),)), None, None),
        (Response(), None, "the answer is empty"),
    ],
)
def test_ending_in_words(response: Response, limit: int | None, told: str | None) -> None:
    ending = ending_of(response, limit)
    if told is None:
        assert ending is None
    else:
        assert ending is not None
        assert told in ending.said
        assert str(ending).endswith(f"; {ending.advice}.")


def test_end_without_done(chat: MakeChat) -> None:
    response = chat("finish:done=0,reason=stop,content=All.", transport="http").invoke("Hello")
    assert (response.text, response.outcome, response.finish_reason) == (
        "All.",
        Outcome.COMPLETE,
        "stop",
    )


def get_weather(city: str) -> str:
    """Tell the weather."""
    return f"sunny in {city}"


@pytest.mark.parametrize("choice", ["required", "get_weather"])
def test_call_that_does_not_come(chat: MakeChat, transport: str, choice: str) -> None:
    client = chat("text:content=No.", transport=transport)
    stream = client.stream("Hello", tools=[get_weather], tool_choice=choice)
    *_, warning = stream
    assert isinstance(warning, ServiceWarning)
    assert warning.code == WarningCode.TOOL_NOT_CALLED
    assert "call" in warning.message
    assert stream.response.warning == warning
    assert client.invoke("Hello", tools=[get_weather]).warning is None


def test_the_service_s_warning_comes_first(chat: MakeChat, transport: str) -> None:
    client = chat("late_error:content=No.", transport=transport)
    stream = client.stream("Hello", tools=[get_weather], tool_choice="required")
    codes = []
    for event in stream:
        if isinstance(event, ServiceWarning):
            codes.append(event.code)
            # The warning is there while the answer arrives.
            assert stream.response.warning is not None
            assert stream.response.warning.code == max(codes)
    assert set(codes) == {WarningCode.TOOL_NOT_CALLED, WarningCode.POLICY}
    assert stream.response.warning is not None
    assert stream.response.warning.code == WarningCode.POLICY


def test_only_the_first_round_is_demanded(chat: MakeChat, transport: str, tag: str) -> None:
    scenario = 'function_call:times=1,arguments={"city":"Hefei"}'
    client = chat(scenario, transport=transport, tag=tag)
    talk = client.conversation(tools=[get_weather])
    response = talk.ask("The weather?", tool_choice="required")
    assert "sunny in Hefei" in response.text
    assert response.warning is None


def test_sum_over_the_rounds(chat: MakeChat, transport: str, tag: str) -> None:
    scenario = 'function_call:times=2,arguments={"city":"Hefei"}'
    talk = chat(scenario, transport=transport, tag=tag).conversation(tools=[get_weather])
    assert talk.usage == Usage()
    usages = []
    with talk.stream("The weather?") as stream:
        for event in stream:
            if isinstance(event, Usage):
                usages.append(event)
    assert len(usages) == 3
    assert talk.usage == sum(usages, Usage())
    # The next question starts a new count.
    response = talk.ask("Hello")
    assert talk.usage == response.usage


def test_sum_over_the_rounds_with_asyncio(async_chat: MakeAsyncChat, tag: str) -> None:
    async def main() -> None:
        scenario = 'function_call:times=1,arguments={"city":"Hefei"}'
        talk = async_chat(scenario, tag=tag).conversation(tools=[get_weather])
        response = await talk.ask("The weather?")
        assert talk.usage.total_tokens is not None
        assert response.usage.total_tokens is not None
        assert talk.usage.total_tokens > response.usage.total_tokens

    asyncio.run(main())


def test_adding_counts() -> None:
    left = Usage(prompt_tokens=1, cached_tokens=0)
    right = Usage(prompt_tokens=2, reasoning_tokens=5)
    assert left + right == Usage(prompt_tokens=3, cached_tokens=0, reasoning_tokens=5)
    assert Usage() + Usage() == Usage()
    with pytest.raises(TypeError):
        left + 1  # type: ignore[operator]
