"""Histories from other packages and services, in their own objects if they have any."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from openai import pydantic_function_tool
from openai.types.chat import ChatCompletion, ChatCompletionMessage
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseReasoningItem,
)
from pydantic import BaseModel

from service import MakeChat, Service
from sparkchat import Message, Tool, ToolCall, ToolResult
from sparkchat._requests.normalizing import plain
from sparkchat.messages import PlainMessage

COMPLETION = ChatCompletion.model_validate(
    {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": "tool_calls",
                "message": {
                    "role": "assistant",
                    "content": None,
                    "refusal": None,
                    "annotations": [],
                    "reasoning_content": "Let me look.",
                    "tool_calls": [
                        {
                            "id": "a",
                            "type": "function",
                            "index": 0,
                            "function": {"name": "look", "arguments": '{"at": 1}'},
                        },
                    ],
                },
            }
        ],
    }
)
ANSWER = COMPLETION.choices[0].message
CALLED = Message("assistant", "", (ToolCall("a", "look", '{"at": 1}'),))
SEEN = ToolResult("a", "seen")
RESULT = {"role": "tool", "tool_call_id": "a", "content": "seen"}


def said(text: str) -> ResponseOutputMessage:
    content = [ResponseOutputText(type="output_text", text=text, annotations=[])]
    return ResponseOutputMessage(
        id="m", role="assistant", status="completed", type="message", content=content
    )


def called(call_id: str) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        type="function_call", call_id=call_id, name="look", arguments="{}"
    )


LOOK = Message("assistant", "", (ToolCall("a", "look", "{}"),))


@pytest.mark.parametrize(
    ("history", "meant"),
    [
        ([ANSWER, RESULT], [CALLED, SEEN]),
        ([ANSWER.model_dump(), RESULT], [CALLED, SEEN]),
        ([ANSWER.to_dict(), RESULT], [CALLED, SEEN]),
        ([{"role": "assistant", "tool_calls": ANSWER.tool_calls}, RESULT], [CALLED, SEEN]),
        # If only one call waits, its result needs no id.
        ([ANSWER, {"role": "tool", "name": "look", "content": "seen"}], [CALLED, SEEN]),
        (
            [ChatCompletionMessage(role="assistant", content=None, refusal="No.")],
            [Message("assistant", "No.")],
        ),
        ([{"role": "developer", "content": "Be brief."}], [Message("system", "Be brief.")]),
        ([{"role": "user", "content": "Hi", "name": "Li"}], [Message("user", "Hi")]),
        # Before tools, there were functions, without ids.
        (
            [
                {"role": "assistant", "function_call": {"name": "look", "arguments": ""}},
                {"role": "function", "name": "look", "content": "seen"},
            ],
            [
                Message("assistant", "", (ToolCall("call_without_id_1", "look", ""),)),
                ToolResult("call_without_id_1", "seen"),
            ],
        ),
        (
            [
                ResponseReasoningItem(id="r", type="reasoning", summary=[]),
                called("a"),
                {"type": "function_call_output", "call_id": "a", "output": "seen"},
                said("There it is."),
            ],
            [LOOK, SEEN, Message("assistant", "There it is.")],
        ),
        # Anthropic's.
        (
            [
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "Hm.", "signature": "x"},
                        {"type": "text", "text": "Wait."},
                        {"type": "tool_use", "id": "a", "name": "look", "input": {}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "tool_result",
                            "tool_use_id": "a",
                            "content": [{"type": "text", "text": "seen"}],
                        },
                        {"type": "text", "text": "And?", "cache_control": {"type": "ephemeral"}},
                    ],
                },
            ],
            [Message("assistant", "Wait.", LOOK.tool_calls), SEEN, Message("user", "And?")],
        ),
        # Whole answers, and the extra fields of langchain-core.
        ([COMPLETION, RESULT], [CALLED, SEEN]),
        ([COMPLETION.choices[0], RESULT], [CALLED, SEEN]),
        ([{"object": "response", "output": [called("a")]}, RESULT], [LOOK, SEEN]),
        (
            [
                {
                    "type": "AIMessageChunk",
                    "content": "",
                    "invalid_tool_calls": [
                        {"id": "a", "name": "look", "args": "{", "error": None},
                        {"id": "b", "name": "look", "args": "{", "error": None},
                    ],
                },
                RESULT,
            ],
            [LOOK, SEEN],
        ),
        (["Hi", {"type": "ai", "content": ""}], [Message("user", "Hi")]),
        (
            [
                {
                    "id": "msg",
                    "type": "message",
                    "role": "assistant",
                    "model": "m",
                    "content": [{"type": "text", "text": "Hi"}],
                    "stop_reason": "end_turn",
                    "usage": {"input_tokens": 1},
                }
            ],
            [Message("assistant", "Hi")],
        ),
        # An empty answer, as clients keep it after a filter or an error.
        (["Hi", {"role": "assistant", "content": None}], [Message("user", "Hi")]),
    ],
)
def test_histories_of_others(history: list[Any], meant: list[PlainMessage]) -> None:
    assert plain(history) == meant


def test_calls_without_ids_are_told_apart() -> None:
    call = {"type": "function", "function": {"name": "look", "arguments": {"at": 1}}}
    (answer,) = plain([{"role": "assistant", "tool_calls": [call, call]}])
    assert isinstance(answer, Message)
    first, second = answer.tool_calls
    assert first.id != second.id
    assert first.arguments == '{"at": 1}'


@pytest.mark.parametrize(
    ("part", "placeholder"),
    [
        ({"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}, "[audio]"),
        ({"type": "file", "file": {"filename": "a.pdf", "file_data": ""}}, "[file: a.pdf]"),
        ({"type": "input_file", "filename": "b.pdf"}, "[file: b.pdf]"),
        ({"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}, "[image]"),
        ({"type": "something_new"}, "[something_new]"),
    ],
)
def test_what_a_tool_returned_beside_text_is_a_placeholder(
    part: dict[str, Any], placeholder: str, caplog: pytest.LogCaptureFixture
) -> None:
    content = [{"type": "text", "text": "Here: "}, part]
    with caplog.at_level(logging.WARNING, "sparkchat"):
        *_, result = plain([ANSWER, {**RESULT, "content": content}])
    assert result == ToolResult("a", f"Here: {placeholder}")
    assert f"part 1 of message 1 cannot be sent: replaced with {placeholder}" in caplog.text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"temp": 22}, '{"temp": 22}'),
        ({"type": "text", "text": "22"}, "22"),
        ([{"type": "resource", "resource": {"uri": "a://b", "text": "22"}}], "22"),
        ([{"type": "document", "source": {"type": "text", "data": "22"}}], "22"),
        ([{"type": "search_result", "content": [{"type": "text", "text": "22"}]}], "22"),
        ([{"type": "json", "json": {"temp": 22}}], '{"temp": 22}'),
    ],
)
def test_text_is_kept_wherever_it_stands(content: Any, text: str) -> None:
    *_, result = plain([ANSWER, {**RESULT, "content": content}])
    assert result == ToolResult("a", text)


def test_a_file_in_an_old_question_is_a_placeholder() -> None:
    file = {"role": "user", "content": [{"type": "file", "file": {"filename": "a.pdf"}}]}
    first, *_ = plain([file, said("A bill."), "How much?"])
    assert first == Message("user", "[file: a.pdf]")


def test_they_are_sent(chat: MakeChat, service: Service, tag: str) -> None:
    chat(tag=tag, transport="http").invoke(["Look!", ANSWER, RESULT, said("A tree."), "And now?"])
    (request,) = service.requests(tag)
    assert [message["role"] for message in request["messages"]] == [
        *("user", "assistant", "tool", "assistant", "user")
    ]


class Place(BaseModel):
    """Where to look."""

    city: str


SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}


@pytest.mark.parametrize(
    "tool",
    [
        {"type": "function", "function": {"name": "f", "parameters": SCHEMA, "strict": True}},
        {"type": "function", "name": "f", "parameters": SCHEMA, "strict": False},
        {"name": "f", "input_schema": SCHEMA, "cache_control": {"type": "ephemeral"}},
        {"name": "f", "title": "F", "description": None, "inputSchema": SCHEMA},
    ],
    ids=["completions", "responses", "Anthropic", "MCP"],
)
def test_tools_of_others(tool: dict[str, Any]) -> None:
    assert Tool.of(tool) == Tool("f", "", SCHEMA)


def test_a_tool_that_openais_package_made(chat: MakeChat, service: Service, tag: str) -> None:
    tool = pydantic_function_tool(Place)
    choice = {"type": "function", "function": {"name": "Place"}}
    chat(tag=tag, transport="http").invoke("Where?", tools=[tool], tool_choice=choice)
    (request,) = service.requests(tag)
    assert request["tool_choice"] == choice
    assert "strict" not in request["tools"][0]["function"]
