"""Reads the lines of an input file, in the form of OpenAI's and iFlytek's batch files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..._openai.parameters import KNOWN
from ..._openai.question import Question, read_question
from ..._openai.refusal import RefusedError

# The members of a line, and those that it has in place of a body.
_OF_LINE = {"custom_id", "method", "url", "body"}
_ASKS = KNOWN | {"prompt", "extra"}


class LineError(ValueError):
    """A line is wrong; the message gives its number and the reason."""

    def __init__(self, number: int, what: object) -> None:
        super().__init__(f"line {number}: {what}")


@dataclass(frozen=True, slots=True)
class Line:
    """A question, and the name of its line."""

    number: int
    custom_id: str
    model: str | None
    question: Question

    def __str__(self) -> str:
        return f"line {self.number} ({self.custom_id})"


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a file. LineError: a line is wrong."""
    for number, line in numbered_lines(path):
        yield read_line(number, line)


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file that are not blank, unread."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def read_line(number: int, line: bytes) -> Line:
    """Read a line. LineError: it is wrong."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(number, f"this is not JSON: {error}") from None
    if not isinstance(given, dict):
        raise LineError(number, f"this is {type(given).__name__}, not an object")
    custom_id = _name(number, given)
    method, url = given.get("method"), given.get("url")
    if method not in (None, "POST"):
        raise LineError(number, f"its method is {method!r}, and chat completions are POST")
    if isinstance(url, str) and not url.rstrip("/").endswith("/chat/completions"):
        raise LineError(number, f"its url is {url!r}, and only chat completions are supported")
    body = _asked(number, given)
    model = body.get("model")
    if model is not None and not isinstance(model, str):
        raise LineError(number, "its model is not a text")
    try:
        return Line(number, custom_id, model, read_question(body, extra=True))
    except RefusedError as error:
        raise LineError(number, error) from None


def _name(number: int, given: Mapping[str, Any]) -> str:
    custom_id = given.get("custom_id", f"line-{number}")
    if not isinstance(custom_id, str) or not custom_id:
        raise LineError(number, "its custom_id is not a text")
    if not custom_id.isascii():
        try:
            custom_id.encode()
        except UnicodeEncodeError:
            raise LineError(number, "its custom_id has half of a surrogate pair") from None
    return custom_id


def _asked(number: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of a request, with a prompt turned into messages."""
    body: Any = {name: value for name, value in given.items() if name not in _OF_LINE}
    if "body" in given:
        beside = sorted(_ASKS & body.keys())
        if beside:
            raise LineError(number, f"{beside[0]} is next to its body: move it inside")
        body = given["body"]
    if not isinstance(body, dict):
        raise LineError(number, "its body is not an object")
    asked: dict[str, Any] = {name: value for name, value in body.items() if value is not None}
    prompt = asked.pop("prompt", None)
    if prompt is None:
        if "messages" not in asked:
            raise LineError(number, "it has neither messages nor a prompt")
        return asked
    if "messages" in asked:
        raise LineError(number, "it has both messages and a prompt")
    if not isinstance(prompt, str) or not prompt:
        raise LineError(number, "its prompt is not a text, or is empty")
    return {**asked, "messages": [{"role": "user", "content": prompt}]}
