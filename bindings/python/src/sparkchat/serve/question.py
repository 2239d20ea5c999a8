"""A request for a chat completion: what is asked, of which model, and how it is to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._openai import question
from .._openai.parameters import read_model, read_switch
from .._openai.refusal import RefusedError
from ..async_client import AsyncSpark
from ..async_stream import AsyncStream
from ..errors import SparkError
from .errors import api_error


@dataclass(frozen=True)
class Question:
    """What a request says."""

    model: str
    asked: question.Question
    is_streamed: bool
    wants_usage: bool
    """Whether a stream ends with its usage."""

    def ask(self, spark: AsyncSpark) -> tuple[AsyncStream, int | None]:
        """Ask a client. Return the answer to be, and its limit of tokens.

        ApiError: the model does not take what is asked.
        """
        options = self.asked.options(spark)
        try:
            return spark._open(self.asked.messages, options), options.get("max_tokens")
        except SparkError as error:
            raise api_error(error, self.asked.parameters.named_in(error)) from None


def read_question(body: Mapping[str, Any]) -> Question:
    """Return what a request asks. RefusedError: it cannot be asked."""
    stream_options = body.get("stream_options") or {}
    if not isinstance(stream_options, Mapping):
        raise RefusedError("stream_options must be an object", "stream_options")
    return Question(
        model=read_model(body),
        asked=question.read_question(body),
        is_streamed=read_switch(body, "stream"),
        wants_usage=read_switch(stream_options, "include_usage", where="stream_options."),
    )
