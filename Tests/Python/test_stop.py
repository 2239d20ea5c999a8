"""Stop sequences: in every way to ask, the answer ends before the first one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from service import MakeAsyncChat, MakeChat, Service
from sparkchat import EventKind, InvalidArgumentError, Message, Outcome

QUESTION = "one two three"


@pytest.mark.parametrize("chunks", [1, 4, 13])
@pytest.mark.parametrize(
    ("stop", "text", "found"),
    [
        ("two", "one ", "two"),
        (["x", "thr"], "one two ", "thr"),
        (["wo", "two"], "one ", "two"),
        (["three four"], QUESTION, None),
        ([], QUESTION, None),
    ],
)
def test_the_answer_ends_there(
    chat: MakeChat, transport: str, chunks: int, stop: Any, text: str, found: str | None
) -> None:
    client = chat(f"echo:chunks={chunks}", transport=transport)
    with client.stream(QUESTION, stop=stop) as stream:
        assert "".join(event.content for event in stream) == text
    for answer in (stream.response, client.invoke(QUESTION, stop=stop)):
        assert answer.text == text
        assert answer.stop_sequence == found
        assert answer.outcome is Outcome.COMPLETE
        if found:
            assert answer.finish_reason == "stop"


def test_it_is_an_option_of_the_client_as_well(chat: MakeChat) -> None:
    client = chat("echo", stop=["two"])
    assert client.invoke(QUESTION).text == "one "
    assert client.invoke(QUESTION, stop="three").text == "one two "
    assert client.invoke(QUESTION, stop=[]).text == QUESTION
    assert client.with_options(stop=None).invoke(QUESTION).text == QUESTION


def test_an_iterator_is_read_once(chat: MakeChat, async_chat: MakeAsyncChat) -> None:
    def given() -> Iterator[str]:
        yield "two"

    client, texts = chat("echo"), ["one "] * 3
    assert [str(answer) for answer in client.batch([QUESTION] * 3, stop=given())] == texts
    iterator = client.batch_iter([QUESTION] * 3, stop=given())
    assert [str(answer) for _, answer in iterator] == texts
    answers = asyncio.run(async_chat("echo").batch([QUESTION] * 3, stop=given()))
    assert [str(answer) for answer in answers] == texts
    talk = client.conversation(stop=given())
    assert [str(talk.ask(QUESTION)) for _ in range(3)] == texts
    like = chat("echo", stop=given())
    assert [str(like.invoke(QUESTION)) for _ in range(3)] == texts
    like = client.with_options(stop=given())
    assert [str(like.invoke(QUESTION)) for _ in range(3)] == texts


def test_the_service_is_stopped(chat: MakeChat, service: Service, tag: str) -> None:
    # Without the stop sequence, this answer would never end.
    client = chat("stall:at=middle", tag=tag, idle_timeout=60)
    with client.stream("Hello") as stream:
        text = next(event for event in stream if event.kind is EventKind.TEXT).content
    assert client.invoke("Hello", stop=text[-1]).outcome is Outcome.COMPLETE


def test_asyncio(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        client = async_chat("echo:chunks=5")
        assert (await client.invoke(QUESTION, stop="two")).text == "one "
        texts = [text async for text in client.stream(QUESTION, stop="two").text()]
        assert "".join(texts) == "one "
        answers = await client.batch([QUESTION, "two"], stop="two")
        assert [answer.text for answer in answers] == ["one ", ""]
        talk = client.conversation()
        assert (await talk.ask(QUESTION, stop="two")).text == "one "

    asyncio.run(main())


def test_a_batch(chat: MakeChat) -> None:
    answers = chat("echo").batch([QUESTION, "four", "two"], stop="two")
    assert [answer.text for answer in answers] == ["one ", "four", ""]
    assert [answer.stop_sequence for answer in answers] == ["two", None, "two"]


def test_a_conversation_keeps_the_answer_as_it_was_cut(chat: MakeChat) -> None:
    talk = chat("echo").conversation(stop=["two"])
    assert talk.ask(QUESTION).text == "one "
    with talk.stream("four five", stop="five") as stream:
        assert "".join(stream.text()) == "four "
    said = [message.content for message in talk.messages if isinstance(message, Message)]
    assert said == [QUESTION, "one ", "four five", "four "]


def test_reasoning_is_not_cut(chat: MakeChat) -> None:
    answer = chat("reasoning:content=a b,thoughts=a b", path="/v1/x1", domain="x1").invoke(
        "Hello", stop="b"
    )
    assert (answer.text, answer.reasoning) == ("a ", "a b")


@pytest.mark.parametrize(
    ("stop", "error"),
    [
        ("", InvalidArgumentError),
        ([""], InvalidArgumentError),
        (["a", "x" * 2000], InvalidArgumentError),
        (["x"] * 65, InvalidArgumentError),
        (["a\0b"], InvalidArgumentError),
        (b"x", TypeError),
        (5, TypeError),
        (["a", 5], TypeError),
        ({"a": 1}, TypeError),
    ],
)
def test_bad_ones_are_refused(chat: MakeChat, stop: Any, error: type[Exception]) -> None:
    for ask in (lambda: chat(stop=stop), lambda: chat().invoke("Hello", stop=stop)):
        with pytest.raises(error, match="stop"):
            ask()
