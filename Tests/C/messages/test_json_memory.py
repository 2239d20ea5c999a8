"""Reading a message takes a small multiple of its size in memory, whatever JSON it contains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.cases import run_case
from support.dialects import DIALECTS, HTTP, Dialect, Item, WebSocket, encoded, name_of, said
from support.paths import TESTS
from support.peer import Peer
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

# The largest message that is accepted by default, with room for the JSON around the filling.
SIZE = 4 * 1024 * 1024 - 2048
# A multiple of the message's size. A buffer that grows by doubling briefly takes four.
MOST = 6

# JSON texts of that size. In each, the last comma separates two values.
FILLINGS: dict[str, Callable[[], bytes]] = {
    "objects": lambda: b"[" + b"{}," * (SIZE // 3) + b"{}]",
    "arrays": lambda: b"[" + b"[[[[[[[[[[[[]]]]]]]]]]]]," * (SIZE // 25) + b"[]]",
    "numbers": lambda: b"[" + b"0," * (SIZE // 2) + b"0]",
    "words": lambda: b"[" + b"null,true," * (SIZE // 10) + b"false]",
    "strings": lambda: b"[" + b'"",' * (SIZE // 3) + b'""]',
    "members": lambda: b"{" + b"".join(b'"%x":0,' % n for n in range(SIZE // 11)) + b'"a":0}',
    "same members": lambda: b"{" + b'"a":0,' * (SIZE // 6) + b'"a":0}',
    "escapes": lambda: b'"' + b"\\u00e9" * (SIZE // 6) + b'"',
    "halves": lambda: b'"' + b"\\ud83d" * (SIZE // 6) + b'"',
    "digits": lambda: b"1" * SIZE,
    # A reader may refuse such deep nesting.
    "deep": lambda: b"[" * (SIZE // 2) + b"]" * (SIZE // 2),
    "deep members": lambda: b'{"":' * (SIZE // 5) + b"0" + b"}" * (SIZE // 5),
}
MAY_FAIL = {"deep", "deep members"}
ITEMS = {"objects", "arrays", "numbers", "words", "strings"}
MARK = "THE FILLING"


def filled(message: dict[str, Any], filling: bytes) -> bytes:
    """Return a message with the filling at the marked place."""
    return encoded(message).replace(b'"' + MARK.encode() + b'"', filling)


def document(*items: Item, **members: Any) -> dict[str, Any]:
    """Return an answer over HTTP in one piece."""
    return {"code": 0, "choices": [{"index": 0, "message": item} for item in items], **members}


def check(
    workshop: Workshop, dialect: Dialect, message: bytes, *, factor: int = MOST, may_fail: bool
) -> None:
    """Request a small answer, and then this one."""
    small = encoded(dialect.message(said("Hello"), is_last=True))

    def script(peer: Peer) -> None:
        is_large = dialect.question(peer) == "large"
        if is_large and b'"message":{' in message and dialect is HTTP:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            peer.send(head + b"Content-Length: %d\r\n\r\n" % len(message) + message)
        else:
            dialect.reply(peer, message if is_large else small)

    with ScriptedServer(script) as server:
        run_case(
            workshop.case_program(TESTS / "messages" / "json_memory.c"),
            "peak",
            workshop,
            SPARK_URL=dialect.url(server),
            LIMIT_KIB=str(factor * SIZE // 1024),
            MAY_FAIL=str(int(may_fail)),
        )


@pytest.mark.parametrize("dialect", DIALECTS, ids=name_of)
@pytest.mark.parametrize("name", FILLINGS)
def test_in_an_unknown_member(name: str, dialect: Dialect, workshop: Workshop) -> None:
    """The member is skipped."""
    message = dialect.message(said("Hello"), is_last=True, unknown=MARK)
    text = filled(message, FILLINGS[name]())
    check(workshop, dialect, text, may_fail=name in MAY_FAIL)


@pytest.mark.parametrize("name", ["objects", "numbers", "members"])
def test_in_a_document(name: str, workshop: Workshop) -> None:
    """An answer over HTTP that is not a stream."""
    text = filled(document(said("Hello"), unknown=MARK), FILLINGS[name]())
    check(workshop, HTTP, text, may_fail=False)


@pytest.mark.parametrize("name", sorted(ITEMS))
@pytest.mark.parametrize("dialect", DIALECTS, ids=name_of)
def test_among_the_items(dialect: Dialect, name: str, workshop: Workshop) -> None:
    """The list of an answer's texts has items of all kinds, and one with a text."""
    message = dialect.message(said("Hello"), is_last=True)
    items = message["payload"]["choices"]["text"] if dialect is WebSocket else message["choices"]
    items.append(MARK)
    check(workshop, dialect, filled(message, FILLINGS[name]()[1:-1]), may_fail=False)


@pytest.mark.parametrize("name", ["objects", "numbers", "strings", "members"])
def test_in_a_text_of_json(name: str, workshop: Workshop) -> None:
    """A search's pages are JSON in a string of the JSON."""
    plugin = {"name": "ifly_search", "content": MARK, "content_type": "text", "role": "tool"}
    message = WebSocket.message(said("Hello"), is_last=True, plugins={"text": [plugin]})
    # Shorter, because quotation marks must be escaped.
    text = FILLINGS[name]()[: SIZE // 2].rpartition(b",")[0]
    text += b"}" if text.startswith(b"{") else b"]"
    quoted = b'"' + text.replace(b'"', b'\\"') + b'"'
    check(workshop, WebSocket, filled(message, quoted), may_fail=False)


@pytest.mark.parametrize("name", ["objects", "numbers", "members"])
@pytest.mark.parametrize("dialect", DIALECTS, ids=name_of)
def test_in_the_arguments_of_a_call(dialect: Dialect, name: str, workshop: Workshop) -> None:
    """Some gateways send an object there. It is kept, which takes twice its own size."""
    function = {"name": "look", "arguments": {"a": MARK}}
    item = {**said("Hello"), "function_call": function}
    if dialect is HTTP:
        item = {**said("Hello"), "tool_calls": [{"index": 0, "id": "1", "function": function}]}
    text = filled(dialect.message(item, is_last=True), FILLINGS[name]())
    check(workshop, dialect, text, factor=MOST + 2, may_fail=False)
