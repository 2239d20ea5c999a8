"""The command line of the doctor."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

from ..._recording.exchanges import check_place, is_device
from ..._recording.readable_json import readable_json
from ..options import FAILED, INTERRUPTED, add_where, new_parser
from .examination import Examination

_DESCRIPTION = """\
Find out whether a problem is on your side or the service's. This checks names, proxy,
certificates, clock and credentials, asks two to four short questions, and says what is wrong and
what to do. It writes a recording without secrets, which you can attach to a report."""
_EPILOG = """\
The credentials come from the environment, as for the chat. The questions are billed as usual.
Exit status: 0 all is well, 1 something is wrong, 2 wrong usage, 130 ended by Ctrl-C. Findings go to
standard output."""


def _parser() -> argparse.ArgumentParser:
    parser = new_parser("doctor", _DESCRIPTION, _EPILOG)
    add_where(parser)
    parser.add_argument("--output", metavar="FILE", help="where to write the recording")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    return parser


def main(arguments: list[str]) -> int:
    """Run the doctor, and return the exit status."""
    parser = _parser()
    given: dict[str, Any] = vars(parser.parse_args(arguments))
    as_json = given.pop("json")
    # Questions cost money: check the file before asking them.
    output = _usable_file(parser, given.pop("output"))
    where = {name: value for name, value in given.items() if value is not None}
    examination = Examination(where, os.environ, (lambda _: None) if as_json else _show)
    status = 0
    try:
        examination.run()
    except KeyboardInterrupt:
        # The findings so far may show what hangs.
        status = INTERRUPTED
    examination.write(output)
    if as_json:
        print(readable_json(examination.summary(output)))
    return status or (FAILED if examination.report.problems else 0)


def _show(line: str) -> None:
    print(line, flush=True)


def _usable_file(parser: argparse.ArgumentParser, output: str | None) -> str:
    """Return the file to write to: `output`, or a new one with the date in its name."""
    if output and os.path.lexists(output) and not is_device(output):
        parser.error(f"{output} already exists: name another file with --output")
    start = time.strftime("sparkchat-doctor-%Y%m%d-%H%M%S")
    try:
        check_place(output or start)
        return output or _new_file(start)
    except OSError as error:
        parser.error(f"{output or start}: {error.strerror}")


def _new_file(start: str) -> str:
    """Create a file whose name begins like this, and return its name."""
    name, number = f"{start}.json", 1
    while True:
        try:
            Path(name).touch(exist_ok=False)
        except FileExistsError:
            number += 1
            name = f"{start}-{number}.json"
        else:
            return name
