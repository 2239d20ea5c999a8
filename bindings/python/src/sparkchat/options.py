"""The options of a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from .tools import ToolLike


class PlainOptions(TypedDict, total=False):
    """The options whose values are numbers, texts, or truth values.

    This is where they are declared: how they are sent, and what a model of LangChain's takes,
    follows from it.
    """

    temperature: float | None
    """Sampling temperature: 0 to 1, for reasoning models and over HTTP 0 to 2."""
    top_k: int | None
    """How many candidates to choose among: 1 to 6."""
    top_p: float | None
    """Nucleus sampling: above 0 to 1; reasoning models, and over HTTP."""
    max_tokens: int | None
    """The longest answer, in tokens; what a reasoning model thinks counts."""
    presence_penalty: float | None
    """Against words already there: 0 to 3 for reasoning models, -2 to 2 for others over HTTP."""
    frequency_penalty: float | None
    """Against frequent words: 0 to 1 for reasoning models, -2 to 2 for others over HTTP."""
    chat_id: str | None
    """Links questions in the service's records; it keeps no history by it."""
    auditing: Literal["strict", "moderate", "loose", "default"] | None
    """How strictly the service moderates; hosted models."""
    thinking: bool | Literal["enabled", "disabled", "auto"] | None
    """Whether a reasoning model thinks first. Hosted models such as spark-x2.5 do by default."""
    reasoning_effort: str | None
    """How much a hosted model thinks, over HTTP: "low", "medium", "high", or the service's word."""
    search: bool | Literal["disabled", "normal", "deep"] | None
    """Whether to search the web: "deep" reads whole pages. True is "normal"."""
    references: bool | None
    """Whether to send the sources of a web search, as `Citation`s. Default: False."""


class Options(PlainOptions, total=False):
    """What can be said about how to answer. What is not set, or None, is not sent.

    Which of them a model takes, and in which range, is in docs/models.md. Without a default, the
    service has one of its own.
    """

    tools: Sequence[ToolLike] | None
    """Functions that the model may call: plain functions, `Tool`s, or dicts. A `Conversation` calls
    them; otherwise the calls are in the `Response`."""
    tool_choice: str | Mapping[str, Any] | None
    """Whether the model calls a function: "auto" (as it thinks fit), "none", "required" (at least
    one), or the name of the one that it must call; OpenAI's dict with this name is understood."""
    stop: str | Sequence[str] | None
    """Where the answer ends: in front of the first of these texts to be complete. The service has
    no such option: the answer is cut here, and the service is stopped. Its count of tokens then
    rarely comes."""
    response_format: Literal["text", "json_object"] | Mapping[str, str] | None
    """What the answer is to be; `{"type": "json_object"}` is understood, too. JSON is for HTTP
    only, and a message has to ask for it as well."""
    extra: Mapping[str, Any] | None
    """What this package does not know yet: merged into the request's JSON last. `{"new_option": 1}`
    over HTTP is `{"parameter": {"chat": {"new_option": 1}}}` over WebSocket."""
