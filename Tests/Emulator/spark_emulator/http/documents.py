"""Writes a reply as JSON documents: the chunks of a stream, or a single document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..service.error_shapes import USUAL, Telling
from ..service.errors import ServiceError
from ..service.models import Family, Form, Model
from ..service.reply import Citation, Reply, ToolShape, Usage
from .deltas import CALLS, Delta, deltas_of, whole_message
from .errors import ErrorDocument, error_document

Document = dict[str, Any]


@dataclass(frozen=True)
class Envelope:
    """The members that all documents of an answer share."""

    sid: str
    created: int
    name: str
    model: Model
    stream: bool
    tool_shape: ToolShape
    # Whether the usage has its details for any model.
    details: bool = False

    @property
    def form(self) -> Form:
        """The form of the answer."""
        return self.model.form

    def document(self, choices: list[Document], usage: Usage | None) -> Document:
        """Return one document."""
        if self.form is Form.OPEN:
            document: Document = {"code": 0, "message": "Success", "sid": self.sid}
            if self.stream:
                document.update(id=self.sid, created=self.created)
        else:
            kind = "chat.completion.chunk" if self.stream else "chat.completion"
            head = {"id": self.sid, "object": kind}
            document = {**head, "created": self.created, "model": self.name}
        if self.form is Form.GATEWAY:
            # Every chunk before the last one has a usage of zeros.
            usage = usage or Usage(0, 0, 0)
        document["choices"] = choices
        if usage is not None:
            details = self.details or self.form is Form.HOSTED
            document["usage"] = usage_member(usage, details=details)
        return document

    def choice(self, part: Delta, index: int = 0, finish: str | None = None) -> Document:
        """Return a choice, with a delta in a stream and a message otherwise."""
        choice: Document = {"delta" if self.stream else "message": part, "index": index}
        if finish or self.form is Form.GATEWAY:
            choice["finish_reason"] = finish
        return choice

    def finish(self, reply: Reply, *, called: bool) -> str | None:
        """Return the finish reason of an answer; None for forms without one."""
        if reply.finish or self.form is Form.OPEN:
            return reply.finish or None
        if called:
            return "tool_calls"
        return "length" if reply.cut else "stop"

    def error(self, error: ServiceError, telling: Telling = USUAL) -> ErrorDocument:
        """Return the document of an error with HTTP status 200."""
        return error_document(error, self.sid, self.form, telling)


def usage_member(usage: Usage, *, details: bool) -> Document:
    """Return the `usage` member."""
    member: Document = {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.prompt + usage.completion,
    }
    if details:
        member["prompt_tokens_details"] = {"cached_tokens": usage.cached}
        member["completion_tokens_details"] = {"reasoning_tokens": usage.reasoning}
    return member


def references(citations: list[Citation]) -> Delta:
    """Return the delta or message with the pages of a web search."""
    pages = [{"index": n, "url": c.url, "title": c.title} for n, c in enumerate(citations, 1)]
    return {
        "role": "tool",
        "tool_calls": [{"type": "web_search", "web_search": {"outputs": pages}}],
    }


def documents_of(reply: Reply, envelope: Envelope) -> Iterator[Document]:
    """Yield the documents of a reply."""
    if envelope.stream:
        return _chunks(reply, envelope)
    return iter([_whole(reply, envelope)])


def _chunks(reply: Reply, envelope: Envelope) -> Iterator[Document]:
    if reply.citations:
        empty = envelope.choice({"role": "assistant", "content": ""})
        found = envelope.choice(references(list(reply.citations)), 1)
        yield envelope.document([empty, found], None)
    deltas = deltas_of(reply, envelope.tool_shape)
    if envelope.form is Form.HOSTED:
        deltas = _with_one_role(deltas, none=bool(reply.citations))
    following = next(deltas, None)
    called = False
    while following is not None:
        delta, following = following, next(deltas, None)
        called = called or _calls(delta)
        if following is not None or reply.error is not None:
            yield envelope.document([envelope.choice(delta)], None)
            continue
        finish = envelope.finish(reply, called=called)
        if envelope.form is Form.OPEN and envelope.model.family in (Family.X, Family.X25):
            # Their usage is in a separate chunk without content.
            yield envelope.document([envelope.choice(delta)], None)
            delta = {"role": "assistant"}
        yield envelope.document([envelope.choice(delta, finish=finish)], reply.usage)
    if reply.error is not None:
        yield envelope.error(reply.error, reply.telling)


def _with_one_role(deltas: Iterator[Delta], *, none: bool) -> Iterator[Delta]:
    """Keep the role only in the first delta, or nowhere."""
    for number, delta in enumerate(deltas):
        if number or none:
            delta.pop("role", None)
        yield delta


def _calls(part: Delta) -> bool:
    return any(name in part for name in CALLS)


def _whole(reply: Reply, envelope: Envelope) -> Document:
    if reply.error is not None:
        return envelope.error(reply.error, reply.telling)
    message = whole_message(reply, envelope.tool_shape)
    finish = envelope.finish(reply, called=_calls(message))
    choices = [envelope.choice(message, finish=finish)]
    if reply.citations:
        choices.append(envelope.choice(references(list(reply.citations)), 1))
    return envelope.document(choices, reply.usage)
