"""What a response says about its exchange: times, attempts, connection, bytes."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from service import MakeChat
from sparkchat import Connection, Response, SparkError, Timings


def test_a_whole_answer(chat: MakeChat, transport: str) -> None:
    answer = chat(transport=transport, tls=True).invoke("Hello")
    times = answer.timings
    assert times.queue == 0
    assert times.first_reasoning is None
    for name in ("connect", "tls", "first_text", "last", "total"):
        assert getattr(times, name) > 0, name
    assert times.first_text is not None
    assert times.last is not None
    assert times.total is not None
    assert times.first_text <= times.last
    assert times.connect is not None
    assert times.connect <= times.total
    assert answer.attempts == 1
    assert answer.connection is Connection.COLD
    assert answer.bytes_received > len(answer.text)
    assert answer.bytes_sent > 100


def test_a_connection_that_was_there(chat: MakeChat) -> None:
    client = chat(transport="http")
    client.invoke("Hello")
    answer = client.invoke("Hello")
    assert answer.connection is Connection.WARM
    assert (answer.timings.connect, answer.timings.tls) == (0, 0)
    resumed = chat(tls=True)
    resumed.invoke("Hello")
    assert resumed.invoke("Hello").connection in (Connection.RESUMED, Connection.COLD)


def test_reasoning(chat: MakeChat) -> None:
    times = chat("reasoning").invoke("Hello").timings
    assert times.first_reasoning is not None
    assert times.first_text is not None
    assert times.first_reasoning <= times.first_text


def test_attempts(chat: MakeChat, tag: str) -> None:
    fast: dict[str, Any] = {"max_attempts": 3, "retry_backoff": (0.01, 0.01)}
    assert chat("status:code=503,times=2", tag=tag, **fast).invoke("Hello").attempts == 3
    with pytest.raises(SparkError) as caught:
        chat("status:code=503", **fast).invoke("Hello")
    assert caught.value.response is not None
    assert caught.value.response.attempts == 3


def test_what_is_not_known_yet(chat: MakeChat) -> None:
    with chat("stall:at=middle").stream("Hello") as stream:
        next(stream)
        pending = stream.response
    assert pending.timings == Timings()
    assert (pending.attempts, pending.connection) == (0, Connection.NONE)
    assert stream.response.attempts == 1
    names = {field.name for field in dataclasses.fields(Timings)}
    assert names <= set(dir(stream.response.timings))
    assert Response().bytes_sent == 0
