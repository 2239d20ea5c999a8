"""`\\u0000` is legal in any JSON string: a member name with it is skipped, a text keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from support.asking import Answer, ask
from support.dialects import DIALECTS, HTTP, Dialect, WebSocket, encoded, name_of, said
from support.peer import Peer
from support.server import ScriptedServer
from support.workshop import Workshop

EVERYWHERE = pytest.mark.parametrize("dialect", DIALECTS, ids=name_of)

# Unknown names, some of which begin like known ones.
NAMES = ["\0", "\0\0", "a\0b", "\0content", "content\0", "status\0", "code\0", "text\0x", "error\0"]
# Values that would show if such a name were taken for its beginning.
VALUES: list[Any] = ["WRONG", 2, {"code": 10013, "message": "WRONG"}, [{"content": "WRONG"}], None]


def answered(workshop: Workshop, dialect: Dialect, *messages: dict[str, Any]) -> Answer:
    """Send a request, and answer it with these messages."""

    def script(peer: Peer) -> None:
        dialect.question(peer)
        dialect.reply(peer, *map(encoded, messages))

    with ScriptedServer(script) as server:
        return ask(workshop, dialect.url(server), "Hello", "max_attempts", "1")


def objects_of(value: Any) -> list[dict[str, Any]]:
    """Return all objects in a value, including itself."""
    if isinstance(value, dict):
        return [value, *(found for part in value.values() for found in objects_of(part))]
    if isinstance(value, list):
        return [found for part in value for found in objects_of(part)]
    return []


def answer_of(dialect: Dialect) -> list[dict[str, Any]]:
    """Return an answer with a usage."""
    counts = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    usage = {"usage": {"text": counts} if dialect is WebSocket else counts}
    return [
        dialect.message(said("Hel")),
        dialect.message(said("lo"), is_last=True, **usage, unknown={"a": [{}]}),
    ]


@EVERYWHERE
@pytest.mark.parametrize("first", [True, False], ids=["first member", "last member"])
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_in_the_name_of_an_unknown_member(
    name: str, first: bool, dialect: Dialect, workshop: Workshop
) -> None:
    """The answer is complete, as if the member did not exist."""
    messages = answer_of(dialect)
    for number, found in enumerate(objects_of(messages)):
        known = dict(found)
        unknown = {name: VALUES[number % len(VALUES)]}
        found.clear()
        found.update({**unknown, **known} if first else {**known, **unknown})
    answer = answered(workshop, dialect, *messages)
    assert answer.status == "OK", answer
    assert (answer.outcome, answer.text, answer.reasoning) == ("complete", "Hello", "")
    assert (answer.prompt_tokens, answer.total_tokens) == (3, 7)
    assert (answer.sid, answer.calls) == ("cht000000000@dx", [])


def test_in_a_name_of_a_page(workshop: Workshop) -> None:
    """The pages of a search are JSON in a string of the JSON."""
    page = {"url\0": "WRONG", "index": 1, "url": "https://example.org/", "title": "A page", "\0": 1}
    content = encoded([page]).decode()  # type: ignore[arg-type]
    plugin = {"name": "ifly_search", "content": content, "content_type": "text", "role": "tool"}
    messages = answer_of(WebSocket)
    messages[0]["payload"]["plugins"] = {"text": [plugin]}
    answer = answered(workshop, WebSocket, *messages)
    expected = {"index": 1, "title": "A page", "url": "https://example.org/"}
    assert (answer.text, answer.citations) == ("Hello", [expected]), answer


def test_in_the_names_of_an_error(workshop: Workshop) -> None:
    """The service's code and its message are read all the same."""
    header = {"code\0": 1, "code": 10013, "message\0": "WRONG", "message": "refused", "status": 2}
    answer = answered(workshop, WebSocket, {"header": header})
    assert (answer.status, answer.code) == ("ERR_CONTENT_FILTERED", 10013), answer
    assert "refused" in answer.message


@EVERYWHERE
@pytest.mark.parametrize("text", ["\0", "a\0b", "\0\0x", "x\0", "é\0😀\0"], ids=ascii)
def test_in_a_text(text: str, dialect: Dialect, workshop: Workshop) -> None:
    """It arrives as a NUL byte, and the lengths count it."""
    thought = {"role": "assistant", "reasoning_content": f"{text}!"}
    messages = [dialect.message(thought), dialect.message(said(text)), *answer_of(dialect)]
    answer = answered(workshop, dialect, *messages)
    assert answer.status == "OK", answer
    assert (answer.text, answer.reasoning) == (f"{text}Hello", f"{text}!")


@EVERYWHERE
@pytest.mark.parametrize("identity", ["\0", "a\0b", "a\0"], ids=ascii)
def test_in_the_id_of_a_call(identity: str, dialect: Dialect, workshop: Workshop) -> None:
    """C could not pass it back: the call gets another id, as one without an id does."""
    call = {"index": 0, "id": identity, "function": {"name": "look", "arguments": "{}"}}
    answer = answered(workshop, dialect, dialect.message({"tool_calls": [call]}, is_last=True))
    assert answer.status == "OK", answer
    assert [call["id"] for call in answer.calls] == ["call_cht000000000dx_0"]


@EVERYWHERE
def test_in_the_arguments_of_a_call(dialect: Dialect, workshop: Workshop) -> None:
    """Arguments are JSON in a string of the JSON: an escape in them stays an escape."""
    arguments = '{"a\\u0000b":"c\\u0000d"}'
    function = {"name": "look", "arguments": arguments}
    item = {**said(""), "function_call": function}
    if dialect is HTTP:
        item = {**said(""), "tool_calls": [{"index": 0, "id": "1", "function": function}]}
    answer = answered(workshop, dialect, dialect.message(item, is_last=True))
    assert answer.status == "OK", answer
    (call,) = answer.calls
    assert (call["arguments"], call["valid"]) == (arguments, 1)
