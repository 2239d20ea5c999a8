"""Partial answers, before the end and without one."""

from __future__ import annotations

import pytest

from service import MakeChat, Service
from sparkchat import (
    CancelledError,
    Outcome,
    Phase,
    SparkTimeoutError,
    StateError,
    Stream,
    Text,
    TruncatedError,
)


def take_texts(stream: Stream, count: int) -> str:
    """Read until `count` texts have come."""
    texts: list[str] = []
    for event in stream:
        if isinstance(event, Text):
            texts.append(event.content)
            if len(texts) == count:
                break
    return "".join(texts)


def test_the_response_grows_with_the_stream(chat: MakeChat) -> None:
    with chat("stall:at=middle,after=3").stream("Hello") as stream:
        assert stream.response.text == ""
        assert stream.response.outcome is Outcome.PENDING
        text = take_texts(stream, 3)
        assert stream.response.text == text
        assert stream.response.sid is not None
        assert stream.response.outcome is Outcome.PENDING
    assert stream.response.text == text
    assert stream.response.outcome is Outcome.CANCELLED


def test_the_response_before_the_end_has_all_kinds(chat: MakeChat) -> None:
    stream = chat("reasoning:content=An answer.").stream("Think.")
    for event in stream:
        if event.kind.name == "USAGE":
            break
    before = stream.response
    after = stream.finish()
    assert before.outcome is Outcome.PENDING
    assert (before.text, before.reasoning, before.usage, before.sid) == (
        after.text,
        after.reasoning,
        after.usage,
        after.sid,
    )


def test_finish_reads_what_is_left(chat: MakeChat) -> None:
    stream = chat("count:n=100").stream("Count.")
    assert take_texts(stream, 3) == "0 1 2 "
    assert stream.finish().text == "".join(f"{number} " for number in range(100))


def test_a_cut_stream_is_an_error_that_has_the_text(chat: MakeChat) -> None:
    client = chat("drop:after=3,how=fin")
    stream = client.stream("Hello")
    with pytest.raises(TruncatedError) as caught:
        list(stream)
    response = caught.value.response
    assert response is not None
    assert response.text
    assert response.outcome is Outcome.TRUNCATED
    assert response == stream.response
    assert caught.value.sid == response.sid is not None
    assert caught.value.retryable

    with pytest.raises(TruncatedError) as caught:
        client.invoke("Hello")
    assert caught.value.response is not None
    assert caught.value.response.text == response.text


def test_a_failed_stream_keeps_failing(chat: MakeChat) -> None:
    stream = chat("drop:after=1").stream("Hello")
    for _ in range(3):
        with pytest.raises(TruncatedError):
            list(stream)
        with pytest.raises(TruncatedError):
            stream.finish()


def test_a_timeout_keeps_the_text_and_names_the_phase(chat: MakeChat) -> None:
    client = chat("stall:at=middle,after=2", idle_timeout=0.2)
    with pytest.raises(SparkTimeoutError) as caught:
        client.invoke("Hello")
    assert caught.value.phase is Phase.IDLE
    assert caught.value.response is not None
    assert caught.value.response.text
    assert caught.value.response.outcome is Outcome.TIMEOUT


@pytest.mark.parametrize(
    ("arguments", "phase"),
    [
        ({"scenario": "stall:at=request", "first_token_timeout": 0.2}, Phase.FIRST_TOKEN),
        ({"scenario": "stall:at=middle", "total_timeout": 0.3}, Phase.TOTAL),
        ({"scenario": "upgrade_stall", "upgrade_timeout": 0.2}, Phase.UPGRADE),
    ],
)
def test_each_deadline_is_in_seconds(
    chat: MakeChat, arguments: dict[str, object], phase: Phase
) -> None:
    with pytest.raises(SparkTimeoutError) as caught:
        chat(**arguments).invoke("Hello")
    assert caught.value.phase is phase


def test_the_deadline_of_tls(chat: MakeChat, service: Service) -> None:
    silent = service.base(port="blackhole").replace("ws://", "wss://")
    with pytest.raises(SparkTimeoutError) as caught:
        chat(url=f"{silent}/v3.5/chat", tls_timeout=0.2).invoke("Hello")
    assert caught.value.phase is Phase.TLS


def test_close_stops_an_answer(chat: MakeChat) -> None:
    stream = chat("stall:at=middle,after=2").stream("Hello")
    text = take_texts(stream, 2)
    stream.close()
    stream.close()
    assert stream.response.text == text
    assert stream.response.outcome is Outcome.CANCELLED
    with pytest.raises(CancelledError):
        next(stream)


def test_a_stream_that_was_never_read_can_be_closed(chat: MakeChat) -> None:
    stream = chat().stream("Hello")
    stream.close()
    assert stream.response.outcome is Outcome.CANCELLED


def test_cancel_ends_the_iteration_with_an_error(chat: MakeChat) -> None:
    stream = chat("stall:at=middle,after=2").stream("Hello")
    take_texts(stream, 1)
    stream.cancel()
    with pytest.raises(CancelledError) as caught:
        next(stream)
    assert caught.value.response == stream.response
    stream.cancel()


def test_after_the_end_cancel_and_close_do_nothing(chat: MakeChat) -> None:
    stream = chat("text:content=Hi").stream("Hello")
    list(stream)
    stream.cancel()
    stream.close()
    assert stream.response.outcome is Outcome.COMPLETE
    assert list(stream) == []


def test_a_closed_client_asks_nothing_more(chat: MakeChat) -> None:
    with chat("count:n=5") as client:
        stream = client.stream("Count.")
    with pytest.raises(StateError, match="closed"):
        client.invoke("Hello")
    # Streams that were open continue.
    assert stream.finish().text == "0 1 2 3 4 "
    assert "generalv3.5" in repr(client)
