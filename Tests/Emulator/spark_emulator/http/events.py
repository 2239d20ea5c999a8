"""Server-sent events: one JSON document each, with all that the format allows around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_LINE_ENDS = {"lf": "\n", "cr": "\r", "crlf": "\r\n"}


@dataclass
class EventFormat:
    """The format of events. The default is that of the service's documents."""

    space: bool = False
    eol: Literal["lf", "cr", "crlf"] = "lf"
    comments: bool = False
    blanks: bool = False
    fields: bool = False
    bom: bool = False
    multiline: bool = False
    done: Literal["0", "1", "bare"] = "1"

    def event(self, data: str, number: int = 0, name: str = "") -> bytes:
        """Return one event; `number` is its position in the stream, `name` its type."""
        lines = []
        if self.comments:
            lines += [": keep-alive", "", ":"]
        if self.blanks:
            lines += ["", ""]
        if self.fields:
            lines += ["event: message", f"id: {number}", "retry: 3000"]
        if name:
            lines.append(f"event: {name}")
        space = " " if self.space else ""
        # Split at line feeds only: JSON may contain other characters that Python treats as line
        # ends.
        lines += [f"data:{space}{part}" for part in data.split("\n")]
        end = _LINE_ENDS[self.eol]
        text = "".join(line + end for line in [*lines, ""])
        return (b"\xef\xbb\xbf" if self.bom and number == 0 else b"") + text.encode()

    def end(self) -> bytes:
        """Return what follows the last document."""
        if self.done == "0":
            return b""
        if self.done == "bare":
            return b"data: [DONE]" if self.space else b"data:[DONE]"
        return self.event("[DONE]", -1)
