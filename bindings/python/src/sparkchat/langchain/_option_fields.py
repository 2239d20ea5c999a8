# Generated from bindings/python/src/sparkchat/options.py by scripts/generate.py; do not edit.
"""The options of a question as fields."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class OptionFields(BaseModel):
    """The options of a question; None leaves an option unset."""

    temperature: float | None = None
    """Sampling temperature: 0 to 1; for reasoning models, and general models over HTTP, 0 to 2.
    X2.5 takes only 1.
    """
    top_k: int | None = None
    """How many candidates to choose from: 1 to 6."""
    top_p: float | None = None
    """Nucleus sampling: above 0 to 1; for reasoning models, and over HTTP; not for X2.5."""
    max_tokens: int | None = None
    """The longest answer, in tokens; reasoning counts, too."""
    presence_penalty: float | None = None
    """Penalizes words that are already there: 0 to 3 for reasoning models, -2 to 2 for others over
    HTTP; not for X2.5.
    """
    frequency_penalty: float | None = None
    """Penalizes frequent words: 0 to 1 for reasoning models, -2 to 2 for others over HTTP; not for
    X2.5.
    """
    chat_id: str | None = None
    """Links questions in the service's records; the service keeps no history with it."""
    auditing: Literal["strict", "moderate", "loose", "default"] | None = None
    """How strictly the service moderates; for hosted models."""
    thinking: bool | Literal["enabled", "disabled", "auto"] | None = None
    """Whether a reasoning model thinks first. Hosted models such as spark-x2.5 think by default."""
    reasoning_effort: str | None = None
    """How much a hosted model thinks, over HTTP: "low", "medium", "high", or another value of the
    service.
    """
    search: bool | Literal["disabled", "normal", "deep"] | None = None
    """Whether to search the web: "deep" reads whole pages. True is "normal"."""
    references: bool | None = None
    """Whether to send the sources of a web search, as `Citation`s. Default: False."""
