"""Reads what the user types at the prompt."""

from __future__ import annotations

import sys
from types import ModuleType

_PROMPT = "> "


class Prompt:
    """Reads questions, with history and editing if Python has readline."""

    def __init__(self) -> None:
        readline = _readline()
        if readline is not None and "GNU readline" in (readline.__doc__ or ""):
            # The terminal marks pasted text, so its lines are one question. libedit cannot do this.
            readline.parse_and_bind("set enable-bracketed-paste on")

    def read(self) -> str:
        """Return a question, which has several lines if pasted. EOFError: the input has ended."""
        if sys.stdout.isatty():
            return input(_PROMPT).strip()
        # Python would write the prompt to standard output, among the answers.
        print(_PROMPT, end="", file=sys.stderr, flush=True)
        return input().strip()


def _readline() -> ModuleType | None:
    try:
        import readline
    except ImportError:
        return None
    return readline
