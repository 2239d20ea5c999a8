"""Makes JSON, and decodes it with Python's own module."""

from __future__ import annotations

import json
import random
from typing import Any

from differing.damage import damaged

# The library reads JSON as Python's module does, with these intended differences:
# - Python accepts NaN, Infinity and -Infinity, which JSON does not have (RFC 8259, 6).
# - The library refuses more than 64 levels: no answer has them, and a limit bounds work and memory.
# - The library replaces half a surrogate pair, which UTF-8 cannot represent.
MAX_DEPTH = 64
REPLACEMENT = "\ufffd"

FRAMES = (
    '{"header":{"code":0,"message":"Success","sid":"cht000a1f3c@dx1","status":1},"payload":'
    '{"choices":{"status":1,"seq":7,"text":[{"content":"你好\\n","role":"assistant","index":0}]}}}',
    '{"header":{"code":0,"status":2},"payload":{"plugins":{"text":[{"content":'
    '"[{\\"index\\":1,\\"url\\":\\"u\\"}]"}]},"usage":{"text":{"total_tokens":22}}}}',
    '{"code":0,"sid":"cha1","choices":[{"delta":{"content":"\\ud83d\\ude00"},"index":0}],'
    '"usage":{"prompt_tokens":1,"total_tokens":-1.5e3}}',
)
BLANKS = ("", "", "", "", "", " ", "\n", "\r\n", "\t ", " \u00a0", "\f")
WORDS = ("null", "true", "false", "NaN", "-Infinity", "nul", "True", "[]", "{}", '""', "")
LETTERS = (
    *(
        "a",
        "b",
        "code",
        "é",
        "你",
        "\U0001f600",
        "\U0010f000",
        "\u2028",
        "\x7f",
        "/",
        "'",
        "{[,]}:",
    ),
    *('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0000", "\\u0061", "\\uFFFF"),
    *("\\ud83d\\ude00", "\\uD83D", "\\ude00", "\\ud83d\\", "\\x", "\\u12", "\t", "\0", "\x1f"),
)
# The odd ones at the end of each are never or not always valid JSON.
ODD = 0.02


def make(chance: random.Random) -> bytes:
    """Return a document, damaged or not."""
    if chance.random() < 0.3:
        text = chance.choice(FRAMES)
    elif chance.random() < 0.05:
        opening = [chance.choice(("[", '{"a":')) for _ in range(chance.randrange(60, 70))]
        closing = ("]" if bracket == "[" else "}" for bracket in reversed(opening))
        text = "".join(opening) + chance.choice(WORDS[:3]) + "".join(closing)
    else:
        text = value(chance, chance.randrange(5))
    return damaged(text.encode(), chance)


def value(chance: random.Random, depth: int) -> str:
    """Return a value, with nested values and surrounding white space."""
    kind = chance.randrange(6) if depth > 0 else chance.randrange(4)
    inner = [value(chance, depth - 1) for _ in range(chance.randrange(4))] if kind >= 4 else []
    match kind:
        case 0:
            found = pick(chance, WORDS, odd=6)
        case 1:
            found = number(chance)
        case 2 | 3:
            found = string(chance)
        case 4:
            found = f"[{','.join(inner)}]"
        case _:
            members = (f"{pad(chance)}{string(chance)}{pad(chance)}:{each}" for each in inner)
            found = "{" + ",".join(members) + "}"
    return f"{pad(chance)}{found}{pad(chance)}"


def pad(chance: random.Random) -> str:
    """Return white space, usually none."""
    return pick(chance, BLANKS, odd=2)


def string(chance: random.Random) -> str:
    """Return a text in quotation marks."""
    return '"' + "".join(pick(chance, LETTERS, odd=6) for _ in range(chance.randrange(12))) + '"'


def number(chance: random.Random) -> str:
    """Return a number, big or small, in any of its forms."""
    digits = "".join(chance.choice("0123456789") for _ in range(chance.choice((1, 1, 2, 19, 40))))
    whole = digits if chance.random() < ODD else digits.lstrip("0") or "0"
    fraction = chance.choice(("", "", ".0", f".{digits}")) if chance.random() >= ODD else "."
    exponent = (
        chance.choice(("", "", "e5", "E+07", "e-400", "E999")) if chance.random() >= ODD else "e"
    )
    return chance.choice(("", "", "-")) + whole + fraction + exponent


def pick(chance: random.Random, choices: tuple[str, ...], odd: int) -> str:
    """Return one of them, rarely one of the last `odd`."""
    return chance.choice(choices if chance.random() < ODD else choices[:-odd])


def decode(data: bytes) -> list[str]:
    """Return the tokens of the document, with members in their order."""
    try:
        document = json.loads(
            data.decode(),
            parse_int=Number,
            parse_float=Number,
            parse_constant=refuse,
            object_pairs_hook=Members,
        )
        return list(tokens(document, 0))
    except ValueError:
        return ["failed"]


class Number(str):
    """A number in its source form."""

    __slots__ = ()


class Members(list[tuple[str, Any]]):
    """All members of an object, including those with the same name."""

    __slots__ = ()


def refuse(constant: str) -> None:
    """Refuse a constant that JSON does not have."""
    raise ValueError(constant)


def tokens(found: Any, depth: int) -> list[str]:
    """Return a value in the form that the program prints."""
    match found:
        case None | True | False:
            return [json.dumps(found)]
        case Number():
            return [f"number:{found}"]
        case str():
            return [f"text:{shown(found).hex()}"]
    if depth == MAX_DEPTH:
        raise ValueError("too deep")
    inner: list[str] = []
    if isinstance(found, Members):
        for name, member in found:
            inner += [f"name:{shown(name).hex()}", *tokens(member, depth + 1)]
        return ["{", *inner, "}"]
    for element in found:
        inner += tokens(element, depth + 1)
    return ["[", *inner, "]"]


def shown(text: str) -> bytes:
    """Return the text with surrogates replaced."""
    whole = (REPLACEMENT if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    return "".join(whole).encode()


def is_same(ours: list[str], theirs: list[str]) -> bool:
    """Compare exactly."""
    return ours == theirs
