"""A question that fails or is stopped leaves the history unchanged."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest

from service import MakeChat, Service
from sparkchat import (
    CancelledError,
    Conversation,
    ConversationStream,
    InvalidArgumentError,
    Message,
    Outcome,
    SparkError,
    StateError,
    Text,
    Tool,
)

BEFORE = ["My name is Li Lei.", ("assistant", "Hello!")]
CALL = "function_call:name=look,times=1"


def unchanged(talk: Conversation) -> bool:
    return talk.messages == [
        Message("user", "My name is Li Lei."),
        Message("assistant", "Hello!"),
    ]


def to_first_text(stream: ConversationStream) -> None:
    next(event for event in stream if isinstance(event, Text))


@pytest.mark.parametrize(
    "scenario",
    ["error:code=10013,after=2", "drop:after=2", "status:code=503", "bad_json", "stall:at=middle"],
)
def test_a_failure(chat: MakeChat, transport: str, scenario: str) -> None:
    talk = chat(transport=transport, total_timeout=0.5).conversation(BEFORE)
    stream = talk.stream(f"#scenario {scenario}\nHello")
    for _ in range(2):
        with pytest.raises(SparkError):
            list(stream)
        with pytest.raises(SparkError):
            stream.finish()
    assert unchanged(talk)
    with pytest.raises(SparkError) as caught:
        talk.ask(f"#scenario {scenario}\nHello")
    assert caught.value.response is not None
    assert unchanged(talk)
    assert "Li Lei" in talk.ask("What is my name?").text


def test_what_is_refused_before_it_is_sent(chat: MakeChat) -> None:
    talk = chat().conversation(BEFORE)
    for arguments in ({"temperature": 5}, {"top_p": 0.5}, {"response_format": "json_object"}):
        with pytest.raises(InvalidArgumentError):
            talk.stream("Hello", **arguments)  # type: ignore[arg-type]
        assert unchanged(talk)
    with pytest.raises(InvalidArgumentError, match="empty"):
        talk.ask("")
    with pytest.raises(TypeError):
        talk.ask(5)  # type: ignore[arg-type]
    assert unchanged(talk)
    assert "Li Lei" in talk.ask("What is my name?").text


@pytest.mark.parametrize("how", ["close", "block", "cancel", "drop"])
def test_stopping(chat: MakeChat, service: Service, tag: str, how: str) -> None:
    client = chat("stall:at=middle,times=1", tag=tag)
    talk = client.conversation(BEFORE)
    stream = talk.stream("Hello")
    to_first_text(stream)
    if how == "close":
        stream.close()
        stream.close()
    elif how == "block":
        with stream:
            pass
    elif how == "cancel":
        stream.cancel()
        with pytest.raises(CancelledError):
            next(stream)
    else:
        del stream
    assert unchanged(talk)
    (record,) = service.records(tag)
    assert record["ended"] in ("client_close", "client_drop")
    if how != "drop":
        assert stream.response.outcome is Outcome.CANCELLED
        with pytest.raises(CancelledError):
            next(stream)
    assert "Li Lei" in talk.ask("What is my name?").text


def test_leaving_the_loop(chat: MakeChat) -> None:
    talk = chat().conversation(BEFORE)
    for event in talk.stream("#scenario stall:at=middle\nHello"):
        if isinstance(event, Text):
            break
    assert unchanged(talk)


def test_an_ended_stream_stays_ended(chat: MakeChat) -> None:
    talk = chat("text:content=Hi").conversation()
    stream = talk.stream("Hello")
    assert len(list(stream)) >= 2
    stream.cancel()
    stream.close()
    assert list(stream) == []
    assert stream.finish() is stream.response
    assert stream.response.text == "Hi"
    assert len(talk.messages) == 2


def test_a_tool_that_stops_the_conversation(chat: MakeChat, service: Service, tag: str) -> None:
    streams: list[ConversationStream] = []

    def look() -> str:
        """Look."""
        streams[0].close()
        return "seen"

    client = chat("function_call:name=look,arguments={},times=1", tag=tag)
    talk = client.conversation(BEFORE, tools=[look])
    streams.append(talk.stream("Look!"))
    for _ in range(2):
        with pytest.raises(CancelledError):
            list(streams[0])
    assert unchanged(talk)
    assert len(service.requests(tag)) == 1


def test_another_thread_stops_it_while_a_tool_runs(chat: MakeChat, tag: str) -> None:
    running, go_on = threading.Event(), threading.Event()

    def look(**_: Any) -> str:
        running.set()
        assert go_on.wait(30)
        return "seen"

    talk = chat(CALL, tag=tag).conversation(BEFORE, tools=[Tool("look", "Look.", function=look)])
    stream = talk.stream("Look!")
    errors: list[BaseException] = []

    def read() -> None:
        try:
            list(stream)
        except CancelledError as error:
            errors.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    assert running.wait(30)
    stream.close()
    go_on.set()
    thread.join(30)
    assert len(errors) == 1
    assert unchanged(talk)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_is_no_error_of_the_tool_ends_it(
    chat: MakeChat, tag: str, error: type[BaseException]
) -> None:
    def look(**_: Any) -> str:
        raise error

    talk = chat(CALL, tag=tag).conversation(BEFORE, tools=[Tool("look", "Look.", function=look)])
    stream = talk.stream("Look!")
    with pytest.raises(error):
        list(stream)
    with pytest.raises(CancelledError):
        list(stream)
    assert unchanged(talk)
    assert talk.ask("Hello").text


def test_a_tool_cannot_use_its_conversation(chat: MakeChat, tag: str) -> None:
    def look(**_: Any) -> str:
        return talk.ask("Hello").text

    client = chat(CALL, tag=tag)
    tool = Tool("look", "Look.", function=look)
    talk = client.conversation(BEFORE, tools=[tool], raise_tool_errors=True)
    with pytest.raises(StateError, match="still answering"):
        talk.ask("Look!")
    assert unchanged(talk)


def test_an_old_stream_leaves_the_next_question_alone(chat: MakeChat, tag: str) -> None:
    talk = chat("drop:after=2,times=1", tag=tag).conversation(BEFORE)
    old = talk.stream("Hello")
    with pytest.raises(SparkError):
        old.finish()
    stream = talk.stream("What is my name?")
    old.close()
    del old
    assert "Li Lei" in stream.finish().text
    assert len(talk.messages) == 4


def test_conversations_go_away_without_the_collector(chat: MakeChat) -> None:
    gc.collect()
    gc.disable()
    try:
        talk = chat().conversation(BEFORE)
        stream = talk.stream("#scenario stall:at=middle\nHello")
        to_first_text(stream)
        gone = weakref.ref(talk), weakref.ref(stream)
        del talk, stream
        assert [reference() for reference in gone] == [None, None]
    finally:
        gc.enable()
