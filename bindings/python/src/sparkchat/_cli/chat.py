"""The chat, and single questions; also the default without a command."""

from __future__ import annotations

import os
import stat
import sys
from typing import Any

from .. import __version__, library_version
from ..client import Spark
from ..errors import InvalidArgumentError
from .clients import new_client
from .options import STATUSES, add_where, new_parser
from .session import Session
from .terminal import Terminal

_DESCRIPTION = "Chat with iFlytek's SparkLLM in the terminal."
_EPILOG = f"""\
The credentials come from the environment: IFLYTEK_SPARK_APP_ID, IFLYTEK_SPARK_API_KEY and
IFLYTEK_SPARK_API_SECRET, or IFLYTEK_SPARK_API_PASSWORD. With a question, or if the input is not a
terminal, it answers and exits. Otherwise it starts a chat; /help lists the commands. If standard
input is a pipe or a file, it is read to its end and added after the question; use </dev/null for
no input.

{STATUSES}"""


def main(
    arguments: list[str], *, command: str = "chat", commands: tuple[str, ...] = (), about: str = ""
) -> int:
    """Chat, or answer a question, and return the exit status; `about` describes the commands."""
    parser = new_parser(command, _DESCRIPTION, f"{about}{_EPILOG}")
    parser.add_argument("question", nargs="*", help="the question; without one, a chat begins")
    add_where(parser)
    parser.add_argument("--system", help="a system message")
    parser.add_argument("--temperature", type=float, help="the sampling temperature, 0 to 2")
    parser.add_argument("--max-tokens", type=int, help="the maximum length of an answer, in tokens")
    version = f"sparkchat {__version__} ({library_version})"
    parser.add_argument("--version", action="version", version=version)
    given: dict[str, Any] = vars(parser.parse_args(arguments))
    words, system = given.pop("question"), given.pop("system")
    if words and words[0] in commands:
        parser.error(
            f"the command {words[0]} has to come first; to ask a question that begins with this"
            " word, quote it after the command chat"
        )
    terminal = Terminal(sys.stdout, sys.stderr, given.get("max_tokens"))
    question = " ".join(words)
    is_chat = not question and sys.stdin is not None and sys.stdin.isatty()
    if not is_chat:
        question = "\n\n".join(part for part in (question, _input()) if part.strip())
    if not is_chat and not question.strip():
        raise InvalidArgumentError(
            "there is no question", hint="give it as an argument, or on standard input"
        )
    spark = new_client(Spark, given)
    if is_chat:
        Session(spark, system, terminal).run()
    else:
        _answer(spark, question, system, terminal)
    return 0


def _input() -> str:
    """Return the input from a pipe or a file: like `cat`, this waits until it ends."""
    if sys.stdin is None:
        return ""
    kind = os.fstat(sys.stdin.fileno()).st_mode
    # Some programs use a socket as a pipe.
    is_given = stat.S_ISFIFO(kind) or stat.S_ISREG(kind) or stat.S_ISSOCK(kind)
    return sys.stdin.read() if is_given else ""


def _answer(spark: Spark, question: str, system: str | None, terminal: Terminal) -> None:
    messages = [("user", question)] if system is None else [("system", system), ("user", question)]
    with spark.stream(messages) as stream:
        terminal.show(stream)
    terminal.show_rest(stream.response)
