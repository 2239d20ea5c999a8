"""Writes the result of a question as a line of OpenAI's output files."""

from __future__ import annotations

from typing import Any

from ...errors import SparkError


def answer_line(custom_id: str, sid: str | None, body: dict[str, Any]) -> dict[str, Any]:
    """Return the line of an answer, given its document."""
    answered = {"status_code": 200, "request_id": sid, "body": body}
    return {"custom_id": custom_id, "response": answered, "error": None}


def error_line(custom_id: str, error: Exception) -> dict[str, Any]:
    """Return the line of a failure."""
    said: dict[str, Any] = {"code": type(error).__name__, "message": str(error)}
    if isinstance(error, SparkError):
        said["message"] = error.message
        said["service_code"] = error.service_code
        said["sid"] = error.sid
        # The part received before the failure was paid for.
        said["text"] = error.response.text if error.response else ""
    return {"custom_id": custom_id, "response": None, "error": said}
