"""Valid and invalid forms of answers over HTTP."""

from __future__ import annotations

import pytest
from support.asking import ask
from support.courses import COMPLETE, course, ending
from support.workshop import Workshop

TEXT = "Zwölf Boxkämpfer 🤖."
EVENTS = [("ready",), ("text", TEXT), ("usage", 2, 6, 8)]

STREAMS = {
    "a space": "space=1",
    "LF": "eol=lf",
    "CR": "eol=cr",
    "CR LF": "eol=crlf",
    "comments": "comments=1",
    "blank lines to keep alive": "blanks=1",
    "other fields": "events=1",
    "data of several lines": "multiline=1",
    "a byte order mark": "bom=1",
    "no end to the last line": "done=bare",
    "one byte at a time": "split=1",
    "bytes, CR": "split=1,eol=cr",
    "bytes, CR LF, byte order mark": "split=1,eol=crlf,bom=1,space=1",
    "three bytes, all at once": "split=3,comments=1,blanks=1,events=1,multiline=1",
}


@pytest.mark.parametrize("name", STREAMS)
def test_every_way_to_write_a_stream(name: str, workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario=f"sse:{STREAMS[name]},content={TEXT}")
    answer = ask(workshop, url, "Hello", "via", "pull")
    assert course(answer) == EVENTS
    assert ending(answer) == COMPLETE


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "scenario",
    [
        "body:framing=chunked",
        "body:framing=length",
        "body:framing=close",
        "body:extensions=1",
        "body:trailers=1",
        "body:trailers=1,extensions=1",
        "connection:http10=1",
        "connection:how=close",
        "connection:how=silent",
        "json_body:blanks=0",
        "json_body:blanks=50",
    ],
)
def test_every_way_to_end_a_body(scenario: str, scheme: str, workshop: Workshop) -> None:
    url = workshop.service.url(scheme, scenario=f"{scenario},content={TEXT}")
    answer = ask(workshop, url, "Hello", "via", "pull")
    assert course(answer) == EVENTS
    assert ending(answer) == COMPLETE


def test_stream_without_done_is_truncated_whatever_it_has_told(workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario=f"sse:done=0,content={TEXT}")
    answer = ask(workshop, url, "Hello", "via", "pull")
    assert course(answer) == EVENTS
    assert ending(answer) == ("ERR_TRUNCATED", "truncated", 0, 1, "idle")
    assert "[DONE]" in answer.message


def test_silence_before_done_ends_with_the_idle_deadline(workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario=f"stall:at=end,content={TEXT}")
    answer = ask(workshop, url, "Hello", "via", "pull", "idle_timeout", "150")
    assert course(answer) == EVENTS
    assert ending(answer) == ("ERR_TIMEOUT", "timeout", 0, 1, "idle")


def test_what_comes_after_done_is_not_part_of_the_answer(workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario=f"late_frame:content={TEXT}")
    answer = ask(workshop, url, "Hello", "via", "pull")
    assert course(answer) == EVENTS
    assert ending(answer) == COMPLETE


# Smuggled answers rely on an end that one parser accepts and another does not.
HEADS = {
    "two_lengths": "Content-Length",
    "length_and_chunked": "Transfer-Encoding",
    "bare_lf": "CR LF",
    "fold": "continued",
    "no_status": "status",
    "http2": "HTTP/1",
}


@pytest.mark.parametrize("kind", HEADS)
def test_broken_head(kind: str, workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario=f"bad_head:kind={kind}")
    answer = ask(workshop, url, "Hello", "max_attempts", "3", "backoff", "1")
    assert ending(answer) == ("ERR_PROTOCOL", "failed", 0, 0, "first token")
    assert HEADS[kind] in answer.message
    assert (answer.text, answer.attempts) == ("", 1)


@pytest.mark.parametrize("scenario", ["bad_head:kind=huge", "bad_head:kind=huge,bytes=17000"])
def test_head_without_end(scenario: str, workshop: Workshop) -> None:
    answer = ask(workshop, workshop.service.url("http", scenario=scenario))
    assert ending(answer) == ("ERR_TOO_LARGE", "failed", 0, 0, "first token")
    assert answer.received < 100_000


@pytest.mark.parametrize(
    ("kind", "text"), [("size", "abc"), ("negative", "abc"), ("no_crlf", "abcdef"), ("short", None)]
)
def test_broken_chunk_keeps_the_text_before_it(
    kind: str, text: str | None, workshop: Workshop
) -> None:
    scenario = f"bad_chunk:kind={kind},after=2,content=abcdef"
    answer = ask(workshop, workshop.service.url("http", scenario=scenario), "Hello")
    assert ending(answer) == ("ERR_PROTOCOL", "failed", 0, 0, "idle")
    # If a chunk's end is wrong, the whole chunk has already been read.
    assert "abcdef".startswith(answer.text if text is None else text)
    assert answer.text.startswith("abc")


def test_line_of_a_chunk_without_end(workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario="bad_chunk:kind=huge_line,after=2,content=abcdef")
    answer = ask(workshop, url)
    assert ending(answer) == ("ERR_TOO_LARGE", "failed", 0, 0, "idle")
    assert answer.text == "abc"


def test_huge_chunk_is_as_good_as_many_small_ones(workshop: Workshop) -> None:
    # It takes no memory before it arrives, and the deadline ends the wait for it.
    url = workshop.service.url("http", scenario="oversize:after=2,content=abcdef")
    answer = ask(workshop, url, "Hello", "idle_timeout", "150")
    assert ending(answer) == ("ERR_TIMEOUT", "timeout", 0, 1, "idle")
    assert answer.text == "abc"


@pytest.mark.parametrize("shape", ["object", "array", "deltas"])
@pytest.mark.parametrize("ids", [0, 1])
def test_function_calls_in_every_shape(shape: str, ids: int, workshop: Workshop) -> None:
    scenario = f"tools:shape={shape},calls=2,ids={ids}"
    answer = ask(workshop, workshop.service.url("http", scenario=scenario), "Hello", "via", "pull")
    assert ending(answer) == COMPLETE
    told = [(event["id"], event["arguments"]) for event in answer.events if "arguments" in event]
    kept = [(call["id"], call["arguments"]) for call in answer.calls]
    assert told == kept
    assert {call["name"] for call in answer.calls} == {"get_weather"}
    assert [arguments for _, arguments in kept] == ['{"n": 1}', '{"n": 2}']
    given = [identity for identity, _ in kept]
    assert all(given)
    assert len(set(given)) == 2
    if ids:
        assert given == ["call_1", "call_2"]


def test_document_that_is_too_large_is_refused(workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario="json_body:content=" + "x" * 1500)
    answer = ask(workshop, url, "Hello", "max_message", "1024")
    assert ending(answer) == ("ERR_TOO_LARGE", "failed", 0, 0, "first token")
    assert answer.text == ""
