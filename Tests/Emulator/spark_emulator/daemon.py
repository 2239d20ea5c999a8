"""The emulator behind a shell that goes on."""

from __future__ import annotations

import os
import sys


def go_to_background() -> None:
    """Go on in a process of its own. This one prints what that one prints first, and ends.

    Its exit status is 1 where the other ended without a word, having said why on stderr.
    """
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        with open(reading, encoding="utf-8") as said:
            text = said.read()
        sys.stdout.write(text)
        sys.exit(0 if text else 1)
    os.close(reading)
    os.setsid()
    _put(os.open(os.devnull, os.O_RDONLY), 0)
    _put(writing, 1)


def say_no_more() -> None:
    """Let go of the pipe and of the terminal: whoever reads them waits no longer."""
    sys.stdout.flush()
    for descriptor in (1, 2):
        _put(os.open(os.devnull, os.O_WRONLY), descriptor)


def _put(descriptor: int, place: int) -> None:
    os.dup2(descriptor, place)
    if descriptor != place:
        os.close(descriptor)
