"""Where a request stands between a question and its answer: what has been called so far."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .asked_schema import without_schemas
from .request import ChatRequest

# What stands before a call or a result where the transport has no role for tools: "[name] ...",
# or "name returned ...".
_NAME = re.compile(r"^(?:\[([^\]\s]+)\] |([\w-]+) returned )", re.MULTILINE)


@dataclass(frozen=True)
class Round:
    """A question, the functions called since, by name, in order, and what they returned."""

    asked: str
    called: tuple[str, ...]
    results: tuple[str, ...]

    @property
    def question(self) -> str:
        """What is asked, without the schema that the answer is to fit."""
        return without_schemas(self.asked)

    @property
    def text(self) -> str:
        """Everything that arguments may be taken from: the question first."""
        return "\n".join(text for text in (self.question, *self.results) if text)


def round_of(request: ChatRequest) -> Round:
    """Find the last question that is no function's result. There may be none: it is empty then."""
    called: list[str] = []
    results: list[str] = []
    messages = request.messages
    for position in range(len(messages) - 1, -1, -1):
        message = messages[position]
        before = messages[position - 1].calls if position else ()
        names = message.calls or tuple(a or b for a, b in _NAME.findall(message.content))
        if message.role == "user":
            if not before and not _NAME.match(message.content):
                return Round(message.content, tuple(called), tuple(results))
            results.insert(0, message.content)
        if message.role != "system":
            called[:0] = names
    return Round("", tuple(called), tuple(results))
