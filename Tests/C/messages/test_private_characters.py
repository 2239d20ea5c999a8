"""Characters of the last private plane, such as U+10F000, next to halves of surrogate pairs.

A reader that marks the place of a half with a private character must not take the service's
characters for such a mark.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from support.asking import Answer, ask
from support.dialects import DIALECTS, HTTP, Dialect, encoded, name_of
from support.peer import Peer
from support.server import ScriptedServer
from support.workshop import Workshop

PRIVATE = [chr(code) for code in (0x10F000, 0x10F3D8, 0x10F400, 0x10F600, 0x10F7FF)]
NEAR = [chr(code) for code in (0x10EFFF, 0x10F800, 0x10FFFD, 0xF000, 0xF0000)]
HIGH, LOW = "\\ud83d", "\\ude00"
HALVES = [HIGH, LOW, "\\ud800", "\\udbff", "\\udc00", "\\udfff"]
EVERYWHERE = pytest.mark.parametrize("dialect", DIALECTS, ids=name_of)


def escaped(character: str) -> str:
    """Return a character as JSON escapes."""
    code = ord(character) - 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def meant(texts: list[str]) -> str:
    """Return the text that JSON strings form together: halves are joined, or replaced."""
    units = bytearray()
    rest = "".join(texts)
    while rest:
        if rest.startswith("\\u"):
            units += int(rest[2:6], 16).to_bytes(2, "little")
            rest = rest[6:]
        else:
            units += rest[0].encode("utf-16-le")
            rest = rest[1:]
    return bytes(units).decode("utf-16-le", errors="replace")


def answers(
    workshop: Workshop, dialect: Dialect, texts: list[str], member: str = "content"
) -> Answer:
    """Return an answer in which each text arrives in a separate message."""
    last = dialect.message({"role": "assistant", "content": ""}, is_last=True)
    message = encoded(dialect.message({"role": "assistant", member: "TEXT"}))
    messages = [message.replace(b"TEXT", text.encode()) for text in texts]

    def script(peer: Peer) -> None:
        dialect.question(peer)
        dialect.reply(peer, *messages, encoded(last))

    with ScriptedServer(script) as server:
        answer = ask(workshop, dialect.url(server))
    assert answer.status == "OK", answer
    return answer


def check(workshop: Workshop, dialect: Dialect, texts: list[str], member: str = "content") -> None:
    """Compare the answer with the text that the JSON strings form."""
    answer = answers(workshop, dialect, texts, member)
    assert answer["text" if member == "content" else "reasoning"] == meant(texts), texts


def placed(character: str) -> Iterator[list[str]]:
    """Yield the ways to place a character next to halves: in one message, and in two."""
    for half in (HIGH, LOW):
        yield [half + character]
        yield [character + half]
        yield [half, character]
        yield [character, half]
    yield [HIGH + character + LOW]
    yield [HIGH, character, LOW]
    yield [HIGH, LOW + character]
    yield [character + HIGH, LOW]


@EVERYWHERE
@pytest.mark.parametrize("form", ["as they are", "escaped"])
def test_beside_a_half(form: str, dialect: Dialect, workshop: Workshop) -> None:
    """All placements, one after the other in one answer."""
    texts = [
        text
        for character in PRIVATE + NEAR[:3]
        for texts in placed(character if form == "as they are" else escaped(character))
        # A letter after each separates them.
        for text in [*texts, "-"]
    ]
    check(workshop, dialect, texts)


@EVERYWHERE
def test_all_of_them(dialect: Dialect, workshop: Workshop) -> None:
    """Each of the 2,048, with a half before it and one after it."""
    characters = [chr(code) for code in range(0x10F000, 0x10F800)]
    check(workshop, dialect, [HIGH + character + LOW for character in characters])


@EVERYWHERE
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("member", ["content", "reasoning_content"])
def test_any_mixture(member: str, seed: int, dialect: Dialect, workshop: Workshop) -> None:
    """Characters, halves, and whole pairs, in any order, split into messages anywhere."""
    chance = random.Random(seed)
    private = [*PRIVATE, *map(escaped, PRIVATE)]
    parts = [*private, *HALVES, *HALVES, HIGH + LOW, "😀", "a", "é", *NEAR]
    texts = ["".join(chance.choices(parts, k=chance.randint(1, 6))) for _ in range(150)]
    check(workshop, dialect, texts, member)


@EVERYWHERE
def test_in_a_call(dialect: Dialect, workshop: Workshop) -> None:
    """A half in a whole call cannot find its other half in another message."""
    arguments = f"{PRIVATE[1]}{HIGH}{PRIVATE[2]}{LOW}{escaped(PRIVATE[0])}{HIGH}"
    function = {"name": "look", "arguments": "TEXT"}
    item = {"role": "assistant", "content": "", "function_call": function}
    if dialect is HTTP:
        call = {"index": 0, "id": "1", "function": function}
        item = {"role": "assistant", "content": "", "tool_calls": [call]}
    message = encoded(dialect.message(item, is_last=True)).replace(b"TEXT", arguments.encode())

    def script(peer: Peer) -> None:
        dialect.question(peer)
        dialect.reply(peer, message)

    with ScriptedServer(script) as server:
        answer = ask(workshop, dialect.url(server))
    assert answer.status == "OK", answer
    assert [call["arguments"] for call in answer.calls] == [meant([arguments])]
