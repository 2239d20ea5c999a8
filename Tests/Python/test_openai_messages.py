"""Messages in the form of OpenAI's clients, and our own types for them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from pictures import png
from service import MakeChat, Service
from sparkchat import (
    Image,
    InvalidArgumentError,
    Message,
    Messages,
    Response,
    ToolCall,
    ToolResult,
)

QUESTION = {"role": "user", "content": "Weather in Hefei?"}
CALL = {
    "id": "call-1",
    "type": "function",
    "function": {"name": "get_weather", "arguments": '{"city": "Hefei"}'},
}
CALLING = {"role": "assistant", "content": "", "tool_calls": [CALL]}
TWO_CALLS = {**CALLING, "tool_calls": [CALL, {**CALL, "id": "call-2"}]}
RESULT = {"role": "tool", "content": "sunny", "tool_call_id": "call-1"}
OUR_CALL = ToolCall("call-1", "get_weather", '{"city": "Hefei"}')
PICTURE = "data:image/png;base64," + base64.b64encode(png(60, 60)).decode()


@pytest.mark.parametrize(
    "messages",
    [
        [QUESTION, CALLING, RESULT],
        [QUESTION, {**CALLING, "content": None, "refusal": None, "audio": None}, RESULT],
        [QUESTION, CALLING, {**RESULT, "name": "get_weather"}],
        [QUESTION, CALLING, {**RESULT, "content": [{"type": "text", "text": "sunny"}]}],
        [QUESTION, Message("assistant", "", (OUR_CALL,)), ToolResult("call-1", "sunny")],
        ["Weather in Hefei?", CALLING, ToolResult("call-1", "sunny")],
    ],
)
def test_calls_and_results(chat: MakeChat, service: Service, tag: str, messages: Messages) -> None:
    chat(tag=tag, transport="http").invoke(messages)
    (request,) = service.requests(tag)
    assert request["messages"] == [QUESTION, CALLING, RESULT]


def test_over_websocket_they_are_text(chat: MakeChat, service: Service, tag: str) -> None:
    # Over WebSocket, the service has no role for them.
    chat(tag=tag).invoke([QUESTION, CALLING, RESULT])
    (request,) = service.requests(tag)
    assert request["payload"]["message"]["text"] == [
        QUESTION,
        {"role": "assistant", "content": '[get_weather] {"city": "Hefei"}'},
        {"role": "user", "content": "[get_weather] sunny"},
    ]


def test_a_response_is_part_of_the_history_as_it_is(
    chat: MakeChat, service: Service, tag: str, transport: str
) -> None:
    client = chat(tag=tag, transport=transport)
    history: list[Any] = ["#scenario text:content=Fine.\nHow are you?"]
    history.append(client.invoke(history))
    history.append("#scenario function_call\nWeather?")
    history.append(response := client.invoke(history))
    (call,) = response.tool_calls
    history.append(ToolResult(call.id, "rain"))
    client.invoke(history)
    last = service.requests(tag)[-1]
    said = last["messages"] if transport == "http" else last["payload"]["message"]["text"]
    assert said[1] == {"role": "assistant", "content": "Fine."}
    if transport == "http":
        assert said[3]["tool_calls"][0]["id"] == said[4]["tool_call_id"] == call.id
    else:
        assert said[3]["content"].startswith("[get_weather] {")
        assert said[4] == {"role": "user", "content": "[get_weather] rain"}


def test_a_response_that_is_not_complete_is_refused(chat: MakeChat) -> None:
    with chat("stall:at=middle").stream("Hello") as stream:
        while not stream.response.text:
            next(stream)
    with pytest.raises(InvalidArgumentError, match=r"message 1 is a response.*\(cancelled\)"):
        chat().invoke(["Hello", stream.response, "Continue."])
    with pytest.raises(InvalidArgumentError, match="the message is a response"):
        chat().invoke(Response(text="Hello"))


@pytest.mark.parametrize(
    "form",
    [
        lambda path: [Image(png(60, 60)), "What is it?"],
        lambda path: [Image(path), "What is it?"],
        lambda path: [Image(str(path)), ("user", "What is it?")],
        lambda path: {
            "role": "user",
            "content": [
                {"type": "text", "text": "What "},
                {"type": "image_url", "image_url": {"url": PICTURE}},
                {"type": "text", "text": "is it?"},
            ],
        },
    ],
    ids=["bytes", "path", "str", "OpenAI"],
)
def test_images(chat: MakeChat, service: Service, tag: str, tmp_path: Path, form: Any) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(png(60, 60))
    client = chat(tag=tag, path="/v2.1/image", domain="imagev3")
    assert "PNG image of 60 x 60 pixels" in client.invoke(form(path)).text
    (request,) = service.requests(tag)
    assert request["payload"]["message"]["text"] == [
        {"role": "user", "content": PICTURE.partition(",")[2], "content_type": "image"},
        {"role": "user", "content": "What is it?"},
    ]


def test_an_image_is_not_printed() -> None:
    assert repr(Image(b"x" * 5000)) == "Image(<5000 bytes>)"
    assert repr(Image("a.png")) == "Image('a.png')"


def parts(*content: Any) -> list[dict[str, Any]]:
    return [{"role": "user", "content": list(content)}]


@pytest.mark.parametrize(
    ("messages", "error", "says"),
    [
        ([{**QUESTION, "seed": 1}], InvalidArgumentError, "message 0 has 'seed'.*cannot be"),
        ([{**QUESTION, "tool_calls": [CALL]}], InvalidArgumentError, "'tool_calls'"),
        ([{**RESULT, "role": "critic"}], InvalidArgumentError, "role 'critic'.*\"tool\""),
        ([QUESTION, CALLING, {**RESULT, "tool_call_id": 1}], TypeError, "message 2.*str"),
        (
            [QUESTION, TWO_CALLS, {**RESULT, "tool_call_id": None}],
            InvalidArgumentError,
            "message 2 has no tool_call_id, and several tool calls wait",
        ),
        ([{**RESULT, "tool_call_id": ""}], InvalidArgumentError, "no tool call waits"),
        (
            [QUESTION, CALLING, {**RESULT, "tool_call_id": "x"}],
            InvalidArgumentError,
            "no tool call",
        ),
        ([QUESTION, CALLING], InvalidArgumentError, "last message"),
        ([QUESTION, CALLING, QUESTION], InvalidArgumentError, '"get_weather" has no result'),
        ([{**CALLING, "tool_calls": ["f"]}], InvalidArgumentError, "tool call 0 of message 0"),
        ([{**CALLING, "tool_calls": "f"}], TypeError, "must be a list"),
        (
            [{**CALLING, "tool_calls": [{**CALL, "function": {"name": "f", "arguments": 5}}]}],
            TypeError,
            "arguments in tool call 0",
        ),
        (parts({"type": "input_audio"}), InvalidArgumentError, "part 0.*'input_audio'"),
        (parts({"type": "input_image", "file_id": "f"}), InvalidArgumentError, "'input_image'"),
        (parts(5), TypeError, "part 0 of message 0 must be a dict"),
        (
            parts({"type": "image_url", "image_url": {"url": "ftp://example.com/a.png"}}),
            InvalidArgumentError,
            "neither a data URL nor an https:// one",
        ),
        (
            parts({"type": "image_url", "image_url": {"url": "data:image/png;base64,%"}}),
            InvalidArgumentError,
            "not Base64",
        ),
        (
            [{"role": "system", "content": [{"type": "image_url", "image_url": PICTURE}]}],
            InvalidArgumentError,
            "in a user message",
        ),
        ([Image(b"%PDF-1.7"), "What?"], InvalidArgumentError, "(?i)image"),
        ([Image("missing.png"), "What?"], Exception, "missing.png"),
        ([Image(5), "What?"], TypeError, "bytes or a path or a URL"),  # type: ignore[arg-type]
        ([Message("user", "Hi", (OUR_CALL,))], InvalidArgumentError, "only assistant messages"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    chat: MakeChat, messages: Any, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        chat(transport="http").invoke(messages)


@pytest.mark.parametrize("size", [(49, 49), (12_801, 60)])
def test_an_image_of_the_wrong_size_is_refused(chat: MakeChat, size: tuple[int, int]) -> None:
    with pytest.raises(InvalidArgumentError, match=str(size[0])):
        chat(path="/v2.1/image", domain="imagev3").invoke([Image(png(*size)), "What is it?"])
