"""What has come of a question, as a line of OpenAI's output files."""

from __future__ import annotations

import time
from typing import Any

from ...errors import SparkError
from ...response import Response


def answer_line(custom_id: str, model: str, response: Response) -> dict[str, Any]:
    """Return the line of an answer."""
    message: dict[str, Any] = {"role": "assistant", "content": response.text}
    if response.reasoning:
        message["reasoning_content"] = response.reasoning
    if response.tool_calls:
        message["tool_calls"] = [
            {
                "id": call.id or f"call_{at}",
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for at, call in enumerate(response.tool_calls)
        ]
    usage = response.usage
    body = {
        "id": response.sid,
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": response.finish_reason}],
        "usage": {
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "total_tokens": usage.total_tokens,
        },
    }
    answered = {"status_code": 200, "request_id": response.sid, "body": body}
    return {"custom_id": custom_id, "response": answered, "error": None}


def error_line(custom_id: str, error: Exception) -> dict[str, Any]:
    """Return the line of a failure."""
    said: dict[str, Any] = {"code": type(error).__name__, "message": str(error)}
    if isinstance(error, SparkError):
        said["message"] = error.message
        said["service_code"] = error.service_code
        said["sid"] = error.sid
        # What came before it was paid for, too.
        said["text"] = error.response.text if error.response else ""
    return {"custom_id": custom_id, "response": None, "error": said}
