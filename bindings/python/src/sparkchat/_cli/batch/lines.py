"""The lines of an input file: what each asks, in the form of OpenAI's and iFlytek's batch files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...options import Options

_OPTIONS = Options.__annotations__.keys()
# What says nothing about the answer, or what is so in any case.
_IGNORED = {"stream", "stream_options", "user", "metadata", "store", "service_tier", "seed"}


class LineError(ValueError):
    """A line is wrong; the message says which, and how."""

    def __init__(self, number: int, what: object) -> None:
        super().__init__(f"line {number}: {what}")


@dataclass(frozen=True, slots=True)
class Line:
    """A question, and what it is called."""

    number: int
    custom_id: str
    model: str | None
    messages: Any
    options: Mapping[str, Any]


def read_lines(path: Path) -> Iterator[Line]:
    """Read a file, line by line. LineError: one is not as it should be."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _read(number, line)


def _read(number: int, line: bytes) -> Line:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError(number, f"this is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise LineError(number, f"this is {type(given).__name__}, and not an object")
    body = given.get("body", given)
    if not isinstance(body, dict):
        raise LineError(number, "its body is not an object")
    custom_id = given.get("custom_id", f"line-{number}")
    if not isinstance(custom_id, str) or not custom_id:
        raise LineError(number, "its custom_id is not a text")
    if not custom_id.isascii():
        try:
            custom_id.encode()
        except UnicodeEncodeError:
            raise LineError(number, "its custom_id has half of a surrogate pair") from None
    url = given.get("url")
    if isinstance(url, str) and not url.rstrip("/").endswith("/chat/completions"):
        raise LineError(number, f"its url is {url!r}, and only chat completions are asked")
    model = body.get("model")
    if model is not None and not isinstance(model, str):
        raise LineError(number, "its model is not a text")
    messages = body.get("messages", body.get("prompt"))
    if not messages or not isinstance(messages, str | list):
        raise LineError(number, "it has neither messages nor a prompt")
    return Line(number, custom_id, model, messages, _options(number, body))


def _options(number: int, body: Mapping[str, Any]) -> dict[str, Any]:
    taken = {"model", "messages", "prompt", "custom_id", "method", "url"} | _IGNORED
    options: dict[str, Any] = {}
    for name, value in body.items():
        if value is None or name in taken or (name == "n" and value == 1):
            continue
        if name in ("max_tokens", "max_completion_tokens"):
            options["max_tokens"] = value
        elif name == "enable_thinking":
            options["thinking"] = value
        elif name == "thinking" and isinstance(value, dict):
            options["thinking"] = value.get("type")
        elif name in _OPTIONS:
            options[name] = value
        else:
            raise LineError(number, f"{name} is not a parameter that can be sent")
    return options
