"""Writes an answer in OpenAI's form."""

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
    """Return the document of a finished answer.

    `limit` is the token limit that was set, and `max_calls` the largest number of tool calls to
    return. ServiceError: the service aborted the answer.
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
    """Return OpenAI's finish reason for a finished answer.

    ServiceError: the service aborted it, for a reason that OpenAI has no word for.
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
    """Return the token counts; None if the service did not report them."""
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
    """Return an id that contains the service's, which its support asks for."""
    return f"chatcmpl-{response.sid or uuid4().hex}"


def tool_call(call: ToolCall) -> dict[str, Any]:
    """Return a tool call in OpenAI's form."""
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def annotation(source: Citation) -> dict[str, Any]:
    """Return a source of the web search as an annotation."""
    # The service does not report where the source is cited.
    where = {"start_index": 0, "end_index": 0}
    return {
        "type": "url_citation",
        "url_citation": {"title": source.title, "url": source.url, **where},
    }
