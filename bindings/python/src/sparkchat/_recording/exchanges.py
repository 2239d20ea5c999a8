"""Reads and writes files of recorded exchanges: JSON that people can read and edit."""

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
    """A request and its answer, without credentials or anything that names the user."""

    transport: Literal["websocket", "http"]
    path: str
    request: dict[str, Any]
    """The request's JSON; empty if the connection was refused before it."""
    messages: list[str] = field(default_factory=list)
    """The texts received over WebSocket, or the lines of the body over HTTP; the body if the
    connection was refused."""
    status: int | None = None
    """The HTTP status; over WebSocket only if the connection was refused."""
    content_type: str | None = None
    close_code: int | None = None
    """Of WebSocket; None if the server did not close."""
    is_cut: bool = False
    """Whether the connection broke."""
    clock_skew: int | None = None
    """How many seconds the client's clock was ahead, if the server sent its time."""
    timings: dict[str, float] | None = None
    """In seconds, if measured. This and the fields after it are only for readers of the file."""
    error: dict[str, Any] | None = None


def anonymous(request: dict[str, Any]) -> dict[str, Any]:
    """Return a request without the user's identity."""
    return {name: value for name, value in request.items() if name not in ("header", "user")}


def difference(asked: Any, recorded: Any, where: str = "") -> str:
    """Return where two requests first differ, such as "messages[0].content"."""
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
    """Check that `save` can write a file there. OSError: it cannot."""
    target = Path(path)
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not is_device(target):
            _scratch(target).touch()
            _scratch(target).unlink()
        elif not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
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
    """Write exchanges into a file, without secrets; `about` is for its readers.

    The file is replaced atomically, unless it is a device.
    """
    recorded = [asdict(exchange) for exchange in exchanges]
    document = redaction.all_in({"version": VERSION, **about, "exchanges": recorded})
    text = readable_json(document) + "\n"
    target = Path(path)
    scratch = target if is_device(target) else _scratch(target)
    # Half of a surrogate pair is not valid UTF-8.
    scratch.write_text(text, encoding="utf-8", errors="backslashreplace")
    if scratch != target:
        scratch.replace(target)


def is_device(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is a device or a pipe, such as /dev/null: it holds nothing to keep."""
    target = Path(path)
    return target.exists() and not target.is_file() and not target.is_dir()


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
        raise ValueError(f"{path} is not a recording: {error!r}") from error
    if not exchanges:
        raise ValueError(f"{path} has no exchanges")
    return exchanges
