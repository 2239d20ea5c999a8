"""The events of an answer: copies, which you can keep.

Every event has a `kind` and a `content`, the text that it adds to the answer, which is also its
`str`. The contents of all events of a stream, joined, are the text of the answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from ._schema.json_values import finite, no_constant, to_json, whole
from .enums import EventKind


class Event:
    """One piece of an answer. More kinds may be added: ignore those that you do not know."""

    __slots__ = ()
    kind: ClassVar[EventKind]

    if TYPE_CHECKING:

        @property
        def content(self) -> str:
            """The text that the event adds to the answer."""
            raise NotImplementedError

    def __str__(self) -> str:
        return self.content

    def to_dict(self) -> dict[str, Any]:
        """Return the event as a dict for JSON: its `kind` and its fields."""
        return {"kind": str(self.kind), **to_json(self)}


class _NoText(Event):
    """An event that adds nothing to the text."""

    __slots__ = ()

    @property
    def content(self) -> str:
        """Empty: the event does not belong to the answer's text."""
        return ""


@dataclass(frozen=True, slots=True)
class Ready(_NoText):
    """The connection is open, and the question is being sent."""

    kind: ClassVar[EventKind] = EventKind.READY


@dataclass(frozen=True, slots=True)
class Text(Event):
    """New text of the answer."""

    content: str  # pyright: ignore[reportIncompatibleMethodOverride]
    kind: ClassVar[EventKind] = EventKind.TEXT


@dataclass(frozen=True, slots=True)
class Reasoning(_NoText):
    """New text of the model's reasoning."""

    reasoning: str
    kind: ClassVar[EventKind] = EventKind.REASONING


@dataclass(frozen=True, slots=True)
class ToolCall(_NoText):
    """The model calls a tool, which may be one that was not offered."""

    id: str
    """Return it with the result."""
    name: str
    arguments: str
    """The text that the model wrote: it should be a JSON object, but models make mistakes."""
    kind: ClassVar[EventKind] = EventKind.TOOL_CALL

    def parsed(self) -> dict[str, Any]:
        """Return the arguments as Python values. ValueError: the arguments are not a JSON object.

        Blank arguments and null count as an empty object.
        """
        arguments = json.loads(
            self.arguments.strip() or "null", parse_constant=no_constant, parse_float=finite
        )
        if arguments is None:
            return {}
        if not isinstance(arguments, dict):
            raise ValueError("the arguments are not a JSON object")
        read: dict[str, Any] = whole(arguments)
        return read

    @property
    def valid(self) -> bool:
        """Whether the arguments are a JSON object."""
        try:
            self.parsed()
        except (ValueError, RecursionError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Citation(_NoText):
    """A source that the web search found."""

    index: int | None
    """Its number in the text, as in "[1]"; None if the service gave none."""
    title: str
    url: str
    kind: ClassVar[EventKind] = EventKind.CITATION


@dataclass(frozen=True, slots=True)
class Usage(_NoText):
    """Token counts; None if the service gave none."""

    prompt_tokens: int | None = None
    """Everything that was sent, including the history."""
    completion_tokens: int | None = None
    total_tokens: int | None = None
    """Prompt and completion: the billed tokens."""
    question_tokens: int | None = None
    """The last question alone."""
    cached_tokens: int | None = None
    """The part of the prompt that the service had cached from earlier requests."""
    reasoning_tokens: int | None = None
    """The part of the completion that is reasoning."""
    kind: ClassVar[EventKind] = EventKind.USAGE

    def __add__(self, other: Usage) -> Usage:
        """Return the sums of the counts; if only one usage has a count, that one."""
        if not isinstance(other, Usage):
            return NotImplemented
        return Usage(*(_sum(getattr(self, name), getattr(other, name)) for name in _COUNTS))

    def __radd__(self, other: int) -> Usage:
        """Support `sum(usages)`, which starts with 0."""
        return self if other == 0 else NotImplemented


_COUNTS = tuple(field.name for field in fields(Usage))


def _sum(left: int | None, right: int | None) -> int | None:
    return left if right is None else right if left is None else left + right


@dataclass(frozen=True, slots=True)
class ServiceWarning(_NoText):
    """A warning about an answer that is complete nevertheless."""

    code: int
    """The service's code, such as `WarningCode.POLICY`; `WarningCode.TOOL_NOT_CALLED` is this
    library's own.
    """
    message: str
    kind: ClassVar[EventKind] = EventKind.WARNING
