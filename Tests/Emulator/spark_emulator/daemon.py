"""Runs the emulator in the background of a shell."""

from __future__ import annotations

import os
import sys


def go_to_background() -> None:
    """Continue in a child process. The parent prints the child's first output, and exits.

    Its exit status is 1 if the child ended without output; the reason is then on stderr.
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
    """Close the pipe and the terminal, so that their readers do not wait."""
    sys.stdout.flush()
    for descriptor in (1, 2):
        _put(os.open(os.devnull, os.O_WRONLY), descriptor)


def _put(descriptor: int, place: int) -> None:
    os.dup2(descriptor, place)
    if descriptor != place:
        os.close(descriptor)
