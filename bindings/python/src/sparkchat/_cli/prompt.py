"""What is typed at the prompt."""

from __future__ import annotations

import sys
from types import ModuleType

_PROMPT = "> "


class Prompt:
    """Reads questions, with history and editing where Python has readline."""

    def __init__(self) -> None:
        readline = _readline()
        if readline is not None and "GNU readline" in (readline.__doc__ or ""):
            # The terminal marks what is pasted, so its lines are one question. libedit cannot.
            readline.parse_and_bind("set enable-bracketed-paste on")

    def read(self) -> str:
        """Return a question, of several lines where they were pasted. EOFError: it was the last."""
        if sys.stdout.isatty():
            return input(_PROMPT).strip()
        # Python's would be among the answers.
        print(_PROMPT, end="", file=sys.stderr, flush=True)
        return input().strip()


def _readline() -> ModuleType | None:
    try:
        import readline
    except ImportError:
        return None
    return readline
