"""Many texts at once, each with a request of its own, as the service takes them one by one."""

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
from ..response import Response
from .batch import Answer, Batch, Progress

_domain = choice(EmbeddingDomain)


class EmbeddingBatch(Batch):
    """Texts, and the vector of each. What goes wrong with one of several names its place."""

    def __init__(
        self,
        client: Handle[types.Client],
        texts: str | Iterable[str],
        domain: str,
        max_concurrency: int,
        on_progress: Progress | None,
    ) -> None:
        chosen = _domain("domain", domain)
        self.is_one = isinstance(texts, str)

        def ask(text: str) -> Handle[types.Stream]:
            return open_embedding(client, text, chosen)

        super().__init__([texts] if self.is_one else texts, ask, max_concurrency, on_progress)
        for at, text in enumerate(self._questions):
            # Before anything is sent.
            encode_any(self._place(at), text)

    def vectors(self, return_exceptions: bool) -> Any:
        """Return the vector, or all of them; or raise what the first text failed with."""
        results = self.results(return_exceptions)
        return results[0] if self.is_one else results

    def _listed(self, questions: Iterable[Any]) -> list[Any]:
        if isinstance(questions, bytes | Mapping) or not isinstance(questions, Iterable):
            raise TypeError(f"embed takes a str, or a list of them, not {type(questions).__name__}")
        return list(questions)

    def _answer(self, handle: Handle[types.Stream], at: int) -> Answer:
        return _Vector(handle, at, self)

    def _take(self, at: int, result: Response | Exception) -> None:
        if self.is_one or isinstance(result, ConfigError):
            # It is no single text's.
            pass
        elif isinstance(result, SparkError):
            result.message = f"{self._place(at)}: {result.message}"
            result.args = (result.message,)
        super()._take(at, result)

    def _place(self, at: int) -> str:
        return "the text" if self.is_one else f"texts[{at}]"


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
    """Return the exchange for the vector of a text. ConfigError: the client cannot ask for one."""
    data = encode_any("the text", text)
    stream = Handle(types.StreamPointer(), functions.stream_free)
    error = types.ErrorPointer()
    opened = functions.client_open_embedding(
        client.pointer, data, len(data), domain, stream.out, byref(error)
    )
    check(opened, error)
    return stream
