"""An answer in OpenAI's shapes: the pieces of a stream, or one document."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

from .._openai.answer import annotation, answer_id, completion, finish_reason, tool_call, usage
from ..async_stream import AsyncStream
from ..events import Citation, Reasoning, Text, ToolCall
from ..response import Response
from .question import Question


class Answer:
    """An answer in progress. Call `close` if the client leaves."""

    def __init__(self, question: Question, stream: AsyncStream, limit: int | None) -> None:
        self._question = question
        self._stream = stream
        self._limit = limit
        self._created = int(time.time())
        self._id: str | None = None
        self._calls = 0

    @property
    def response(self) -> Response:
        """The part received so far."""
        return self._stream.response

    def close(self) -> None:
        """Cancel the answer if it is not complete."""
        self._stream.close()

    async def deltas(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the message's deltas as they arrive. SparkError: the answer fails."""
        async for event in self._stream:
            if isinstance(event, Text):
                yield {"content": event.content}
            elif isinstance(event, Reasoning):
                yield {"reasoning_content": event.reasoning}
            elif isinstance(event, ToolCall) and self._calls != self._question.asked.max_calls:
                yield {"tool_calls": [{"index": self._calls, **tool_call(event)}]}
                self._calls += 1
            elif isinstance(event, Citation):
                yield {"annotations": [annotation(event)]}

    async def document(self) -> dict[str, Any]:
        """Return the complete answer."""
        async for _ in self._stream:
            pass
        question = self._question
        return completion(self.response, question.model, self._limit, question.asked.max_calls)

    async def chunks(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the pieces of a stream."""
        first: dict[str, Any] = {"role": "assistant"}
        async for delta in self.deltas():
            yield self._chunk({**first, **delta})
            first = {}
        yield self._chunk(first, finish_reason(self.response, self._limit))
        counts = usage(self.response)
        if self._question.wants_usage and counts is not None:
            yield {**self._head(), "choices": [], "usage": counts}

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        counts = {"usage": None} if self._question.wants_usage else {}
        return {**self._head(), "choices": [choice], **counts}

    def _head(self) -> dict[str, Any]:
        if self._id is None:
            # Known from the first piece on.
            self._id = answer_id(self.response)
        return {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._created,
            "model": self._question.model,
            "system_fingerprint": None,
        }
