"""Finds the header's sentences about ownership, threads and lifetimes."""

from __future__ import annotations

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_EXAMPLE = re.compile(r"@example.*?@endexample", re.DOTALL)
_RULE = re.compile(r"-{20,}")
_TABLE = re.compile(r"^type +made by")
_PROMISE = re.compile(
    r"\b(?:[Oo]wne(?:d|rship)|[Tt]hreads?\b|[Bb]orrowed|[Cc]opied|copies|[Ll]ives? (?:as|on|until)"
    r"|no longer valid|freed|Runs on)"
)


def _paragraphs(comment: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in _RULE.sub("", _EXAMPLE.sub("", comment)).splitlines():
        text = line.strip().lstrip("*").rstrip()
        if not text.strip() or text.lstrip().startswith("@"):
            yield lines
            lines = []
        if text.strip():
            lines.append(text)
    yield lines


def _promises(lines: list[str]) -> Iterator[str]:
    if lines and _TABLE.match(lines[0].strip()):
        # A row continues if its first column is empty.
        yield from re.split(r"\n(?= {1,3}\S)", "\n".join(lines[1:]))
        return
    text = re.sub(r"^@(?:param(?:\[out\])? +\w+|return) +", "", " ".join(lines).strip())
    for sentence in re.split(r"(?<=\.) +(?=[A-Z])", text):
        if sentence.endswith(".") and _PROMISE.search(sentence):
            yield sentence


def promises(header: str) -> list[str]:
    """Return the sentences, each once and with single spaces, in the header's order."""
    found: dict[str, None] = {}
    for comment in _COMMENT.finditer(header):
        for lines in _paragraphs(comment[1]):
            found |= {" ".join(words.split()): None for words in _promises(lines)}
    return list(found)
