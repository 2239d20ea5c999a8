"""Histories from other providers' models, and with content that the service does not take."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    ToolMessage,
)
from langchain_openai.chat_models.base import _construct_lc_result_from_responses_api

from pictures import png
from sparkchat import InvalidArgumentError, Transport
from sparkchat.langchain import ChatSparkLLM
from sparkchat.langchain._mending import mended
from sparkchat.messages import Image, Message, ToolResult
from test_histories import call, read

Make = Callable[..., ChatSparkLLM]

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
