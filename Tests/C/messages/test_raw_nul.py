"""A raw NUL byte is not JSON: wherever it occurs in a message of the service, the answer fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.asking import Answer, ask, ask_often
from support.dialects import DIALECTS, HTTP, Dialect, WebSocket, encoded, name_of, said
from support.peer import Peer
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

# After each kind of value, before it, and in it.
UNKNOWN = {"a": -12.5e3, "b": [0, True, False, None], "c": {}, "d": [], "e": '\\ " é', "f": 7}
EVERYWHERE = pytest.mark.parametrize("dialect", DIALECTS, ids=name_of)


def message_of(dialect: Dialect) -> bytes:
    """Return the only message of an answer, with all kinds of values."""
    item = {**said("Hello"), "index": 0, "unknown": UNKNOWN}
    return encoded(dialect.message(item, is_last=True, unknown=UNKNOWN))


def spoiled(message: bytes) -> Iterator[bytes]:
    """Yield the message with a NUL inserted at each place, and instead of each byte."""
    for place in range(len(message) + 1):
        yield message[:place] + b"\0" + message[place:]
    for place in range(len(message)):
        yield message[:place] + b"\0" + message[place + 1 :]


def check(workshop: Workshop, dialect: Dialect, bodies: list[bytes], *, whole: bool) -> None:
    """Send a request for each body; every answer must fail without any part of the message."""

    def script(peer: Peer) -> None:
        dialect.question(peer)
        body = bodies[peer.number - 1]
        if whole:
            head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            peer.send(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        else:
            dialect.reply(peer, body)

    with ScriptedServer(script) as server:
        options = ("questions", str(len(bodies)), "max_attempts", "1")
        answers = ask_often(workshop, dialect.url(server), "Hello", *options)
    assert len(answers) == len(bodies)
    wrong = [body for body, answer in zip(bodies, answers, strict=True) if not is_refused(answer)]
    assert not wrong, f"{len(wrong)} of {len(bodies)}"


def is_refused(answer: Answer) -> bool:
    """Whether the message is reported as broken, and no part of it is returned."""
    ending = answer.status, answer.outcome, answer.text
    return ending == ("ERR_PROTOCOL", "failed", "") and bool(answer.message)


@EVERYWHERE
def test_the_message_without_a_nul_is_good(dialect: Dialect, workshop: Workshop) -> None:
    """Without a NUL, the answer of the other tests is complete."""

    def script(peer: Peer) -> None:
        dialect.question(peer)
        dialect.reply(peer, message_of(dialect))

    with ScriptedServer(script) as server:
        answer = ask(workshop, dialect.url(server))
    assert (answer.status, answer.text) == ("OK", "Hello"), answer


@EVERYWHERE
def test_anywhere_in_a_message(dialect: Dialect, workshop: Workshop) -> None:
    """A frame, or an event of a stream."""
    check(workshop, dialect, list(spoiled(message_of(dialect))), whole=False)


def test_anywhere_in_a_document(workshop: Workshop) -> None:
    """An answer over HTTP in one document."""
    choice = {"index": 0, "message": said("Hello"), "unknown": UNKNOWN}
    document = encoded({"code": 0, "sid": "cht000000000@dx", "choices": [choice]})
    check(workshop, HTTP, list(spoiled(document)), whole=True)


@EVERYWHERE
@pytest.mark.parametrize(
    "arguments",
    ['{"a":1\0}', '{"a":true\0}', '{"a":[null\0]}', '{"a":{}}\0', '\0{"a":"b"}', '{"a":"\0"}'],
    ids=ascii,
)
def test_in_the_arguments_of_a_call(arguments: str, dialect: Dialect, workshop: Workshop) -> None:
    """The NUL is escaped there, so that the message is valid, and the arguments are not."""
    function = {"name": "look", "arguments": arguments}
    item = {**said(""), "function_call": function}
    if dialect is HTTP:
        item = {**said(""), "tool_calls": [{"index": 0, "id": "1", "function": function}]}

    def script(peer: Peer) -> None:
        dialect.question(peer)
        dialect.reply(peer, encoded(dialect.message(item, is_last=True)))

    with ScriptedServer(script) as server:
        answer = ask(workshop, dialect.url(server))
    assert answer.status == "OK", answer
    (call,) = answer.calls
    assert (call["arguments"], call["valid"]) == (arguments, 0)


@pytest.mark.parametrize("place", ["number", "word", "end"])
def test_in_the_pages_of_a_search(place: str, workshop: Workshop) -> None:
    """They are JSON in a string of the JSON; invalid JSON there adds no source."""
    page = '{"index":1,"url":"https://example.org/","title":"A page"'
    pages = {
        "number": "[" + page.replace("1,", "1\0,") + "}]",
        "word": "[" + page + ',"is_good":true\0}]',
        "end": "[" + page + "}]\0",
    }[place]
    plugin = {"name": "ifly_search", "content": pages, "content_type": "text", "role": "tool"}

    def script(peer: Peer) -> None:
        WebSocket.question(peer)
        message = WebSocket.message(said("Hello"), is_last=True, plugins={"text": [plugin]})
        WebSocket.reply(peer, encoded(message))

    with ScriptedServer(script) as server:
        answer = ask(workshop, server.url)
    assert answer.citations == [], answer
