"""`sparkchat batch`: the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ...client import Spark
from ...errors import BatchStoppedError
from ..clients import new_client
from ..options import (
    FAILED,
    INTERRUPTED,
    MOST_A_SECOND,
    MOST_AT_ONCE,
    WRONG_USAGE,
    add_where,
    new_parser,
    number,
)
from ..terminal import Terminal
from .files import Files
from .job import Job
from .lines import LineError
from .progress import Progress

_DESCRIPTION = """\
Ask the questions of a file, and write the answers into another. Each line of IN is a JSON object:
as in the batch files of OpenAI and iFlytek, {"custom_id": "...", "body": {"messages": [...]}}, or
{"prompt": "..."}. All lines are checked before anything is asked."""
_EPILOG = """\
The answers are added to OUT as they come, in the form of OpenAI's output files; what failed is in a
file beside it, OUT with .errors in its name. The same command goes on where it was stopped: by
Ctrl-C, a kill, or a quota that is used up. What was under way then is asked again, may be billed
twice, and is named. A model that is given here is asked instead of those that the lines name.

Exit status: 0 all are answered, 1 some failed or are left, 2 wrong usage or a bad line, 130 ended
by Ctrl-C. Nothing is on the standard output."""
_MOST_NAMED = 20


def main(arguments: list[str]) -> int:
    """Do a job, and return the exit status."""
    parser = new_parser("batch", _DESCRIPTION, _EPILOG)
    parser.add_argument("input", metavar="IN.jsonl", type=Path)
    parser.add_argument("output", metavar="OUT.jsonl", type=Path)
    add_where(parser)
    rate, at_once = number(float, 0, MOST_A_SECOND), number(int, 1, MOST_AT_ONCE)
    tokens = number(int, 0, 2**63 - 1)
    parser.add_argument("--max-rate", type=rate, help="questions begun in a second")
    parser.add_argument("--max-concurrency", type=at_once, default=8, help="the default is 8")
    parser.add_argument("--limit-tokens", type=tokens, default=0, help="ask no more after so many")
    parser.add_argument("--retry-errors", action="store_true", help="ask again what failed before")
    given: dict[str, Any] = vars(parser.parse_args(arguments))
    source, output = given.pop("input"), given.pop("output")
    at_once, limit = given.pop("max_concurrency"), given.pop("limit_tokens")
    retry_errors = given.pop("retry_errors")
    terminal, progress = Terminal(sys.stdout, sys.stderr), Progress(sys.stderr)
    if str(source) == "-" or (source.exists() and not source.is_file()):
        parser.error(f"{source} is not a file: the input is read more than once")
    if output.exists() and not output.is_file():
        parser.error(f"{output} is not a file: the output is read when the job goes on")
    if output.exists() and source.exists() and output.samefile(source):
        parser.error("the output is the input")
    with new_client(Spark, given) as spark:
        job = Job(source, spark, given["model"] or given["domain"], progress)
        job.limit_tokens = limit
        try:
            total = job.check()
        except LineError as error:
            terminal.say(f"error: {source}: {error}")
            return WRONG_USAGE
        if job.ignored:
            named = ", ".join(f"{name} ({lines:,} lines)" for name, lines in job.ignored.items())
            terminal.say(f"not sent, as the service has no such parameter: {named}")
        files = Files(output)
        twice = job.resume(files, retry_errors)
        if twice:
            named = ", ".join(twice[:_MOST_NAMED]) + (" ..." if len(twice) > _MOST_NAMED else "")
            terminal.say(f"{len(twice)} may be billed twice: under way when it ended: {named}")
        progress.begin(total)
        status = _run(job, files, at_once, progress, terminal)
    for said in progress.summary():
        terminal.say(said)
    if progress.failed:
        terminal.say(f"what failed is in {files.errors.path}; --retry-errors asks it again")
    is_all = progress.answered == total
    return status or (0 if is_all else FAILED)


def _run(job: Job, files: Files, at_once: int, progress: Progress, terminal: Terminal) -> int:
    status = 0
    try:
        job.run(files, at_once)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BatchStoppedError as stopped:
        progress.end_line()
        terminal.report(stopped)
        status = FAILED
    finally:
        progress.end_line()
    if job.is_at_limit:
        terminal.say("the limit of tokens is reached")
    files.end(is_interrupted=status == INTERRUPTED)
    return status
