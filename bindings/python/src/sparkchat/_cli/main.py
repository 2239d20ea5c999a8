"""The command line: what `python -m sparkchat` takes."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from typing import Any

from .. import __version__, library_version
from ..client import Spark
from ..errors import InvalidArgumentError, SparkError
from .doctor.main import main as doctor
from .options import add_where
from .terminal import Terminal

_DESCRIPTION = "Chat with iFlytek's SparkLLM in the terminal."
_EPILOG = """\
The credentials are taken from the environment: IFLYTEK_SPARK_APP_ID, IFLYTEK_SPARK_API_KEY and
IFLYTEK_SPARK_API_SECRET, or IFLYTEK_SPARK_API_PASSWORD. With a question, or where the input is no
terminal, it answers that and ends; otherwise /help tells what can be typed.

`python -m sparkchat doctor` looks for what is wrong where nothing answers."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m sparkchat",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("question", nargs="*", help="what to ask; without it, a chat begins")
    add_where(parser)
    parser.add_argument("--system", help="a system message")
    parser.add_argument("--temperature", type=float, help="how freely to choose words")
    parser.add_argument("--max-tokens", type=int, help="the longest answer")
    version = f"sparkchat {__version__} ({library_version})"
    parser.add_argument("--version", action="version", version=version)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the chat, or the doctor, and return the exit status: 1 where a single question failed,
    nothing can be asked at all, or the doctor has found something.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    is_doctor = arguments[:1] == ["doctor"]
    given: dict[str, Any] = {} if is_doctor else vars(_parser().parse_args(arguments))
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What a terminal cannot show, as in the locale C, is better escaped than not shown.
        sys.stdout.reconfigure(errors="backslashreplace")
    # A stream that was closed before Python began is None.
    terminal = Terminal(
        sys.stdout or io.StringIO(), sys.stderr or io.StringIO(), given.get("max_tokens")
    )
    try:
        return doctor(arguments[1:]) if is_doctor else _run(terminal, given)
    except BrokenPipeError:
        # Whoever reads has seen enough, as in `| head`.
        status = 128 + signal.SIGPIPE
    except (SparkError, TypeError, OSError, UnicodeError) as error:
        terminal.report(error)
        status = 1
    _drop_output()
    return status


def _run(terminal: Terminal, given: dict[str, Any]) -> int:
    question, system = " ".join(given.pop("question")), given.pop("system")
    if sys.stdout is None:
        raise OSError("the standard output is closed")
    spark = Spark(**given)
    if not question and sys.stdin is not None:
        if sys.stdin.isatty():
            return terminal.chat(spark, system)
        question = sys.stdin.read()
    if not question.strip():
        raise InvalidArgumentError(
            "there is no question", hint="give it as an argument, or on the standard input"
        )
    return terminal.answer(spark, question, system)


def _drop_output() -> None:
    """Keep Python from writing what is left, at its end, where that cannot be written."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
