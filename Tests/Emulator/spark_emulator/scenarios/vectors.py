"""Scenarios of embeddings: answers in place of a correct vector.

Each receives the usual answer, and changes it.
"""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from typing import Any, Literal

from ..service.errors import ServiceError
from .registry import Kind, Transport, scenario


@dataclass
class EmbeddingAnswer:
    """An answer: a document and its HTTP status."""

    document: dict[str, Any]
    status: int = 200

    @property
    def numbers(self) -> bytes:
        """The vector."""
        return base64.b64decode(self.document["payload"]["feature"]["text"])

    def set_text(self, text: str) -> None:
        """Replace the vector by any text."""
        self.document["payload"]["feature"]["text"] = text


@scenario(Kind.REPLY, "error", over=Transport.EMBEDDING)
def embedding_error(
    answer: EmbeddingAnswer, *, code: int = 10012, message: str = "", status: int = 200
) -> None:
    """Answer with an error, under any HTTP status."""
    told = message or ServiceError(code).message()
    header = {**answer.document["header"], "code": code, "message": told}
    answer.document, answer.status = {"header": header}, status


@scenario(Kind.REPLY, over=Transport.EMBEDDING)
def vector(
    answer: EmbeddingAnswer,
    *,
    kind: Literal["short", "long", "odd", "empty", "nan", "infinite", "text", "none"] = "short",
) -> None:
    """Answer with a vector of 16 or 4,096 numbers, or with an invalid one."""
    numbers = answer.numbers
    if kind == "none":
        del answer.document["payload"]
    elif kind == "text":
        answer.set_text("0.25,-1.5,3")
    else:
        made = {
            "short": numbers[:64],
            "long": (numbers * 2)[: 4 * 4096],
            "odd": numbers[:-1],
            "empty": b"",
            "nan": numbers[:-4] + struct.pack("<f", float("nan")),
            "infinite": struct.pack("<f", float("-inf")) + numbers[4:],
        }
        answer.set_text(base64.b64encode(made[kind]).decode())
