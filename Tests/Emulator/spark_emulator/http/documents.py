"""A reply as JSON documents: the chunks of a stream, or one document for all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..service.errors import ServiceError
from ..service.models import Family
from ..service.reply import Citation, Reply, ToolShape, Usage
from .deltas import Delta, deltas_of, whole_message
from .errors import error_body, inband_body

Document = dict[str, Any]


@dataclass(frozen=True)
class Envelope:
    """What all documents of an answer have in common."""

    sid: str
    created: int
    model: str
    family: Family
    stream: bool
    tool_shape: ToolShape

    @property
    def hosted(self) -> bool:
        """Hosted models answer in OpenAI's own form, the others in one that resembles it."""
        return self.family is Family.HOSTED

    def document(self, choices: list[Document], usage: Usage | None) -> Document:
        """Return one document."""
        if self.hosted:
            kind = "chat.completion.chunk" if self.stream else "chat.completion"
            head = {"id": self.sid, "object": kind, "created": self.created, "model": self.model}
            # Every chunk before the last one says zero.
            return {**head, "choices": choices, "usage": usage_member(usage or Usage(0, 0, 0))}
        document: Document = {"code": 0, "message": "Success", "sid": self.sid}
        if self.stream:
            document.update(id=self.sid, created=self.created)
        document["choices"] = choices
        if usage is not None:
            document["usage"] = usage_member(usage)
        return document

    def choice(self, part: Delta, index: int = 0, finish: str | None = None) -> Document:
        """Return one choice: with a delta in a stream, with a message otherwise."""
        choice: Document = {"delta" if self.stream else "message": part, "index": index}
        if self.hosted:
            choice["finish_reason"] = finish
        return choice

    def error(self, error: ServiceError) -> Document:
        """Return the document for an error that comes with HTTP status 200."""
        if self.hosted:
            return error_body(error, self.sid, self.family)
        return inband_body(error, self.sid)


def usage_member(usage: Usage) -> Document:
    """Return the `usage` member."""
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.prompt + usage.completion,
    }


def references(citations: list[Citation]) -> Delta:
    """Return the delta or message with the pages a web search found."""
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
    following = next(deltas, None)
    finish = "stop"
    while following is not None:
        delta, following = following, next(deltas, None)
        if "tool_calls" in delta:
            finish = "tool_calls"
        last = following is None and reply.error is None
        if last and envelope.family in (Family.X, Family.X25):
            # Their usage comes in a chunk of its own, which has no content at all.
            yield envelope.document([envelope.choice(delta)], None)
            delta = {"role": "assistant"}
        choice = envelope.choice(delta, finish=finish if last else None)
        yield envelope.document([choice], reply.usage if last else None)
    if reply.error is not None:
        yield envelope.error(reply.error)


def _whole(reply: Reply, envelope: Envelope) -> Document:
    if reply.error is not None:
        return envelope.error(reply.error)
    message = whole_message(reply, envelope.tool_shape)
    finish = "tool_calls" if "tool_calls" in message else "stop"
    choices = [envelope.choice(message, finish=finish)]
    if reply.citations:
        choices.append(envelope.choice(references(list(reply.citations)), 1))
    return envelope.document(choices, reply.usage)
