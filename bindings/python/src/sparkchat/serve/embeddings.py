"""Embeddings of texts, in OpenAI's shape."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .._openai.parameters import read_model
from .._openai.refusal import RefusedError
from .._runtime.embedding import open_embedding
from ..async_client import AsyncSpark
from ..embeddings import Embedding
from ..enums import EmbeddingDomain
from ..errors import ConfigError
from .errors import ApiError

# OpenAI's limit.
_MOST_TEXTS = 2048
# All vectors of the service have this many numbers (protocol 3.8).
_DIMENSIONS = 2560

Kind = Literal["para", "query"]
KINDS: dict[str, Kind] = {"embedding": "para", "embedding-query": "query"}
"""The names of the service's embeddings: of documents, and of queries."""


@dataclass(frozen=True)
class Embedder:
    """The client that requests vectors, and their kind."""

    spark: AsyncSpark
    kind: Kind


class Embedders:
    """Finds the embedder of a model: one of `KINDS`, or a name that the user has added."""

    def __init__(self, spark: AsyncSpark, named: Mapping[str, Mapping[str, Any]]) -> None:
        self._found = {name: Embedder(spark, kind) for name, kind in KINDS.items()}
        for name, settings in named.items():
            rest = {key: value for key, value in settings.items() if key != "model"}
            client = spark.with_options(**rest) if rest else spark
            self._found[name] = Embedder(client, KINDS[settings["model"]])

    def served(self) -> dict[str, AsyncSpark]:
        """Return the models that can be used with the credentials."""
        clients = {name: embedder.spark for name, embedder in self._found.items()}
        return {name: spark for name, spark in clients.items() if _can_embed(spark)}

    def find(self, name: str) -> Embedder:
        """Return the embedder of a model. ApiError: there is no such model."""
        if (found := self._found.get(name)) is not None:
            return found
        raise ApiError(
            404,
            f'there is no model "{name[:256]}" for embeddings here; there are '
            + ", ".join(self._found),
            param="model",
            code="model_not_found",
        )


@dataclass(frozen=True)
class Texts:
    """A request for vectors."""

    model: str
    texts: list[str]
    is_base64: bool

    def document(self, vectors: Sequence[Embedding]) -> dict[str, Any]:
        """Return the document of the answer."""
        data = [
            {"object": "embedding", "index": at, "embedding": self._written(vector)}
            for at, vector in enumerate(vectors)
        ]
        # The service does not report counts, and clients expect numbers.
        usage = {"prompt_tokens": 0, "total_tokens": 0}
        return {"object": "list", "data": data, "model": self.model, "usage": usage}

    def _written(self, vector: Embedding) -> str | list[float]:
        if not self.is_base64:
            return vector
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def read_texts(body: Mapping[str, Any]) -> Texts:
    """Read a request for vectors. RefusedError: it is not valid."""
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
        raise RefusedError(
            "input must be a text, or a list of texts; tokens are not supported"
            " (langchain-openai: check_embedding_ctx_length=False)",
            "input",
        )
    if len(texts) > _MOST_TEXTS:
        raise RefusedError(f"input has more than {_MOST_TEXTS:,} texts", "input")
    form = body.get("encoding_format") or "float"
    if form not in ("float", "base64"):
        raise RefusedError('encoding_format must be "float" or "base64"', "encoding_format")
    if body.get("dimensions") not in (None, _DIMENSIONS):
        raise RefusedError(f"dimensions can only be {_DIMENSIONS:,}, or left out", "dimensions")
    return Texts(read_model(body), texts, form == "base64")


def _can_embed(spark: AsyncSpark) -> bool:
    try:
        open_embedding(spark._open_client(), "?", EmbeddingDomain.PARA).close()
    except ConfigError:
        return False
    return True
