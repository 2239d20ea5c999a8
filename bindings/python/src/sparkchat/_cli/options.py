"""What the commands share: their names, connection options, and exit statuses."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 128 + signal.SIGINT
"""After Ctrl-C."""
BROKEN_PIPE = 128 + signal.SIGPIPE
"""After the reader of the output has exited, as in `| head`."""

STATUSES = """\
Exit status: 0 answered, 1 failed, 2 wrong usage, 130 ended by Ctrl-C, 141 the reader of the output
has exited. Only answers go to standard output; everything else goes to standard error."""


def program() -> str:
    """Return the name that the user calls the program by."""
    is_module = Path(sys.argv[0]).name == "__main__.py"
    return "python -m sparkchat" if is_module else "sparkchat"


def new_parser(command: str, description: str, epilog: str) -> argparse.ArgumentParser:
    """Return the parser of a command; "" is the program without a command."""
    return argparse.ArgumentParser(
        f"{program()} {command}".rstrip(),
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def number(
    kind: type[int] | type[float], least: float, most: float
) -> Callable[[str], int | float]:
    """Return a function that reads a number in a range; its error names the range."""

    def read(text: str) -> int | float:
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            what = "a whole number" if kind is int else "a number"
            raise argparse.ArgumentTypeError(f"{text} is not {what} from {least} to {most}")
        return value

    return read


MOST_AT_ONCE, MOST_A_SECOND = 1_000_000, 100_000
"""The largest limits that the library accepts."""


def add_where(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose model and server; each is a setting of `Spark`."""
    parser.add_argument("--model", help='such as "4.0Ultra" or "x1"; the default is "max"')
    parser.add_argument(
        "--transport", choices=["websocket", "http"], help="the transport of the requests"
    )
    parser.add_argument("--url", help="the URL to send requests to")
    parser.add_argument("--domain", help="the service's name for the model")
    parser.add_argument("--ca-file", help="certificates to trust instead of the system's")
    parser.add_argument("--proxy", help="an HTTP or SOCKS 5 proxy; the default is https_proxy")
