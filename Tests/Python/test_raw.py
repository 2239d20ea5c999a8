"""The service's messages as they arrived, if the client keeps them."""

from __future__ import annotations

import asyncio
import json

import pytest

from service import MakeAsyncChat, MakeChat
from sparkchat import ServiceError, TooLargeError, TruncatedError


def pieces(raw: tuple[str, ...], transport: str) -> str:
    """Return the text in the messages, read without the library."""
    found = []
    for message in raw:
        if message == "[DONE]":
            continue
        body = json.loads(message)
        if transport == "http":
            found += [choice["delta"].get("content", "") for choice in body["choices"]]
        else:
            found += [part["content"] for part in body["payload"]["choices"]["text"]]
    return "".join(found)


def test_nothing_is_kept_unless_it_is_asked_for(chat: MakeChat, transport: str) -> None:
    assert chat(transport=transport).invoke("Hello").raw == ()


def test_every_message_is_kept(chat: MakeChat, transport: str) -> None:
    client = chat("echo:chunks=5", transport=transport, keep_raw=True)
    for question in ("one two three four five", "你好\n🙂"):
        response = client.invoke(question)
        assert response.text == question
        assert pieces(response.raw, transport) == question
    with client.stream("Hello") as stream:
        next(stream)
        stream.finish()
        assert len(stream.response.raw) > 2


def test_those_of_a_failure_are_kept_too(chat: MakeChat, transport: str) -> None:
    for scenario, kind in (("error:code=10013,after=1", ServiceError), ("drop", TruncatedError)):
        with pytest.raises(kind) as caught:
            chat(scenario, transport=transport, keep_raw=True).invoke("Hello")
        response = caught.value.response
        assert response is not None
        assert response.raw


def test_they_count_towards_the_largest_answer(chat: MakeChat, transport: str) -> None:
    settings = {"transport": transport, "max_answer_size": 1500}
    assert chat("echo:chunks=20", **settings).invoke("Hello " * 20).text
    with pytest.raises(TooLargeError):
        chat("echo:chunks=20", keep_raw=True, **settings).invoke("Hello " * 20)


def test_the_async_client_keeps_them(async_chat: MakeAsyncChat, transport: str) -> None:
    client = async_chat("echo", transport=transport, keep_raw=True)
    response = asyncio.run(client.invoke("Hello"))
    assert pieces(response.raw, transport) == "Hello"


def test_another_client_may_keep_them(chat: MakeChat) -> None:
    client = chat("echo")
    assert client.with_options(keep_raw=True).invoke("Hello").raw
    assert client.invoke("Hello").raw == ()
