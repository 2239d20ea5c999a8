"""The options of a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from .tools import ToolLike


class PlainOptions(TypedDict, total=False):
    """The options whose values are numbers, texts, or truth values.

    This declaration determines how they are sent, and what a LangChain model accepts.
    """

    temperature: float | None
    """Sampling temperature: 0 to 1; for reasoning models, and general models over HTTP, 0 to 2.
    X2.5 takes only 1.
    """
    top_k: int | None
    """How many candidates to choose from: 1 to 6."""
    top_p: float | None
    """Nucleus sampling: above 0 to 1; for reasoning models, and over HTTP; not for X2.5."""
    max_tokens: int | None
    """The longest answer, in tokens; reasoning counts, too."""
    presence_penalty: float | None
    """Penalizes words that are already there: 0 to 3 for reasoning models, -2 to 2 for others over
    HTTP; not for X2.5.
    """
    frequency_penalty: float | None
    """Penalizes frequent words: 0 to 1 for reasoning models, -2 to 2 for others over HTTP; not for
    X2.5.
    """
    chat_id: str | None
    """Links questions in the service's records; the service keeps no history with it."""
    auditing: Literal["strict", "moderate", "loose", "default"] | None
    """How strictly the service moderates; for hosted models."""
    thinking: bool | Literal["enabled", "disabled", "auto"] | None
    """Whether a reasoning model thinks first. Hosted models such as spark-x2.5 think by default."""
    reasoning_effort: str | None
    """How much a hosted model thinks, over HTTP: "low", "medium", "high", or another value of the
    service.
    """
    search: bool | Literal["disabled", "normal", "deep"] | None
    """Whether to search the web: "deep" reads whole pages. True is "normal"."""
    references: bool | None
    """Whether to send the sources of a web search, as `Citation`s. Default: False."""


class Options(PlainOptions, total=False):
    """The options of a question. Options that are not set, or None, are not sent.

    docs/models.md lists which of them a model accepts, and in which range. If no default is given
    here, the service's applies.
    """

    tools: Sequence[ToolLike] | None
    """Functions that the model may call: plain functions, `Tool`s, or dicts. A `Conversation` calls
    them; otherwise the calls are in the `Response`."""
    tool_choice: str | Mapping[str, Any] | None
    """Whether the model calls a function: "auto" (the model decides), "none", "required" (at least
    one), or the name of the one that it must call; OpenAI's dict with this name is accepted, too.
    """
    stop: str | Sequence[str] | None
    """Ends the answer before the first of these texts to be complete. The service has no such
    option: the library cuts the answer and stops the service. The token count is then rarely
    available.
    """
    response_format: Literal["text", "json_object"] | Mapping[str, str] | None
    """The format of the answer; `{"type": "json_object"}` is accepted, too. JSON works over HTTP
    only, and a message must also ask for it.
    """
    extra: Mapping[str, Any] | None
    """Members that this package does not know yet, merged into the request's JSON last.
    `{"new_option": 1}` over HTTP is `{"parameter": {"chat": {"new_option": 1}}}` over WebSocket.
    """
