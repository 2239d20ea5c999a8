"""Converts answers into LangChain's messages and chunks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatGenerationChunk

from ..enums import WarningCode
from ..events import Event, Reasoning, ServiceWarning, Text, Usage
from ..events import ToolCall as CallEvent
from ..response import Response
from ._calls import call_chunk, openai_calls, read_calls

PROVIDER = "sparkllm"


@dataclass(frozen=True)
class Asked:
    """The facts about a question that its answer's message needs."""

    model_name: str
    has_functions: bool
    """Whether calls are included in the older form, too."""
    asks_for_call: bool
    """Whether an instruction asks the model to call a tool."""

    def message(self, response: Response) -> AIMessage:
        """Return a whole answer as a message."""
        calls, invalid = read_calls(response.tool_calls)
        thought = response.reasoning
        others: dict[str, Any] = {"reasoning_content": thought} if thought else {}
        if self.has_functions and response.tool_calls:
            others |= openai_calls(response.tool_calls)
        return AIMessage(
            content=response.text,
            additional_kwargs=others,
            tool_calls=calls,
            invalid_tool_calls=invalid,
            response_metadata=self.metadata(response),
            usage_metadata=usage_metadata(response.usage),
        )

    def metadata(self, response: Response) -> dict[str, Any]:
        """Return the details for which LangChain has no field."""
        usage = asdict(response.usage).items()
        counts = {name: count for name, count in usage if count is not None}
        details: dict[str, Any] = {
            "model_provider": PROVIDER,
            "model_name": self.model_name,
            "sid": response.sid,
            "outcome": str(response.outcome),
        }
        if response.finish_reason is not None:
            details["finish_reason"] = response.finish_reason
        if counts:
            details["token_usage"] = counts
        if response.stop_sequence is not None:
            details["stop_sequence"] = response.stop_sequence
        if response.citations:
            details["citations"] = [
                {"index": citation.index, "title": citation.title, "url": citation.url}
                for citation in response.citations
            ]
        if warning := self._warning(response):
            details["warning"] = {"code": warning.code, "message": warning.message}
        return details

    def _warning(self, response: Response) -> ServiceWarning | None:
        if response.warning is None and self.asks_for_call and not response.tool_calls:
            # The library's own warning for a `tool_choice` that the service received.
            return ServiceWarning(
                WarningCode.TOOL_NOT_CALLED, "the model was asked to call a tool and did not"
            )
        return response.warning


class Chunks:
    """Converts the events of an answer into chunks."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._calls = 0

    def of(self, event: Event) -> ChatGenerationChunk | None:
        """Return the chunk for an event, if there is one."""
        content = self._content(event)
        if content is None:
            return None
        by = {"model_provider": PROVIDER}
        chunk = AIMessageChunk(**{"content": "", "response_metadata": by, **content})
        return ChatGenerationChunk(message=chunk)

    def _content(self, event: Event) -> dict[str, Any] | None:
        if isinstance(event, Text):
            return {"content": event.content}
        if isinstance(event, Reasoning):
            return {"additional_kwargs": {"reasoning_content": event.reasoning}}
        if isinstance(event, CallEvent):
            at = self._calls
            self._calls += 1
            older = openai_calls((event,), at) if self._asked.has_functions else {}
            return {"additional_kwargs": older, "tool_call_chunks": [call_chunk(event, at)]}
        return None

    def last(self, response: Response) -> ChatGenerationChunk:
        """Return the last chunk, with the details that are known at the end."""
        last = AIMessageChunk(
            content="",
            response_metadata=self._asked.metadata(response),
            usage_metadata=usage_metadata(response.usage),
            chunk_position="last",
        )
        return ChatGenerationChunk(message=last)


def usage_metadata(usage: Usage) -> UsageMetadata | None:
    """Return token counts; None if the service gave none, as for an answer that was cut."""
    if usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    total = usage.total_tokens
    counts = UsageMetadata(
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.completion_tokens,
        total_tokens=usage.prompt_tokens + usage.completion_tokens if total is None else total,
    )
    if usage.cached_tokens is not None:
        counts["input_token_details"] = InputTokenDetails(cache_read=usage.cached_tokens)
    if usage.reasoning_tokens is not None:
        counts["output_token_details"] = OutputTokenDetails(reasoning=usage.reasoning_tokens)
    return counts
