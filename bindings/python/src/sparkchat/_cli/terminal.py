"""Writes answers to standard output, and everything else to standard error."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TextIO

from .._requests.ending import ending_of
from ..errors import SparkError
from ..events import Event, Reasoning, Text
from ..response import Response
from .clean import clean, clean_line

_DIM, _NORMAL = "\x1b[2m", "\x1b[22m"


class Terminal:
    """Prints answers as they arrive, without characters that could control the terminal."""

    def __init__(self, out: TextIO, err: TextIO, limit: int | None = None) -> None:
        self._out = out
        self._err = err
        self._limit = limit
        self._in_line: TextIO | None = None
        """The file with an unfinished line."""
        self._can_dim = err.isatty() and not os.environ.get("NO_COLOR")
        self._is_dim = False

    def show(self, events: Iterable[Event]) -> None:
        """Print an answer as it arrives."""
        try:
            for event in events:
                if isinstance(event, Reasoning):
                    self._dim(True)
                    self._write(self._err, clean(event.reasoning))
                elif isinstance(event, Text):
                    self._dim(False)
                    self._write(self._out, clean(event.content))
        finally:
            self._dim(False)
            self.end_line()

    def show_rest(self, response: Response) -> None:
        """Print the other parts of a complete answer."""
        if ending := ending_of(response, self._limit, "--max-tokens"):
            self.say(str(ending))
        for call in response.tool_calls:
            self.say(f"tool: {call.name}")
            self.say(f"  with: {call.arguments}")
        for source in response.citations:
            index = "" if source.index is None else f"[{source.index}] "
            self.say(f"{index}{source.title} {source.url}")
        if warning := response.warning:
            self.say(f"warning {warning.code}: {warning.message}")

    def report(self, error: Exception) -> None:
        """Print an error, and what to do about it."""
        if isinstance(error, OSError) and error.filename and error.strerror:
            self.say(f"error: {error.filename}: {error.strerror}")
            return
        if not isinstance(error, SparkError):
            self.say(f"error: {error}")
            return
        self.say(f"error: {error.message}")
        if error.hint:
            self.say(f"hint: {error.hint}")
        if error.sid:
            self.say(f"sid: {error.sid}")

    def say(self, line: str = "") -> None:
        """Print a line that is not part of an answer."""
        self.end_line()
        self._write(self._err, clean_line(line) + "\n")

    def end_line(self) -> None:
        """End an unfinished line."""
        if self._in_line is not None:
            self._write(self._in_line, "\n")

    def _dim(self, is_dim: bool) -> None:
        """Begin or end reasoning: a separate paragraph, dimmed if the terminal can."""
        if is_dim == self._is_dim:
            return
        self._is_dim = is_dim
        if self._can_dim:
            self._err.write(_DIM if is_dim else _NORMAL)
        if not is_dim:
            self._write(self._err, "\n\n")

    def _write(self, to: TextIO, text: str) -> None:
        if text:
            self._in_line = None if text.endswith("\n") else to
            to.write(text)
            to.flush()
