"""Finds the functions that have been called since the last question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .asked_schema import without_schemas
from .request import ChatRequest

# Precedes a call or a result if the transport has no role for tools: "[name] ...", or
# "name returned ...".
NAMED = re.compile(r"^(?:\[([^\]\s]+)\] |([\w-]+) returned )", re.MULTILINE)


@dataclass(frozen=True)
class Round:
    """A question, the names of the functions called since, in order, and their results."""

    asked: str
    called: tuple[str, ...]
    results: tuple[str, ...]

    @property
    def question(self) -> str:
        """The question without the schema that the answer must fit."""
        return without_schemas(self.asked)

    @property
    def text(self) -> str:
        """All texts that arguments may come from, the question first."""
        return "\n".join(text for text in (self.question, *self.results) if text)


def round_of(request: ChatRequest) -> Round:
    """Find the last question that is not a function's result; empty if there is none."""
    called: list[str] = []
    results: list[str] = []
    messages = request.messages
    for position in range(len(messages) - 1, -1, -1):
        message = messages[position]
        before = messages[position - 1].calls if position else ()
        names = message.calls or tuple(a or b for a, b in NAMED.findall(message.content))
        if message.role == "user":
            if not before and not NAMED.match(message.content):
                return Round(message.content, tuple(called), tuple(results))
            results.insert(0, message.content)
        if message.role != "system":
            called[:0] = names
    return Round("", tuple(called), tuple(results))
