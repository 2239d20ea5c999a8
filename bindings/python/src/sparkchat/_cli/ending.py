"""What a chat says of an answer that did not end as one should."""

from __future__ import annotations

from ..response import Response


def ending_of(response: Response) -> str | None:
    """Return a note in plain words; None where there is nothing to say."""
    reason = response.finish_reason
    is_empty = not response.text and not response.tool_calls
    if reason == "length":
        if is_empty and response.reasoning:
            return (
                "There is no answer: the limit of tokens was reached while the model was reasoning"
                " (--max-tokens raises it)."
            )
        return "The answer was cut at the limit of tokens (--max-tokens raises it)."
    if reason == "content_filter":
        return "The service's moderation stopped the answer."
    if reason not in (None, "stop", "tool_calls", "function_call"):
        empty = ", and it is empty" if is_empty else ""
        return f'The service ended the answer early with "{reason}"{empty}. Ask again.'
    return "The answer is empty. Ask again, or ask in other words." if is_empty else None
