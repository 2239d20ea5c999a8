"""Reads OpenAI's objects as its users do. litellm has the same ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dialect import Outcome


def read_whole(answer: Any, outcome: Outcome) -> None:
    """Read an answer that was not streamed."""
    choice = answer.choices[0]
    outcome.text, outcome.pieces = choice.message.content or "", 1
    outcome.reasoning = getattr(choice.message, "reasoning_content", None) or ""
    calls = choice.message.tool_calls or []
    outcome.calls = [(call.function.name, call.function.arguments) for call in calls]
    outcome.finish = choice.finish_reason
    _read_usage(answer, outcome)


def read_stream(chunks: Iterable[Any], outcome: Outcome) -> None:
    """Put the deltas together."""
    calls: dict[int, list[str]] = {}
    for chunk in chunks:
        _read_usage(chunk, outcome)
        for choice in chunk.choices:
            delta = choice.delta
            outcome.finish = choice.finish_reason or outcome.finish
            outcome.reasoning += getattr(delta, "reasoning_content", None) or ""
            if delta.content:
                outcome.text += delta.content
                outcome.pieces += 1
            for call in delta.tool_calls or []:
                parts = calls.setdefault(call.index, ["", ""])
                parts[0] += call.function.name or ""
                parts[1] += call.function.arguments or ""
    outcome.calls = [(name, arguments) for name, arguments in calls.values()]


def _read_usage(answer: Any, outcome: Outcome) -> None:
    usage = getattr(answer, "usage", None)
    if usage is not None:
        outcome.usage = (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens)
        prompt = usage.prompt_tokens_details
        completion = usage.completion_tokens_details
        cached = prompt.cached_tokens if prompt else None
        reasoning = completion.reasoning_tokens if completion else None
        outcome.details = (cached or 0, reasoning or 0)
