"""A conversation: what it keeps, what it sends, and how it is saved."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from pictures import png
from service import MakeChat, Service
from sparkchat import (
    ContextLengthError,
    Image,
    InvalidArgumentError,
    Message,
    SparkError,
    StateError,
    Text,
    ToolCall,
    ToolResult,
)


def said(service: Service, tag: str) -> list[list[tuple[str, str]]]:
    """Return the roles and texts of each request."""
    found = []
    for request in service.requests(tag):
        messages: list[dict[str, Any]]
        messages = request.get("messages") or request["payload"]["message"]["text"]
        found.append([(message["role"], message["content"]) for message in messages])
    return found


def test_it_remembers(chat: MakeChat, service: Service, tag: str, transport: str) -> None:
    talk = chat(tag=tag, transport=transport).conversation(system="Be brief.")
    first = talk.ask("My name is Li Lei.")
    second = "".join(talk.stream("What is my name?").text())
    assert "Li Lei" in second
    assert talk.messages == [
        Message("system", "Be brief."),
        Message("user", "My name is Li Lei."),
        Message("assistant", first.text),
        Message("user", "What is my name?"),
        Message("assistant", second),
    ]
    assert said(service, tag)[1] == [
        ("system", "Be brief."),
        ("user", "My name is Li Lei."),
        ("assistant", first.text),
        ("user", "What is my name?"),
    ]
    assert repr(talk) == "<sparkchat.Conversation of 5 messages>"


def test_it_begins_with_what_was_said_before(chat: MakeChat) -> None:
    before = ["My name is Li Lei.", ("assistant", "Hello!")]
    talk = chat().conversation(before)
    assert "Li Lei" in talk.ask("What is my name?").text
    # Its messages can be used like any others.
    assert "Li Lei" in chat().invoke([*talk.messages, "What is my name?"]).text


def test_options_are_for_all_questions_or_for_one(
    chat: MakeChat, service: Service, tag: str
) -> None:
    talk = chat(tag=tag, temperature=0.2, top_k=2).conversation(temperature=0.4)
    talk.ask("Hello", max_tokens=50)
    talk.ask("Hello", temperature=0.6)
    chats = [request["parameter"]["chat"] for request in service.requests(tag)]
    options = [(c["temperature"], c["top_k"], c.get("max_tokens")) for c in chats]
    assert options == [(0.4, 2, 50), (0.6, 2, None)]


def test_it_is_saved_and_restored(chat: MakeChat) -> None:
    talk = chat().conversation(system="Be brief.")
    talk.ask("My name is 小明 🙂.")
    saved = talk.save()
    assert "SENTINEL" not in saved
    other = chat().conversation(system="Another one.")
    other.restore(saved)
    assert other.messages == talk.messages
    assert "小明" in other.ask("What is my name?").text


@pytest.mark.parametrize("saved", ["", "{}", "[]", '{"version": 99, "messages": []}', "\ud83d"])
def test_what_is_no_saved_conversation_is_refused(chat: MakeChat, saved: str) -> None:
    talk = chat().conversation(["Hello", ("assistant", "Hi")])
    with pytest.raises(InvalidArgumentError):
        talk.restore(saved)
    assert len(talk.messages) == 2


def test_an_image_is_kept(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat(tag=tag, path="/v2.1/image", domain="imagev3")
    talk = client.conversation(Image(png(64, 48)))
    assert "64 x 48" in talk.ask("What is it?").text
    assert talk.messages[0] == Image(png(64, 48))
    talk.ask("And what else?")
    assert [role for role, _ in said(service, tag)[1]] == ["user", "user", "assistant", "user"]
    other = client.conversation()
    other.restore(talk.save())
    assert other.messages == talk.messages


def test_what_is_too_long_is_not_sent_but_kept(chat: MakeChat, service: Service, tag: str) -> None:
    talk = chat("text:content=Yes.", tag=tag).conversation(system="Be brief.", context_tokens=60)
    for number in range(12):
        talk.ask(f"Question {number:02}, with some more words.")
    assert len(talk.messages) == 25
    last = said(service, tag)[-1]
    assert last[0] == ("system", "Be brief.")
    assert last[-1][1].startswith("Question 11")
    assert 3 < len(last) < 15
    # A question is dropped together with its answer.
    assert last[1][0] == "user"


def test_what_the_service_finds_too_long_is_asked_again_with_less(
    chat: MakeChat, service: Service, tag: str, transport: str
) -> None:
    before = ["My name is Li Lei.", ("assistant", "Hello!")] * 4
    client = chat("error:code=10907,times=2", tag=tag, transport=transport)
    talk = client.conversation(before)
    with talk.stream("What is my name?") as stream:
        assert "".join(stream.text()) == stream.response.text != ""
    assert len(talk.messages) == 10
    lengths = [len(messages) for messages in said(service, tag)]
    assert lengths[0] == 9 > lengths[1] > lengths[2]


def test_a_question_that_is_too_long_by_itself(chat: MakeChat, service: Service, tag: str) -> None:
    talk = chat("error:code=10907", tag=tag).conversation(["Hello", ("assistant", "Hi")])
    stream = talk.stream("Hello")
    for _ in range(2):
        with pytest.raises(ContextLengthError) as caught:
            stream.finish()
        assert caught.value.service_code == 10907
    assert len(talk.messages) == 2
    assert [len(messages) for messages in said(service, tag)] == [3, 1]


def test_several_system_messages_are_told(chat: MakeChat) -> None:
    with pytest.raises(InvalidArgumentError, match="several system messages"):
        chat().conversation([("system", "Be kind."), ("user", "Hi")], system="Be brief.")
    talk = chat().conversation(system="Be brief.")
    with pytest.raises(InvalidArgumentError, match="several system messages"):
        talk.add([("system", "Be kind."), ("system", "Be loud.")])
    assert talk.messages == [Message("system", "Be brief.")]


def test_an_open_call_has_to_be_answered_first(chat: MakeChat) -> None:
    talk = chat().conversation()
    call = ToolCall("1", "look", "{}")
    talk.add(["Look!", Message("assistant", "", (call,))])
    for message in ("Well?", ("assistant", "Well."), Message("assistant", "", (call,))):
        with pytest.raises(
            InvalidArgumentError, match='the call 1 of the tool "look" has no result'
        ):
            talk.add(message)
    assert len(talk.messages) == 2
    other = chat().conversation()
    other.restore(talk.save())
    other.add([ToolResult("1", "seen"), "Well?"])
    assert len(other.messages) == 4


def test_messages_are_added(chat: MakeChat) -> None:
    talk = chat().conversation()
    talk.add("My name is Li Lei.")
    talk.add([("assistant", "Hello!"), Message("system", "Be brief.")])
    assert [message.role for message in talk.messages if isinstance(message, Message)] == [
        "system",
        "user",
        "assistant",
    ]
    assert "Li Lei" in talk.ask("What is my name?").text


@pytest.mark.parametrize(
    "message",
    [
        Image("missing.png"),
        ["Hello", Message("assistant", "")],
        ["Hello", ToolResult("no-such-call", "x")],
        5,
    ],
)
def test_what_cannot_be_added_adds_nothing(chat: MakeChat, message: Any) -> None:
    talk = chat().conversation(["Hello", ("assistant", "Hi")])
    with pytest.raises((SparkError, OSError, TypeError)):
        talk.add(message)
    assert len(talk.messages) == 2


def test_a_failed_addition_takes_results_back(chat: MakeChat) -> None:
    call = ToolCall("1", "look", "{}")
    talk = chat().conversation(["Look!", Message("assistant", "", (call,))])
    with pytest.raises(InvalidArgumentError, match="no tool call waits"):
        talk.add([ToolResult("1", "seen"), ToolResult("1", "again")])
    with pytest.raises(InvalidArgumentError, match="the assistant message is empty"):
        talk.add([ToolResult("1", "seen"), ("system", "Be brief."), ("assistant", "")])
    assert len(talk.messages) == 2
    talk.add(ToolResult("1", "seen"))
    assert talk.messages[2:] == [ToolResult("1", "seen")]


def test_a_failed_addition_leaves_the_token_counts(chat: MakeChat) -> None:
    talk = chat().conversation()
    talk.ask("Hello")
    usage = talk.usage
    with pytest.raises(InvalidArgumentError):
        talk.add(["Hello", ("assistant", "")])
    assert talk.usage == usage
    assert usage.total_tokens


def test_an_addition_takes_no_copy_of_the_history(chat: MakeChat) -> None:
    talk = chat().conversation(["x" * 1_000_000, ("assistant", "Hi")])
    tracemalloc.start()
    try:
        talk.add("Hello")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000


def test_one_question_at_a_time(chat: MakeChat) -> None:
    talk = chat("count:n=100").conversation()
    with talk.stream("Count.") as stream:
        next(event for event in stream if isinstance(event, Text))
        for call in (
            lambda: talk.ask("Hello"),
            lambda: talk.add("Hello"),
            lambda: talk.add(ToolResult("1", "seen")),
            lambda: talk.restore("{}"),
            talk.save,
        ):
            with pytest.raises(StateError, match="still answering"):
                call()
        stream.finish()
    assert talk.ask("Count.").text.endswith("99 ")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"max_rounds": -1}, InvalidArgumentError),
        ({"max_rounds": 101}, InvalidArgumentError),
        ({"max_rounds": True}, TypeError),
        ({"context_tokens": -1}, InvalidArgumentError),
        ({"temperature": 5}, InvalidArgumentError),
        ({"system": ""}, InvalidArgumentError),
    ],
)
def test_bad_arguments_are_refused(
    chat: MakeChat, arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        chat().conversation(**arguments)


def test_it_outlives_its_client(chat: MakeChat) -> None:
    client = chat()
    talk = client.conversation()
    client.close()
    assert talk.ask("Hello").text
    with pytest.raises(StateError, match="closed"):
        client.conversation()
