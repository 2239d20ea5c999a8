"""Exchanges with the service, as a file keeps them: JSON, to be read and edited by people."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

VERSION = 1


@dataclass
class Exchange:
    """A question, and what came back. No credentials, and nothing that names the user."""

    transport: Literal["websocket", "http"]
    path: str
    request: dict[str, Any]
    """The question's JSON; empty where the connection was refused before it."""
    messages: list[str] = field(default_factory=list)
    """The texts that came over WebSocket, or the lines of the body over HTTP."""
    status: int | None = None
    """Of HTTP; over WebSocket only where the connection was refused."""
    content_type: str | None = None
    close_code: int | None = None
    """Of WebSocket; None where the server did not close."""
    is_cut: bool = False
    """Whether the connection broke."""


def anonymous(request: dict[str, Any]) -> dict[str, Any]:
    """Return a question without who asks."""
    return {name: value for name, value in request.items() if name not in ("header", "user")}


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return the text of a JSON document in which no secret is left."""
    for secret in secrets:
        for written in (secret, json.dumps(secret, ensure_ascii=False)[1:-1]):
            text = text.replace(written, "***")
    return text


def save(
    path: str | os.PathLike[str], exchanges: Sequence[Exchange], secrets: Iterable[str]
) -> None:
    """Write exchanges into a file, all at once, without secrets."""
    document = {"version": VERSION, "exchanges": [asdict(exchange) for exchange in exchanges]}
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    target = Path(path)
    scratch = target.with_name(target.name + ".new")
    scratch.write_text(without_secrets(text, secrets), encoding="utf-8")
    scratch.replace(target)


def load(path: str | os.PathLike[str]) -> list[Exchange]:
    """Return the exchanges of a file. ValueError: it is not one that `record` wrote."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        if document["version"] != VERSION:
            raise ValueError(f"its version is {document['version']}")
        exchanges = [Exchange(**exchange) for exchange in document["exchanges"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no recording: {error!r}") from error
    if not exchanges:
        raise ValueError(f"{path} has no exchanges")
    return exchanges
