"""Reads LangChain's messages as its users do."""

from __future__ import annotations

import json
from typing import Any

from dialect import Job, Outcome


def ask_chat(chat: Any, job: Job, outcome: Outcome) -> None:
    """Ask a chat model. LangChain takes messages in OpenAI's shape."""
    if not job["stream"]:
        outcome.pieces = 1
        read_message(chat.invoke(job["messages"]), outcome)
        return
    whole = None
    for chunk in chat.stream(job["messages"]):
        outcome.pieces += bool(chunk.text)
        whole = chunk if whole is None else whole + chunk
        # Text received before a failure counts, too.
        read_message(whole, outcome)


def read_message(message: Any, outcome: Outcome) -> None:
    """Read a message, or the sum of some chunks."""
    outcome.text = message.text
    outcome.calls = [(call["name"], json.dumps(call["args"])) for call in message.tool_calls]
    metadata = message.response_metadata
    places = (message.additional_kwargs, metadata)
    outcome.reasoning = "".join(place.get("reasoning_content", "") for place in places)
    outcome.finish = metadata.get("finish_reason")
    if usage := message.usage_metadata:
        outcome.usage = (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"])
        cached = usage.get("input_token_details", {}).get("cache_read", 0)
        reasoning = usage.get("output_token_details", {}).get("reasoning", 0)
        outcome.details = (cached, reasoning)
    elif usage := metadata.get("token_usage"):
        # The place that ChatSparkLLM's page documents.
        outcome.usage = (
            usage["prompt_tokens"],
            usage["completion_tokens"],
            usage["total_tokens"],
        )
