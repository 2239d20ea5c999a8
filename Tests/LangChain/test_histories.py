"""Histories from elsewhere: from agents, from other providers' models, and incomplete ones."""

from __future__ import annotations

import base64
import datetime
import logging
import random
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_openai.chat_models.base import _construct_lc_result_from_responses_api

from pictures import png
from service import Service
from sparkchat import InvalidArgumentError, Transport
from sparkchat.langchain import ChatSparkLLM
from sparkchat.langchain._mending import mended
from sparkchat.langchain._messages import plain_messages
from sparkchat.messages import Image, Message, ToolResult

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


# Other providers ---------------------------------------------------------------------------

# The forms that their packages document, in our own words.
CLAUDE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude",
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 2},
    "content": [
        {"type": "thinking", "thinking": "Hm.", "signature": "sealed"},
        {"type": "redacted_thinking", "data": "sealed"},
        {"type": "text", "text": "I look it up.", "citations": None},
        {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "rain"}},
        {
            "type": "web_search_tool_result",
            "tool_use_id": "s1",
            "content": [
                {
                    "type": "web_search_result",
                    "title": "Rain",
                    "url": "https://example.com/rain",
                    "encrypted_content": "sealed",
                    "page_age": None,
                }
            ],
        },
        {"type": "tool_use", "id": "c1", "name": "get_weather", "input": {"city": "Hefei"}},
    ],
}
GPT = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "model": "gpt",
    "status": "completed",
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "metadata": {},
    "temperature": 1,
    "top_p": 1,
    "output": [
        {"type": "reasoning", "id": "r1", "summary": [{"type": "summary_text", "text": "Hm."}]},
        {
            "type": "web_search_call",
            "id": "s1",
            "status": "completed",
            "action": {"type": "search", "query": "rain"},
        },
        {"type": "image_generation_call", "id": "g1", "status": "completed", "result": "iVBORw0="},
        {
            "type": "message",
            "id": "m1",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "I look it up.", "annotations": []}],
        },
        {
            "type": "function_call",
            "id": "f1",
            "call_id": "c1",
            "name": "get_weather",
            "arguments": '{"city":"Hefei"}',
            "status": "completed",
        },
    ],
}


def claudes() -> BaseMessage:
    model = ChatAnthropic(model_name="claude", api_key="none", timeout=None, stop=None)
    answer = anthropic.types.Message.model_validate(CLAUDE)
    return model._format_output(answer).generations[0].message


def gpts(version: str) -> BaseMessage:
    answer = openai.types.responses.Response.model_validate(GPT)
    result = _construct_lc_result_from_responses_api(answer, output_version=version)
    return result.generations[0].message


ANSWERS: list[Callable[[], BaseMessage]] = [
    claudes,
    lambda: gpts("v0"),
    lambda: gpts("responses/v1"),
    lambda: gpts("v1"),
]


@pytest.mark.parametrize("answer", ANSWERS, ids=["claude", "gpt-v0", "gpt-responses", "gpt-v1"])
def test_answers_of_other_models(
    chat: Make, transport: str, answer: Callable[[], BaseMessage], caplog: pytest.LogCaptureFixture
) -> None:
    result = ToolMessage([{"type": "text", "text": "rainy"}], tool_call_id="c1")
    history = [HumanMessage("The weather?"), answer(), result, HumanMessage("1+1")]
    _, said, given, _ = read(*history)
    assert "I look it up." in said.content
    assert "Hm." not in said.content
    assert "sealed" not in said.content
    assert [(c.id, c.name, c.arguments) for c in said.tool_calls] == [
        ("c1", "get_weather", '{"city": "Hefei"}')
    ]
    assert given == ToolResult("c1", "rainy")
    assert "message 1: the service does not accept" in caplog.text
    assert chat(transport=transport).invoke(history).content == "1 + 1 = **2**."


PICTURE = f"data:image/png;base64,{base64.b64encode(png(64, 48)).decode()}"
PDF = "data:application/pdf;base64,AAAA"
REPLACED: list[tuple[dict[str, Any], str]] = [
    ({"type": "image", "base64": "AAAA", "mime_type": "image/png"}, "[image]"),
    ({"type": "image", "source": {"type": "file", "file_id": "f1"}}, "[image]"),
    ({"type": "file", "file": {"filename": "a.pdf", "file_data": PDF}}, "[file: a.pdf]"),
    ({"type": "file", "base64": "AAAA", "mime_type": "application/pdf"}, "[file]"),
    ({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}, "[audio]"),
    ({"type": "media", "mime_type": "video/mp4", "data": "AAAA"}, "[media]"),
    ({"document": {"format": "pdf", "name": "b", "source": {"bytes": b"x"}}}, "[file: b]"),
    ({"type": "video", "url": "https://example.com/v.mp4"}, "[video]"),
    ({"type": "image"}, "[image]"),
    ({"type": "something new", "name": "a\nb", "payload": {}}, "[something new: a b]"),
    ({}, "[part]"),
]


@pytest.mark.parametrize(("block", "word"), REPLACED, ids=lambda value: str(value)[:30])
def test_results_with_what_the_service_does_not_take(
    block: dict[str, Any], word: str, caplog: pytest.LogCaptureFixture
) -> None:
    called = AIMessage("", tool_calls=[call("c1")])
    parts = [{"type": "text", "text": "Look."}, block, {"type": "text", "text": "Well?"}]
    *_, result = read(HumanMessage("?"), called, ToolMessage(parts, tool_call_id="c1"))
    assert result.content == f"Look.\n{word}\nWell?"
    (record,) = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert record.name == "sparkchat.langchain"
    assert record.message.startswith("message 2: the service does not accept")


KEPT: list[tuple[dict[str, Any], str]] = [
    ({"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}, "a"),
    ({"type": "input_text", "text": "a"}, "a"),
    ({"type": "refusal", "refusal": "a"}, "a"),
    ({"type": "text-plain", "text": "a", "mime_type": "text/plain"}, "a"),
    ({"text": "a"}, "a"),
    ({"json": {"a": 1}}, '{"a": 1}'),
    ({"type": "search_result", "title": "T", "content": [{"type": "text", "text": "a"}]}, "a"),
    (
        {
            "type": "document",
            "source": {"type": "text", "media_type": "text/plain", "data": "a"},
        },
        "a",
    ),
    ({"type": "reasoning", "reasoning": "Hm."}, ""),
    ({"cachePoint": {"type": "default"}}, ""),
    ({"type": "text", "text": None}, ""),
]


@pytest.mark.parametrize(("block", "text"), KEPT, ids=lambda value: str(value)[:30])
def test_text_in_every_form(
    block: dict[str, Any], text: str, caplog: pytest.LogCaptureFixture
) -> None:
    called = AIMessage("", tool_calls=[call("c1")])
    *_, result = read(HumanMessage("?"), called, ToolMessage([block], tool_call_id="c1"))
    assert result.content == text
    # The last question is read in the same way.
    (question,) = read(HumanMessage(["?", block]))
    assert question.content == f"?{text}"
    assert caplog.records == []


def test_results_as_blocks() -> None:
    answer = AIMessage("", tool_calls=[call("c1")])
    block = {"type": "tool_result", "tool_use_id": "c1", "content": [{"text": "a"}, {"image": 1}]}
    found = read(HumanMessage("?"), answer, HumanMessage([block, {"type": "text", "text": "b"}]))
    assert found[2:] == [ToolResult("c1", "a\n[image]"), Message("user", "b")]


def test_what_is_asked_is_refused_and_the_next_question_is_not(chat: Make) -> None:
    audio = HumanMessage([{"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"}])
    with pytest.raises(InvalidArgumentError, match="block 0 of message 0 has the type 'audio'"):
        chat().invoke([audio])
    assert chat().invoke([audio, HumanMessage("1+1")]).content == "1 + 1 = **2**."


@pytest.mark.parametrize("url", [PICTURE, "https://example.com/a.png"], ids=["data", "https"])
def test_images_of_a_history_that_the_model_does_not_take(
    chat: Make, transport: str, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    picture = {"type": "image_url", "image_url": {"url": url}}
    asked = HumanMessage([{"type": "text", "text": "What is it?"}, picture])
    model = chat(transport=transport)
    answer = model.invoke([asked, AIMessage("A cat."), HumanMessage("1+1")])
    assert answer.content == "1 + 1 = **2**."
    assert "an image of the history cannot be sent" in caplog.text
    with pytest.raises(InvalidArgumentError):
        model.invoke([asked])


def test_images_that_the_model_takes_stay() -> None:
    image = Image(png(64, 48))
    talk = [image, Message("user", "?"), Message("assistant", "A cat."), Message("user", "Sure?")]
    for transport in Transport:
        assert mended(talk, 0, None, transport) == talk
    twice = [*talk, image, Message("user", "And this?")]
    later = [*twice, Message("assistant", "A dog."), Message("user", "Sure?")]
    assert mended(later, 0, None, Transport.HTTP) == later
    over_websocket = mended(later, 0, None, Transport.WEBSOCKET)
    assert over_websocket[4] == Message("user", "[image]\nAnd this?")
    # Images in the question stay, so that they are refused.
    assert mended(twice, 1, None, Transport.WEBSOCKET) == twice
    broken = [Image(b"GIF?"), Message("assistant", "?"), Message("user", "Sure?")]
    assert mended(broken, 0, None, Transport.HTTP)[0] == Message("user", "[image]")


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
