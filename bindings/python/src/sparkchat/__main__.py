"""A chat in the terminal: `python -m sparkchat`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from . import __version__, library_version
from ._terminal import Terminal
from .client import Spark
from .errors import SparkError

_DESCRIPTION = "Chat with iFlytek's SparkLLM in the terminal."
_EPILOG = """\
The credentials are taken from the environment: IFLYTEK_SPARK_APP_ID, IFLYTEK_SPARK_API_KEY and
IFLYTEK_SPARK_API_SECRET, or IFLYTEK_SPARK_API_PASSWORD. With a question, or where the input is no
terminal, it answers that and ends; otherwise /help tells what can be typed."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m sparkchat",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("question", nargs="*", help="what to ask; without it, a chat begins")
    parser.add_argument("--model", help='such as "4.0Ultra" or "x1"; the default is "max"')
    parser.add_argument("--transport", choices=["websocket", "http"], help="how to ask")
    parser.add_argument("--url", help="where to ask instead")
    parser.add_argument("--domain", help="the service's own word for the model")
    parser.add_argument("--ca-file", help="certificates to trust instead of the system's")
    parser.add_argument("--system", help="a system message")
    parser.add_argument("--temperature", type=float, help="how freely to choose words")
    version = f"sparkchat {__version__} ({library_version})"
    parser.add_argument("--version", action="version", version=version)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the chat, and return the exit status: 1 where a single question failed, or nothing can
    be asked at all.
    """
    given: dict[str, Any] = vars(_parser().parse_args(arguments))
    question, system = " ".join(given.pop("question")), given.pop("system")
    terminal = Terminal(sys.stdout, sys.stderr)
    try:
        talk = Spark(**given)
    except (SparkError, TypeError) as error:
        terminal.report(error)
        return 1
    if not question and not sys.stdin.isatty():
        question = sys.stdin.read()
    return terminal.answer(talk, question, system) if question else terminal.chat(talk, system)


if __name__ == "__main__":
    sys.exit(main())
