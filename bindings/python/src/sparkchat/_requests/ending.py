"""Explains why an answer that has ended is not a normal one, for messages and errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..response import Response

# Each list has all spellings that the library knows, see FinishReason.
_LIMIT = ("length", "max_tokens")
_MODERATION = ("content_filter", "sensitive")
_WELL = (None, "stop", "STOP", "tool_calls", "function_call")


@dataclass(frozen=True)
class Ending:
    """What happened, and what to do about it."""

    kind: Literal["limit", "moderation", "other", "empty"]
    said: str
    advice: str

    def __str__(self) -> str:
        return f"{self.said[0].upper()}{self.said[1:]}; {self.advice}."

    @property
    def is_cut(self) -> bool:
        """Whether the answer was cut, and would be cut again."""
        return self.kind in ("limit", "moderation")


def ending_of(
    response: Response, limit: int | None = None, option: str = "max_tokens"
) -> Ending | None:
    """Return what is wrong with an answer; None if it is fine.

    `limit` is the token limit that was set, and `option` the name under which the user sets it.
    """
    reason = response.finish_reason
    is_empty = not response.text and not response.tool_calls
    if reason in _LIMIT or _has_reached(limit, response):
        said = _at_the_limit(response, is_empty, "probably " if reason is None else "")
        return Ending("limit", said, f"{option} raises the limit")
    if reason in _MODERATION:
        return Ending(
            "moderation", "the service's moderation stopped the answer", "ask in other words"
        )
    if reason not in _WELL:
        if is_empty:
            said = f'there is no answer: the service ended it with "{reason}"'
            return Ending("other", said, "ask again")
        said = f'the service ended the answer with "{reason}", so it may not be whole'
        return Ending("other", said, "ask again if it is not")
    if is_empty:
        return Ending("empty", "the answer is empty", "ask again, or in other words")
    return None


def _has_reached(limit: int | None, response: Response) -> bool:
    """Return whether an answer without a reason (WebSocket) has reached the token limit."""
    if limit is None or response.finish_reason is not None:
        return False
    return (response.usage.completion_tokens or 0) >= limit


def _at_the_limit(response: Response, is_empty: bool, probably: str) -> str:
    if not is_empty:
        return f"the answer was {probably}cut at the limit of tokens"
    if response.reasoning or response.usage.reasoning_tokens:
        return f"there is no answer: the limit of tokens {probably}went into reasoning"
    return f"there is no answer: the limit of tokens was {probably}reached before it"
