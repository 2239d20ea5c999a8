"""Embeds many texts with one request each, since the service takes one text at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ctypes import byref
from typing import Any

from .._capi import functions, types
from .._capi.copies import read_embedding
from .._capi.failures import Failure, check
from .._capi.handle import Handle
from .._capi.strings import encode_any
from .._capi.values import choice
from ..embeddings import Embedding
from ..enums import EmbeddingDomain
from ..errors import ConfigError, SparkError
from .batch import most_at_once
from .collecting import Collected, Progress
from .row import Answer, Row
from .rows import Endurance, Rows

_domain = choice(EmbeddingDomain)


class EmbeddingBatch(Collected):
    """Texts, and the vector of each. The error of one of several texts names its position."""

    def __init__(
        self,
        client: Handle[types.Client],
        texts: str | Iterable[str],
        domain: str,
        max_concurrency: int,
        endurance: Endurance,
        on_progress: Progress | None,
    ) -> None:
        chosen = _domain("domain", domain)
        if isinstance(texts, bytes | Mapping) or not isinstance(texts, Iterable):
            raise TypeError(f"embed takes a str, or a list of them, not {type(texts).__name__}")
        self.is_one = isinstance(texts, str)

        def ask(text: str) -> Handle[types.Stream]:
            return open_embedding(client, text, chosen)

        given = [texts] if self.is_one else list(texts)
        rows = _Vectors(ask, most_at_once(max_concurrency), False, endurance)
        if self.is_one:
            rows.is_one = True
            # Its error is raised as it is: no other text is left.
            rows.end_of_all = ()
        super().__init__(given, rows, on_progress)
        for at, text in enumerate(given):
            # Report a bad text before anything is sent.
            encode_any(rows.place(at), text)

    def vectors(self, return_exceptions: bool) -> Any:
        """Return the vector, or all vectors, or raise the first error."""
        results = self.results(return_exceptions)
        return results[0] if self.is_one else results


class _Vectors(Rows):
    """Requests vectors."""

    is_one = False

    def place(self, at: int) -> str:
        """Return the name of a text in errors."""
        return "the text" if self.is_one else f"texts[{at}]"

    def _answer(self, handle: Handle[types.Stream], row: Row) -> Answer:
        return _Vector(handle, row, self.ended)

    def _name(self, error: Exception, index: int) -> None:
        # A ConfigError is not about a single text.
        if isinstance(error, SparkError) and not self.is_one and not isinstance(error, ConfigError):
            error.message = f"{self.place(index)}: {error.message}"
            error.args = (error.message,)


class _Vector(Answer):
    """The exchange of one text."""

    __slots__ = ("_numbers",)

    def result(self) -> Any:
        """Return the vector, or why there is none."""
        response = super().result()
        if isinstance(response, Exception):
            return response
        return Embedding(self._numbers, response)

    def _end(self, status: int, failure: Failure | None) -> None:
        if failure is None and self._handle is not None:
            self._numbers = read_embedding(functions.stream_response(self._handle.pointer))
        super()._end(status, failure)


def open_embedding(
    client: Handle[types.Client], text: str, domain: EmbeddingDomain
) -> Handle[types.Stream]:
    """Return the exchange for the vector of a text. ConfigError: the client cannot embed."""
    data = encode_any("the text", text)
    stream = Handle(types.StreamPointer(), functions.stream_free)
    error = types.ErrorPointer()
    opened = functions.client_open_embedding(
        client.pointer, data, len(data), domain, stream.out, byref(error)
    )
    check(opened, error)
    return stream
