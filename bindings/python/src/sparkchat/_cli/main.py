"""The entry point of `sparkchat` and `python -m sparkchat`."""

from __future__ import annotations

import io
import os
import sys

from ..errors import SparkError
from . import chat, models, serve
from .batch import main as batch
from .doctor import main as doctor
from .options import BROKEN_PIPE, FAILED, INTERRUPTED, program
from .terminal import Terminal

_COMMANDS = {
    "batch": batch.main,
    "chat": chat.main,
    "doctor": doctor.main,
    "models": models.main,
    "serve": serve.main,
}
_ABOUT = """\
Commands (each has --help; the command must be the first word):
  batch    answer the questions in a file, and write the answers to another
  chat     chat, or answer a question; the same as without a command
  doctor   find out why requests fail
  models   list the models
  serve    serve the models to programs written for OpenAI's API
To ask a question that begins with one of these words, quote it after chat:
  {program} chat "models of the world"

"""


def main(arguments: list[str] | None = None) -> int:
    """Run a command, and return the exit status; see `STATUSES`."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Escape characters that the terminal cannot show, as in the locale C.
        sys.stdout.reconfigure(errors="backslashreplace")
    # A stream that was closed before Python began is None.
    sys.stderr = sys.stderr or io.StringIO()
    try:
        if sys.stdout is None:
            raise OSError("the standard output is closed")
        status = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the output has exited, as in `| head`.
        status = BROKEN_PIPE
    except KeyboardInterrupt:
        status = INTERRUPTED
    except SystemExit as end:
        # From argparse, which has already reported the error.
        status = end.code if isinstance(end.code, int) else FAILED
    except (SparkError, TypeError, OSError, UnicodeError) as error:
        Terminal(io.StringIO(), sys.stderr).report(error)
        status = FAILED
    return _drop_output() or status


def _run(arguments: list[str]) -> int:
    first = arguments[0] if arguments else ""
    if command := _COMMANDS.get(first):
        return command(arguments[1:])
    about = _ABOUT.format(program=program())
    return chat.main(arguments, command="", commands=(*_COMMANDS,), about=about)


def _drop_output() -> int:
    """Keep Python from writing the rest of the output at exit if it cannot be written."""
    if sys.stdout is None:
        return 0
    try:
        sys.stdout.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        return BROKEN_PIPE if isinstance(error, BrokenPipeError) else 0
    return 0
