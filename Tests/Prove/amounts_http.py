"""Large numbers of small things over HTTP: each function builds an answer with `count` of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from amount import DONE, EVENTS, LAST_HTTP, Amount, body, call, events, http, pages, unknown
from support.dialects import HTTP, Item, encoded, said
from support.floods import chunk


def http_call(number: int, **members: Any) -> Item:
    return {"id": f"call-{number}", "type": "function", "function": call(number), **members}


def asks(*calls: Item, **members: Any) -> bytes:
    return http({"role": "assistant", "content": "", "tool_calls": [*calls]}, **members)


def calls_in_an_event(count: int) -> bytes:
    return body(events(asks(*(http_call(n, index=n) for n in range(count)))))


def events_of_calls(count: int) -> bytes:
    return body(events(*(asks(http_call(n, index=n)) for n in range(count))))


def piece(text: str, **members: Any) -> Item:
    return {"index": 0, "function": {"arguments": text}, **members}


def pieces_of_a_call(count: int) -> bytes:
    first = {"index": 0, "id": "c", "function": {"name": "look", "arguments": '{"a":"'}}
    rest = [asks(piece("x"))] * count
    return body(events(asks(first), *rest, asks(piece('"}'))))


def pieces_with_reasons(count: int) -> bytes:
    """Some servers send a finish reason with every piece. Here one call is still incomplete."""
    many = [asks(*(http_call(n, index=n) for n in range(count)))]
    first = {"index": count, "id": "c", "function": {"name": "look", "arguments": "{"}}
    item = {"role": "assistant", "tool_calls": [piece(" ", index=count)]}
    choice = {"index": 0, "delta": item, "finish_reason": "tool_calls"}
    rest = [encoded({"choices": [choice]})] * count
    return body(events(*many, asks(first), *rest, asks(piece("}", index=count))))


def pieces_with_ids(count: int) -> bytes:
    first = {"index": 0, "id": "c", "function": {"name": "look", "arguments": "{}"}}
    rest = (
        asks(*({"index": 0, "id": str(at + n), "function": {}} for n in range(100)))
        for at in range(0, count, 100)
    )
    return body(events(asks(first), *rest))


def pieces_with_numbers(count: int) -> bytes:
    first = {"index": 0, "id": "c", "function": {"name": "look", "arguments": "{}"}}
    rest = (
        asks(*({"index": at + n, "id": "c", "function": {}} for n in range(100)))
        for at in range(0, count, 100)
    )
    return body(events(asks(first), *rest))


def citations_in_an_event(count: int) -> bytes:
    search = {"type": "web_search", "web_search": {"outputs": pages(count)}}
    return body(events(asks(search), LAST_HTTP))


def text_parts(count: int) -> bytes:
    parts = [{"type": "text", "text": "x"}] * count
    return body(events(http({"role": "assistant", "content": parts})))


def between(filling: bytes) -> Callable[[int], bytes]:
    """Return a builder of answers that begin with `count` copies of the filling."""
    return lambda count: body(filling * count + events(LAST_HTTP))


def returns(count: int) -> bytes:
    return body((b": x\r\r" * count + events(LAST_HTTP)).replace(b"\n", b"\r"))


def returns_and_events(count: int) -> bytes:
    return body(events(*[http(said("x"))] * count).replace(b"\n", b"\r"))


def data_lines(count: int) -> bytes:
    return body(b"data: {\n" + b"data\n" * count + b"data: " + LAST_HTTP[1:] + b"\n\n" + DONE)


def small_chunks(count: int) -> bytes:
    return body(events(*[LAST_HTTP] * (count // len(LAST_HTTP) + 1)), 1)


def extensions(count: int) -> bytes:
    content = events(LAST_HTTP)
    padding = b": x\n" * count
    chunks = (
        b"4;" + b"a=b;" * 100 + b"\r\n" + padding[n : n + 4] + b"\r\n"
        for n in range(0, len(padding), 4)
    )
    return EVENTS + b"".join(chunks) + chunk(content) + b"0\r\n\r\n"


def trailers(count: int) -> bytes:
    return EVENTS + chunk(events(LAST_HTTP)[: -len(DONE)]) + b"0\r\n" + b"X-More: 1\r\n" * count


def document(count: int) -> bytes:
    choice = {"index": 0, "message": said("!")}
    text = encoded({"code": 0, "choices": [choice], "unknown": "FILLING"})
    text = text.replace(b'"FILLING"', b"[" + b"{}," * count + b"{}]")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    return head + b"Content-Length: %d\r\n\r\n" % len(text) + text


def fields(count: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + b"X-More: 1\r\n" * count + b"\r\n"


def long_field(count: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nX-More: " + b"x" * count + b"\r\n\r\n"


def interim(count: int) -> bytes:
    return b"HTTP/1.1 102 Processing\r\n\r\n" * count


def refusal(count: int) -> bytes:
    head = b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n"
    return head + b'{"message":"' + b"no " * count + b'"}'


OVER_HTTP = {
    "calls in an event": Amount(HTTP, calls_in_an_event, 20_000, ("calls", 20_000), 8),
    "events of calls": Amount(HTTP, events_of_calls, 8_000, ("calls", 8_000)),
    "pieces of a call": Amount(HTTP, pieces_of_a_call, 12_000, ("calls", 1)),
    "pieces with reasons": Amount(HTTP, pieces_with_reasons, 12_000, ("calls", 12_001)),
    "pieces with ids": Amount(HTTP, pieces_with_ids, 40_000, ("calls", 1)),
    "pieces with numbers": Amount(HTTP, pieces_with_numbers, 40_000, ("calls", 1)),
    "citations in an event": Amount(HTTP, citations_in_an_event, 20_000, ("citations", 20_000), 8),
    "parts of text in an event": Amount(HTTP, text_parts, 50_000, ("text", 50_000)),
    "an array of {}, in an event": Amount(
        HTTP, lambda n: body(events(unknown(LAST_HTTP, n))), 1_000_000, ("text", 1)
    ),
    "an array of {}, in a document": Amount(HTTP, document, 1_000_000, ("text", 1)),
    "other choices": Amount(
        HTTP, lambda n: body(events(http(*[said("x")] * n))), 40_000, ("text", 40_000)
    ),
    "comments": Amount(HTTP, between(b": x\n\n"), 500_000, ("text", 1)),
    "comments that end in CR": Amount(HTTP, returns, 500_000, ("text", 1), like="comments"),
    "events that end in CR": Amount(HTTP, returns_and_events, 12_000, ("text", 12_000)),
    "empty lines": Amount(HTTP, between(b"\n"), 2_000_000, ("text", 1)),
    "events without data": Amount(HTTP, between(b"event: ping\n\n"), 300_000, ("text", 1)),
    "empty data": Amount(HTTP, between(b"data:\n\n"), 400_000, ("text", 1)),
    "lines of one event": Amount(HTTP, data_lines, 500_000, ("text", 1)),
    "chunks of a byte": Amount(
        HTTP, small_chunks, 400_000, ("text", 400_000 // len(LAST_HTTP) + 1)
    ),
    "extensions of chunks": Amount(HTTP, extensions, 8_000, ("text", 1)),
    "trailers": Amount(HTTP, trailers, 200_000),
    "fields of a head": Amount(HTTP, fields, 200_000),
    "a long field": Amount(HTTP, long_field, 2_000_000),
    "interim heads": Amount(HTTP, interim, 80_000),
    "a long refusal": Amount(HTTP, refusal, 1_000_000),
}
