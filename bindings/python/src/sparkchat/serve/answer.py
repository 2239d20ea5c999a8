"""An answer in OpenAI's shapes: the pieces of a stream, or one document."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

from .._requests.ending import ending_of
from ..async_stream import AsyncStream
from ..errors import ServiceError
from ..events import Citation, Reasoning, Text, ToolCall, Usage
from ..response import Response
from .question import Question


class Answer:
    """An answer on its way. Whoever asked leaves: `close`."""

    def __init__(self, question: Question, stream: AsyncStream, limit: int | None) -> None:
        self._question = question
        self._stream = stream
        self._limit = limit
        self._created = int(time.time())
        self._id: str | None = None
        self._calls = 0

    @property
    def response(self) -> Response:
        """What has come so far."""
        return self._stream.response

    def close(self) -> None:
        """Stop the service, if it still answers."""
        self._stream.close()

    async def deltas(self) -> AsyncIterator[dict[str, Any]]:
        """Yield what is added to the message, piece by piece. SparkError: it fails."""
        async for event in self._stream:
            if isinstance(event, Text):
                yield {"content": event.content}
            elif isinstance(event, Reasoning):
                yield {"reasoning_content": event.reasoning}
            elif isinstance(event, ToolCall) and self._calls != self._question.max_calls:
                yield {"tool_calls": [{"index": self._calls, **_call(event)}]}
                self._calls += 1
            elif isinstance(event, Citation):
                yield {"annotations": [_annotation(event)]}

    def finish_reason(self) -> str:
        """Return why the answer ended, in OpenAI's word; for one that is over.

        ServiceError: the service gave it up, in a word that OpenAI does not have.
        """
        response = self.response
        ending = ending_of(response, self._limit)
        kind = None if ending is None else ending.kind
        if ending is not None and kind == "other":
            raise ServiceError(str(ending), sid=response.sid, retryable=True)
        if kind == "limit":
            return "length"
        if kind == "moderation":
            return "content_filter"
        return "tool_calls" if response.tool_calls else "stop"

    def usage(self) -> dict[str, Any] | None:
        """Return the tokens, in OpenAI's words; None where the service has not said."""
        usage = self.response.usage
        if usage.prompt_tokens is None and usage.completion_tokens is None:
            return None
        prompt, completion = usage.prompt_tokens or 0, usage.completion_tokens or 0
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": usage.total_tokens or prompt + completion,
            **_details(usage),
        }

    async def document(self) -> dict[str, Any]:
        """Return the whole answer."""
        texts: dict[str, list[str]] = {"content": [], "reasoning_content": []}
        lists: dict[str, list[dict[str, Any]]] = {}
        async for delta in self.deltas():
            for name, value in delta.items():
                (texts[name].append if name in texts else lists.setdefault(name, []).extend)(value)
        for call in lists.get("tool_calls", ()):
            del call["index"]
        reason = self.finish_reason()
        content = "".join(texts["content"])
        message: dict[str, Any] = {
            "role": "assistant",
            "content": content or (None if "tool_calls" in lists else ""),
            "refusal": None,
            **lists,
        }
        if texts["reasoning_content"]:
            message["reasoning_content"] = "".join(texts["reasoning_content"])
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self.usage()}

    async def chunks(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the pieces of a stream."""
        first: dict[str, Any] = {"role": "assistant"}
        async for delta in self.deltas():
            yield self._chunk({**first, **delta})
            first = {}
        yield self._chunk(first, self.finish_reason())
        usage = self.usage()
        if self._question.wants_usage and usage is not None:
            yield {**self._head("chat.completion.chunk"), "choices": [], "usage": usage}

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        usage = {"usage": None} if self._question.wants_usage else {}
        return {**self._head("chat.completion.chunk"), "choices": [choice], **usage}

    def _head(self, kind: str) -> dict[str, Any]:
        if self._id is None:
            # The service's id, which its support asks for; it is there with the first piece.
            self._id = f"chatcmpl-{self.response.sid or uuid4().hex}"
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self._question.model,
            "system_fingerprint": None,
        }


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def _annotation(source: Citation) -> dict[str, Any]:
    # The service does not say where in the text.
    where = {"start_index": 0, "end_index": 0}
    return {
        "type": "url_citation",
        "url_citation": {"title": source.title, "url": source.url, **where},
    }


def _details(usage: Usage) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if usage.cached_tokens is not None:
        details["prompt_tokens_details"] = {"cached_tokens": usage.cached_tokens}
    if usage.reasoning_tokens is not None:
        details["completion_tokens_details"] = {"reasoning_tokens": usage.reasoning_tokens}
    return details
