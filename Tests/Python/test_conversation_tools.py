"""A conversation runs the tools that the model calls, until the model answers."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from service import MakeChat, Service
from sparkchat import (
    Conversation,
    EventKind,
    InvalidArgumentError,
    Message,
    Spark,
    StateError,
    Tool,
    ToolLimitError,
    ToolResult,
    TruncatedError,
)

CALLS = 'function_call:name=get_weather,arguments={"city": "Hefei"},times='


def get_weather(city: str) -> dict[str, str]:
    """Look up the weather."""
    return {"weather": f"sunny in {city}"}


def results(talk: Conversation) -> list[str]:
    return [m.content for m in talk.messages if isinstance(m, ToolResult)]


def test_two_rounds(chat: MakeChat, service: Service, tag: str, transport: str) -> None:
    client = chat(f"{CALLS}2", tag=tag, transport=transport)
    talk = client.conversation(tools=[get_weather])
    stream = talk.stream("What is the weather?")
    events = [event.kind for event in stream]
    assert events.count(EventKind.READY) == 3
    assert events.count(EventKind.TOOL_CALL) == 2
    assert "sunny in Hefei" in stream.response.text
    assert results(talk) == ['{"weather": "sunny in Hefei"}'] * 2
    calls = [m.tool_calls for m in talk.messages if isinstance(m, Message)]
    assert [len(c) for c in calls] == [0, 1, 1, 0]
    assert len(service.requests(tag)) == 3


def test_several_calls_in_one_answer(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat("tools:calls=3,times=1", tag=tag, transport="http")
    tool = Tool("get_weather", "Look.", function=lambda **arguments: arguments)
    talk = client.conversation(tools=[tool])
    assert talk.ask("Weather?").text
    assert results(talk) == ['{"n": 1}', '{"n": 2}', '{"n": 3}']
    sent = service.requests(tag)[1]["messages"][1:]
    ids = [call["id"] for call in sent[0]["tool_calls"]]
    assert [message["tool_call_id"] for message in sent[1:]] == ids


def test_the_model_must_call_only_once(
    chat: MakeChat, service: Service, tag: str, transport: str
) -> None:
    client = chat(f"{CALLS}1", tag=tag, transport=transport)
    client.conversation(tools=[get_weather], tool_choice="get_weather").ask("Weather?")
    first, second = service.requests(tag)
    if transport == "http":
        function = {"type": "function", "function": {"name": "get_weather"}}
        assert (first["tool_choice"], second["tool_choice"]) == (function, "auto")
    else:
        assert first["parameter"]["chat"]["function_choice"] == "get_weather"
        assert "function_choice" not in second["parameter"]["chat"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("{}", "error: get_weather lacks 'city'"),
        ('{"city": 5}', "error: get_weather.city must be a string, not the integer 5"),
        ("{broken", "error: Expecting"),
        ("[]", "error: the arguments are not a JSON object"),
    ],
)
def test_wrong_arguments_are_told_to_the_model(
    chat: MakeChat, tag: str, arguments: str, told: str
) -> None:
    client = chat(f"function_call:name=get_weather,arguments={arguments},times=1", tag=tag)
    talk = client.conversation(tools=[get_weather], raise_tool_errors=True)
    assert talk.ask("Weather?").text
    assert results(talk)[0].startswith(told)


def test_a_tool_that_does_not_exist_is_told_to_the_model(chat: MakeChat, tag: str) -> None:
    talk = chat("function_call:name=other,times=1", tag=tag).conversation(tools=[get_weather])
    assert talk.ask("Continue.").text
    assert results(talk) == ["error: there is no tool of this name"]


def fail(city: str) -> None:
    """Look up the weather."""
    raise OSError(f"no way to {city}")


def test_what_a_tool_raises_is_told_to_the_model(
    chat: MakeChat, tag: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = chat(f"{CALLS}1", tag=tag)
    talk = client.conversation(tools=[Tool("get_weather", "Look.", function=fail)])
    with caplog.at_level(logging.WARNING, "sparkchat"):
        assert talk.ask("Weather?").text
    assert results(talk) == ["error: OSError: no way to Hefei"]
    (record,) = caplog.records
    assert record.getMessage() == "the tool get_weather failed: OSError"
    assert record.exc_info is not None


def test_half_a_surrogate_pair_in_a_result_is_replaced(chat: MakeChat, tag: str) -> None:
    tool = Tool("get_weather", "Look.", function=lambda city: f"{city}: \ud83d")
    talk = chat(f"{CALLS}1", tag=tag).conversation(tools=[tool])
    assert talk.ask("Weather?").text
    assert results(talk) == ["Hefei: \ufffd"]
    assert talk.ask("And \udc00?").text


def test_a_call_that_the_limit_cut_is_not_made(chat: MakeChat) -> None:
    call = {"name": "get_weather", "arguments": '{"city": "He'}
    message = {"content": "", "tool_calls": [{"id": "1", "type": "function", "function": call}]}
    answer = {"code": 0, "choices": [{"message": message, "finish_reason": "length"}]}
    client = chat(f"status:code=200,body={json.dumps(answer)}", transport="http")
    made: list[Any] = []
    tool = Tool("get_weather", "Look.", function=lambda **arguments: made.append(arguments))
    talk = client.conversation(tools=[tool])
    with pytest.raises(TruncatedError, match='cut the arguments of the tool "get_weather"'):
        talk.ask("Weather?")
    assert not made
    assert not talk.messages


def test_what_a_tool_raises_can_be_raised(chat: MakeChat, tag: str) -> None:
    client = chat(f"{CALLS}1", tag=tag)
    tool = Tool("get_weather", "Look.", function=fail)
    talk = client.conversation(["Hello", ("assistant", "Hi")], tools=[tool], raise_tool_errors=True)
    with pytest.raises(OSError, match="no way to Hefei"):
        talk.ask("Weather?")
    assert len(talk.messages) == 2
    assert talk.ask("Hello").text


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_the_rounds_have_an_end(chat: MakeChat, service: Service, tag: str, rounds: int) -> None:
    client = chat(f"{CALLS}100", tag=tag)
    talk = client.conversation(tools=[get_weather], max_rounds=rounds)
    with pytest.raises(ToolLimitError, match=f"after {rounds} rounds") as caught:
        talk.ask("Weather?")
    assert isinstance(caught.value, RuntimeError)
    assert caught.value.response is not None
    assert caught.value.response.tool_calls
    assert talk.messages == []
    assert len(service.requests(tag)) == rounds + 1


def test_the_end_of_the_rounds_is_told_each_time(chat: MakeChat, tag: str) -> None:
    talk = chat(f"{CALLS}100", tag=tag).conversation(tools=[get_weather], max_rounds=0)
    stream = talk.stream("Weather?")
    for _ in range(2):
        with pytest.raises(ToolLimitError):
            stream.finish()
        with pytest.raises(ToolLimitError):
            list(stream)
    stream.close()


def test_a_tool_without_a_function_is_left_to_the_host(
    chat: MakeChat, service: Service, tag: str, transport: str
) -> None:
    client = chat(f"{CALLS}1", tag=tag, transport=transport)
    talk = client.conversation(tools=[{"name": "get_weather", "description": "Look."}])
    (call,) = talk.ask("Weather?").tool_calls
    with pytest.raises(InvalidArgumentError, match="has no result"):
        talk.ask("And tomorrow?")
    talk.add(ToolResult(call.id, "rain in Hefei"))
    assert "rain in Hefei" in talk.ask().text
    assert len(service.requests(tag)) == 2


@pytest.mark.parametrize("choice", ["required", "get_weather"])
def test_the_model_need_not_call_again_once_the_host_has_results(
    chat: MakeChat, service: Service, tag: str, transport: str, choice: str
) -> None:
    client = chat(f"{CALLS}1", tag=tag, transport=transport)
    tool = Tool("get_weather", "Look.")
    talk = client.conversation(tools=[tool], tool_choice=choice)
    (call,) = talk.ask("Weather?").tool_calls
    talk.add(ToolResult(call.id, "rain in Hefei"))
    assert "rain in Hefei" in talk.ask().text
    first, second = service.requests(tag)
    if transport == "http":
        assert first["tool_choice"] != "auto"
        assert second["tool_choice"] == "auto"
    else:
        assert first["parameter"]["chat"]["function_choice"] == "get_weather"
        assert "function_choice" not in second["parameter"]["chat"]


def test_tools_with_and_without_a_function_in_one_answer(chat: MakeChat, tag: str) -> None:
    tools = [Tool("look", "Look.", function=lambda n: f"seen {n}"), Tool("listen", "Listen.")]
    client = chat("tools:calls=3,times=1,name=look/listen", tag=tag, transport="http")
    talk = client.conversation(tools=tools)
    calls = talk.ask("What is there?").tool_calls
    assert [call.name for call in calls] == ["look", "listen", "look"]
    assert results(talk) == ["seen 1", "seen 3"]
    talk.add(ToolResult(calls[1].id, "heard 2"))
    assert talk.ask().text
    assert results(talk) == ["seen 1", "seen 3", "heard 2"]


def test_tools_of_one_question(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat(f"{CALLS}1", tag=tag)
    talk = client.conversation()
    talk.ask("Weather?", tools=[get_weather])
    assert results(talk) == ['{"weather": "sunny in Hefei"}']
    talk.ask("Thanks.")
    offered = ["functions" in request["payload"] for request in service.requests(tag)]
    assert offered == [True, True, False]


def test_tools_of_the_client(chat: MakeChat, tag: str) -> None:
    talk = chat(f"{CALLS}1", tag=tag, tools=[get_weather]).conversation()
    assert talk.ask("Weather?").text
    assert len(results(talk)) == 1


def test_an_asynchronous_tool_is_refused_before_anything_is_sent(
    chat: MakeChat, service: Service, tag: str
) -> None:
    async def get_weather(city: str) -> str:
        """Look up the weather."""
        return city

    client = chat(f"{CALLS}1", tag=tag)
    with pytest.raises(InvalidArgumentError, match="get_weather is asynchronous; use AsyncSpark"):
        client.conversation(tools=[get_weather])
    with pytest.raises(InvalidArgumentError, match="get_weather is asynchronous"):
        client.conversation().ask("Weather?", tools=[get_weather])
    assert service.records(tag, wait=0.05) == []


def test_the_end_of_an_iterator_in_a_tool_is_no_end_of_the_answer(chat: MakeChat, tag: str) -> None:
    def get_weather(city: str) -> str:
        """Look up the weather."""
        raise StopIteration

    client = chat(f"{CALLS}1", tag=tag)
    talk = client.conversation(tools=[get_weather], raise_tool_errors=True)
    with pytest.raises(RuntimeError, match="get_weather raised StopIteration"):
        list(talk.stream("Weather?"))
    assert talk.messages == []


@pytest.mark.parametrize("method", ["finish", "__next__"])
def test_a_tool_cannot_wait_for_itself(chat: MakeChat, tag: str, method: str) -> None:
    def get_weather(city: str) -> str:
        """Look up the weather."""
        return str(getattr(stream, method)())

    client = chat(f"{CALLS}1", tag=tag)
    talk = client.conversation(tools=[get_weather], raise_tool_errors=True)
    stream = talk.stream("Weather?")
    with pytest.raises(StateError, match="a tool waits for the answer that waits for the tool"):
        list(stream)
    assert talk.ask("Hello").text


@pytest.mark.parametrize("tokens", [-1, 2**31, 2**32 + 10, 2**64])
def test_a_context_that_is_none(chat: MakeChat, tokens: int) -> None:
    with pytest.raises(InvalidArgumentError, match="context_tokens is"):
        chat().conversation(context_tokens=tokens)
    for wrong in ("8000", 1.5, True):
        with pytest.raises(TypeError, match="context_tokens must be an int"):
            chat().conversation(context_tokens=wrong)  # type: ignore[arg-type]


def test_without_a_conversation_the_calls_are_the_callers(chat: MakeChat, tag: str) -> None:
    client: Spark = chat(f"{CALLS}1", tag=tag)
    history: list[Any] = ["Weather?"]
    response = client.invoke(history, tools=[get_weather])
    tool = Tool.of(get_weather)
    history.append(response)
    history += [ToolResult(call.id, tool.run(call)) for call in response.tool_calls]
    assert "sunny in Hefei" in client.invoke(history).text


def weather(city: str) -> str:
    """Look up the weather in a city."""
    return f"sunny in {city}"


def search(query: str) -> str:
    """Search the web."""
    return f"found {query}"


def add(a: int, b: int) -> int:
    """Sum up."""
    return a + b


def now() -> str:
    """Give the time of day."""
    return "noon"


@pytest.mark.parametrize(
    ("question", "called"),
    [
        ("What is the weather in Hefei?", ["weather"]),
        ("Please search for cats", ["search"]),
        ("Add 2 and 3", ["add"]),
        ("What time is it now?", ["now"]),
        ("Search for the weather in Hefei, add 2 and 3, and give the time", [
            "weather", "search", "add", "now",
        ]),
        ("Tell me a story", []),
    ],
)  # fmt: skip
def test_the_local_service_calls_what_the_question_names(
    chat: MakeChat, transport: str, question: str, called: list[str]
) -> None:
    talk = chat(transport=transport).conversation(tools=[weather, search, add, now])
    for _ in range(2):
        seen = len(talk.messages)
        assert talk.ask(question).text
        new = [m for m in talk.messages[seen:] if isinstance(m, Message)]
        assert sorted(c.name for m in new for c in m.tool_calls) == sorted(called)
