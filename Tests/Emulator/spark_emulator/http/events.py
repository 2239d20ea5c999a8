"""Server-sent events: one JSON document each, and everything the format allows around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_LINE_ENDS = {"lf": "\n", "cr": "\r", "crlf": "\r\n"}


@dataclass
class EventFormat:
    """How events are written. The default is what the service's documents print."""

    space: bool = False
    eol: Literal["lf", "cr", "crlf"] = "lf"
    comments: bool = False
    blanks: bool = False
    fields: bool = False
    bom: bool = False
    multiline: bool = False
    done: Literal["0", "1", "bare"] = "1"

    def event(self, data: str, number: int = 0, name: str = "") -> bytes:
        """Return one event; `number` is its place in the stream, `name` what kind it is."""
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
        # Only line feeds: JSON may hold other characters that Python takes for line ends.
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
