"""Reads a request for a chat completion: the question, its model, and the form of the answer."""

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
    """A request for a chat completion."""

    model: str
    asked: question.Question
    is_streamed: bool
    wants_usage: bool
    """Whether the stream ends with its token usage."""

    def ask(self, spark: AsyncSpark) -> tuple[AsyncStream, int | None]:
        """Ask with a client. Return the answer's stream and its token limit.

        ApiError: the model does not accept the request.
        """
        options = self.asked.options(spark)
        try:
            return spark._open(self.asked.messages, options), options.get("max_tokens")
        except SparkError as error:
            raise api_error(error, self.asked.parameters.named_in(error)) from None


def read_question(body: Mapping[str, Any]) -> Question:
    """Read a request. RefusedError: it is not valid."""
    stream_options = body.get("stream_options") or {}
    if not isinstance(stream_options, Mapping):
        raise RefusedError("stream_options must be an object", "stream_options")
    return Question(
        model=read_model(body),
        asked=question.read_question(body),
        is_streamed=read_switch(body, "stream"),
        wants_usage=read_switch(stream_options, "include_usage", where="stream_options."),
    )
