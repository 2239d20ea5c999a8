"""An answer in OpenAI's words."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from .._requests.ending import ending_of
from ..errors import ServiceError
from ..events import Citation, ToolCall
from ..response import Response


def completion(
    response: Response, model: str, limit: int | None = None, max_calls: int | None = None
) -> dict[str, Any]:
    """Return the document of an answer that is over.

    `limit` is the limit of tokens that was set, and `max_calls` how many tool calls are wanted.
    ServiceError: the service gave the answer up.
    """
    reason = finish_reason(response, limit)
    calls = response.tool_calls[:max_calls]
    message: dict[str, Any] = {
        "role": "assistant",
        "content": response.text or (None if calls else ""),
        "refusal": None,
    }
    if calls:
        message["tool_calls"] = [tool_call(call) for call in calls]
    if response.citations:
        message["annotations"] = [annotation(source) for source in response.citations]
    if response.reasoning:
        message["reasoning_content"] = response.reasoning
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
    return {
        "id": answer_id(response),
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "system_fingerprint": None,
        "choices": [choice],
        "usage": usage(response),
    }


def finish_reason(response: Response, limit: int | None = None) -> str:
    """Return why an answer ended, in OpenAI's word; for one that is over.

    ServiceError: the service gave it up, in a word that OpenAI does not have.
    """
    ending = ending_of(response, limit)
    kind = None if ending is None else ending.kind
    if ending is not None and kind == "other":
        raise ServiceError(str(ending), sid=response.sid, retryable=True, response=response)
    if kind == "limit":
        return "length"
    if kind == "moderation":
        return "content_filter"
    return "tool_calls" if response.tool_calls else "stop"


def usage(response: Response) -> dict[str, Any] | None:
    """Return the tokens; None where the service has not said."""
    counts = response.usage
    if counts.prompt_tokens is None and counts.completion_tokens is None:
        return None
    prompt, answered = counts.prompt_tokens or 0, counts.completion_tokens or 0
    found: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": answered,
        "total_tokens": counts.total_tokens or prompt + answered,
    }
    if counts.cached_tokens is not None:
        found["prompt_tokens_details"] = {"cached_tokens": counts.cached_tokens}
    if counts.reasoning_tokens is not None:
        found["completion_tokens_details"] = {"reasoning_tokens": counts.reasoning_tokens}
    return found


def answer_id(response: Response) -> str:
    """Return an id with the service's in it, which its support asks for."""
    return f"chatcmpl-{response.sid or uuid4().hex}"


def tool_call(call: ToolCall) -> dict[str, Any]:
    """Return a tool call."""
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def annotation(source: Citation) -> dict[str, Any]:
    """Return a source of the web search."""
    # The service does not say where in the text.
    where = {"start_index": 0, "end_index": 0}
    return {
        "type": "url_citation",
        "url_citation": {"title": source.title, "url": source.url, **where},
    }
