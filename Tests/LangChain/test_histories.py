"""Histories from elsewhere: from agents, from other providers' models, and incomplete ones."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from service import Service
from sparkchat import Transport
from sparkchat.langchain import ChatSparkLLM
from sparkchat.langchain._mending import mended
from sparkchat.langchain._messages import plain_messages
from sparkchat.messages import Message, ToolResult

Make = Callable[..., ChatSparkLLM]


def read(*messages: BaseMessage) -> list[Any]:
    return plain_messages(messages)[0]


def call(id: str | None, name: str = "get_weather", **arguments: Any) -> dict[str, Any]:
    return {"id": id, "name": name, "args": arguments, "type": "tool_call"}


# Calls and results -------------------------------------------------------------------------


def test_calls_without_ids_are_told_apart() -> None:
    first = AIMessage("", tool_calls=[call(None, city="Hefei"), call("", city="Wuhu")])
    second = AIMessage("", tool_calls=[call(None, city="Anqing")])
    found = read(HumanMessage("Where?"), first, second, HumanMessage("Well?"))
    ids = [c.id for m in found if isinstance(m, Message) for c in m.tool_calls]
    assert len(set(ids)) == 3
    assert [m.call_id for m in found if isinstance(m, ToolResult)] == ids


def test_results_of_calls_without_ids() -> None:
    calls = AIMessage("", tool_calls=[call(None, "add", a=1), call(None, "multiply", a=2)])
    found = read(
        HumanMessage("?"),
        calls,
        ToolMessage("2", tool_call_id="", name="multiply"),
        FunctionMessage("1", name="add"),
    )
    assert [m.content for m in found[2:]] == ["1", "2"]
    nameless = read(HumanMessage("?"), calls, *(ToolMessage(n, tool_call_id="") for n in "12"))
    assert [m.content for m in nameless[2:]] == ["1", "2"]


def test_results_with_ids_of_their_own_for_calls_without_ids() -> None:
    calls = AIMessage("", tool_calls=[call(None, "add", a=1), call("", "multiply", a=2)])

    def results(*given: BaseMessage) -> list[str]:
        found = read(HumanMessage("?"), calls, *given)
        return [m.content for m in found if isinstance(m, ToolResult)]

    by_order = results(*(ToolMessage(n, tool_call_id=f"x{n}") for n in "12"))
    by_name = results(
        ToolMessage("2", tool_call_id="x2", name="multiply"),
        ToolMessage("1", tool_call_id="x1", name="add"),
    )
    assert by_order == by_name == ["1", "2"]
    # The call of this one is not in the history.
    assert results(ToolMessage("3", tool_call_id="x3", name="divide")) == ["[no result]"] * 2


def test_made_up_ids_that_come_again() -> None:
    called = AIMessage("", tool_calls=[call(None)])
    found = read(
        HumanMessage("?"),
        *(called, ToolMessage("sunny", tool_call_id="x")),
        *(called, ToolMessage("rainy", tool_call_id="x")),
    )
    assert [m.content for m in found if isinstance(m, ToolResult)] == ["sunny", "rainy"]


def test_a_result_with_another_id_than_its_call() -> None:
    called = AIMessage("", tool_calls=[call("c1")])
    found = read(HumanMessage("?"), called, ToolMessage("?", tool_call_id="c2", name="get_weather"))
    assert [m.content for m in found if isinstance(m, ToolResult)] == ["[no result]"]


def test_ids_that_come_again() -> None:
    # Some providers start counting again in each answer, or give two calls one id.
    twice = AIMessage("", tool_calls=[call("c", city="Hefei"), call("c", city="Wuhu")])
    results = [ToolMessage(text, tool_call_id="c") for text in ("sunny", "rainy", "windy")]
    again = AIMessage("", tool_calls=[call("c", city="Anqing")])
    found = read(HumanMessage("?"), twice, *results[:2], again, results[2])
    told = {c.id: c.arguments for m in found if isinstance(m, Message) for c in m.tool_calls}
    given = {m.call_id: m.content for m in found if isinstance(m, ToolResult)}
    assert [(told[id], text) for id, text in given.items()] == [
        ('{"city": "Hefei"}', "sunny"),
        ('{"city": "Wuhu"}', "rainy"),
        ('{"city": "Anqing"}', "windy"),
    ]


@pytest.mark.parametrize(
    "behind",
    [
        [],
        [ToolMessage("?", tool_call_id="another")],
        [HumanMessage("Are you there?"), ToolMessage("sunny", tool_call_id="c1")],
        [ToolMessage("sun", tool_call_id="c1"), ToolMessage("ny", tool_call_id="c1")],
        [AIMessage("I wait.")],
    ],
    ids=["none", "another's", "late", "two", "answer"],
)
def test_results_that_are_missing_late_or_too_many(
    chat: Make, transport: str, behind: list[BaseMessage]
) -> None:
    called = AIMessage("", tool_calls=[call("c1", city="Hefei")])
    history = [HumanMessage("The weather?"), called, *behind, HumanMessage("1+1")]
    assert chat(transport=transport).invoke(history).content == "1 + 1 = **2**."


@pytest.mark.parametrize(
    "wrong",
    [
        ToolMessage("sunny", tool_call_id="trimmed", name="get_weather"),
        FunctionMessage("sunny", name="get_weather"),
    ],
)
def test_a_result_whose_call_was_trimmed(
    wrong: BaseMessage, caplog: pytest.LogCaptureFixture
) -> None:
    assert read(wrong, HumanMessage("Well?"))[0] == Message("user", "[get_weather] sunny")
    assert "belongs to no call" in caplog.text


def test_a_call_without_result_is_told(caplog: pytest.LogCaptureFixture) -> None:
    invalid = {"id": "c1", "name": None, "args": '{"a', "error": None, "type": "invalid_tool_call"}
    answer = AIMessage("", invalid_tool_calls=[invalid])
    _, called, result, _ = read(HumanMessage("?"), answer, HumanMessage("Well?"))
    assert called.tool_calls[0].arguments == '{"a'
    assert result == ToolResult("c1", "[no result]")
    assert "the call of the tool unknown has no result" in caplog.text


def test_arguments_that_are_no_json() -> None:
    when = datetime.date(2026, 1, 2)
    answer = AIMessage("", tool_calls=[call("c1", when=when)])
    assert read(HumanMessage("?"), answer)[1].tool_calls[0].arguments == ('{"when": "2026-01-02"}')


@pytest.mark.parametrize("arguments", ["", None, "{}", {}])
def test_an_old_call_without_arguments(arguments: Any) -> None:
    old = {"function_call": {"name": "now", "arguments": arguments}}
    answer = AIMessage("", additional_kwargs=old)
    assert read(HumanMessage("?"), answer)[1].tool_calls[0].arguments == "{}"


def test_roles_of_others() -> None:
    found = read(
        ChatMessage("Be brief.", role="developer"),
        ChatMessage("Hello", role="user"),
        ChatMessage("Hello!", role="model"),
        ChatMessage("sunny", role="tool", name="get_weather"),
    )
    assert found == [
        Message("system", "Be brief."),
        Message("user", "Hello"),
        Message("assistant", "Hello!"),
        Message("user", "[get_weather] sunny"),
    ]


PARTS: list[Any] = [
    "a",
    "",
    "\ud83d",
    {"type": "text", "text": "b"},
    {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
    {"type": "image", "base64": "AAAA", "mime_type": "image/png"},
    {"type": "file", "file_id": "f"},
    {"type": "tool_result", "tool_use_id": "c1", "content": "d"},
    {"type": "thinking", "thinking": "Hm."},
    {"type": "tool_use", "id": "c1", "name": "get_weather", "input": {}},
    {"unknown": {"a": [1]}},
]
IDS = ["c1", "c2", "", "c\ud83d", "c\0"]


def any_message(dice: random.Random) -> BaseMessage:
    content: Any = dice.choice(["", "text", dice.choices(PARTS, k=dice.randrange(4))])
    kind = dice.randrange(5)
    if kind == 0:
        return HumanMessage(content)
    if kind == 1:
        return SystemMessage(content)
    if kind == 2:
        return ToolMessage(content, tool_call_id=dice.choice(IDS), name=dice.choice([None, "get"]))
    if kind == 3:
        return FunctionMessage(content, name=dice.choice(["get", "other"]))
    calls = [
        call(dice.choice([*IDS, None]), dice.choice(["get", ""])) for _ in range(dice.randrange(3))
    ]
    wrong = {"id": dice.choice([*IDS, None]), "name": None, "args": None, "error": None}
    return AIMessage(
        content,
        tool_calls=calls,
        invalid_tool_calls=[wrong] * dice.randrange(2),
        response_metadata=dice.choice([{}, {"model_provider": "anthropic"}]),
    )


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_history_is(chat: Make, transport: str, seed: int) -> None:
    dice = random.Random(seed)
    history = [any_message(dice) for _ in range(dice.randrange(9))]
    answer = chat(transport=transport).invoke([*history, HumanMessage("1+1")])
    assert "**2**" in answer.content


# Text --------------------------------------------------------------------------------------


def test_halves_of_surrogate_pairs_in_every_place(chat: Make, transport: str) -> None:
    half = "\ud83d"
    history = [
        SystemMessage(f"Be brief{half}"),
        HumanMessage([{"type": "text", "text": half}, half]),
        AIMessage(half, tool_calls=[call(f"c{half}", f"get{half}", **{half: [half]})]),
        ToolMessage(half, tool_call_id=f"c{half}"),
        HumanMessage(f"1+1 {half}"),
    ]
    assert "**2**" in chat(transport=transport).invoke(history).content


def test_messages_without_text_say_nothing() -> None:
    found = read(SystemMessage(""), HumanMessage(""), AIMessage(""), HumanMessage("Hello"))
    assert found == [Message("user", "Hello")]


# Order -------------------------------------------------------------------------------------


def test_a_system_message_further_down(
    chat: Make, service: Service, tag: str, caplog: pytest.LogCaptureFixture
) -> None:
    talk = [("system", "One."), ("human", "Hello"), ("system", "Two."), ("human", "1+1")]
    chat(tag=tag).invoke(talk)
    (request,) = service.requests(tag)
    system, *rest = request["payload"]["message"]["text"]
    assert system == {"role": "system", "content": "One.\n\nTwo."}
    assert [said["content"] for said in rest] == ["Hello", "1+1"]
    assert "a system message comes later" in caplog.text


@pytest.mark.parametrize("before", [[], [("human", "Hello"), ("ai", "Hello!")]])
def test_a_system_message_at_the_end(
    chat: Make, transport: str, before: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert "**2**" in chat(transport=transport).invoke([*before, ("system", "1+1")]).content
    assert "it is sent as a user message" in caplog.text


def test_an_answer_at_the_end(
    chat: Make, service: Service, tag: str, caplog: pytest.LogCaptureFixture
) -> None:
    chat(tag=tag).invoke([("human", "Hello"), ("ai", "Once upon a time")])
    (request,) = service.requests(tag)
    assert request["payload"]["message"]["text"][-1] == {"role": "user", "content": "Continue."}
    assert "the last message is the assistant's" in caplog.text


def test_what_is_in_order_is_not_touched(caplog: pytest.LogCaptureFixture) -> None:
    talk = [
        Message("system", "Be brief."),
        Message("user", "Hello"),
        Message("assistant", "Hello!"),
        Message("user", "1+1"),
    ]
    assert mended(talk, 0, None, Transport.HTTP) == talk
    assert caplog.records == []
