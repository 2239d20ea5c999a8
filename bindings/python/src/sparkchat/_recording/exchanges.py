"""Exchanges with the service, as a file keeps them: JSON, to be read and edited by people."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from .readable_json import readable_json
from .redaction import Redaction

VERSION = 1


@dataclass
class Exchange:
    """A question, and what came back. No credentials, and nothing that names the user."""

    transport: Literal["websocket", "http"]
    path: str
    request: dict[str, Any]
    """The question's JSON; empty where the connection was refused before it."""
    messages: list[str] = field(default_factory=list)
    """The texts that came over WebSocket, or the lines of the body over HTTP; of a connection that
    was refused, the body."""
    status: int | None = None
    """Of HTTP; over WebSocket only where the connection was refused."""
    content_type: str | None = None
    close_code: int | None = None
    """Of WebSocket; None where the server did not close."""
    is_cut: bool = False
    """Whether the connection broke."""
    clock_skew: int | None = None
    """How many seconds the asking machine's clock was ahead of the server's, where that said."""
    timings: dict[str, float] | None = None
    """In seconds, where they were taken; as all that follows, for whoever reads the file."""
    error: dict[str, Any] | None = None


def anonymous(request: dict[str, Any]) -> dict[str, Any]:
    """Return a question without who asks."""
    return {name: value for name, value in request.items() if name not in ("header", "user")}


def difference(asked: Any, recorded: Any, where: str = "") -> str:
    """Return where two questions differ first, such as "messages[0].content"."""
    if isinstance(asked, dict) and isinstance(recorded, dict):
        for name in {**asked, **recorded}:
            if asked.get(name) != recorded.get(name):
                place = f"{where}.{name}" if where else name
                return difference(asked.get(name), recorded.get(name), place)
    if isinstance(asked, list) and isinstance(recorded, list):
        for at, (one, other) in enumerate(zip(asked, recorded, strict=False)):
            if one != other:
                return difference(one, other, f"{where}[{at}]")
    return where


def check_place(path: str | os.PathLike[str]) -> None:
    """OSError: `save` could not write a file there."""
    target = Path(path)
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        _scratch(target).touch()
        _scratch(target).unlink()
    except OSError as error:
        problem = f"the recording cannot be written ({error.strerror})"
        advice = "name a file in a folder that exists, and can be written to"
        raise OSError(error.errno, f"{problem}: {advice}", str(path)) from error


def save(
    path: str | os.PathLike[str],
    exchanges: Sequence[Exchange],
    redaction: Redaction,
    **about: Any,
) -> None:
    """Write exchanges into a file, all at once, without secrets; `about` is for who reads it."""
    recorded = [asdict(exchange) for exchange in exchanges]
    document = redaction.all_in({"version": VERSION, **about, "exchanges": recorded})
    text = readable_json(document) + "\n"
    target = Path(path)
    scratch = _scratch(target)
    # Half of a surrogate pair is no UTF-8.
    scratch.write_text(text, encoding="utf-8", errors="backslashreplace")
    scratch.replace(target)


def _scratch(target: Path) -> Path:
    return target.with_name(target.name + ".new")


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
