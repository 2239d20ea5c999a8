"""`sparkchat batch`: the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ...client import Spark
from ...errors import BatchStoppedError
from ..clients import new_client
from ..limits import add_limits, check_limits, shared_limiter
from ..options import FAILED, INTERRUPTED, WRONG_USAGE, add_where, new_parser, number
from ..terminal import Terminal
from .files import Files
from .job import MOST_NAMED, Job
from .progress import Progress

_DESCRIPTION = """\
Answer the questions in a file, and write the answers to another. Each line of IN is a JSON object:
{"custom_id": "...", "body": {"messages": [...]}}, as in the batch files of OpenAI and iFlytek, or
{"prompt": "..."}. All lines are checked before anything is sent: their form, their parameters, and
what their models accept. At a gateway's URL, any model name may be right, and is not checked."""
_EPILOG = """\
Answers are appended to OUT as they arrive, in the form of OpenAI's output files. Failures go to a
file next to it, with .errors in its name. If the job is stopped, by Ctrl-C, a kill or a used-up
quota, the same command continues it. Questions that were running then are asked again, may be
billed twice, and are listed. A line is identified only by its custom_id, or by its number if it has
none: if you change a line but not its custom_id, the old answer stays. A model given here replaces
those in the lines. With --limit, --max-rate and --max-concurrency apply to all jobs, servers and
programs together that name the same file or Redis. Use the file for nothing else.

Exit status: 0 all are answered, 1 some failed or are left, 2 wrong usage or a bad line, 130 ended
by Ctrl-C. Nothing is written to standard output."""
_AT_ONCE = 8


def _parser() -> argparse.ArgumentParser:
    parser = new_parser("batch", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("input", metavar="IN.jsonl", type=Path)
    add("output", metavar="OUT.jsonl", type=Path)
    add_where(parser)
    add_limits(parser, f"; default {_AT_ONCE}", least_at_once=1)
    add(
        "--limit-tokens",
        type=number(int, 0, 2**63 - 1),
        default=0,
        metavar="N",
        help="stop asking once OUT has N tokens, earlier runs included; 0 means no limit",
    )
    add("--retry-errors", action="store_true", help="ask failed questions again")
    return parser


def main(arguments: list[str]) -> int:
    """Run a job, and return the exit status."""
    parser = _parser()
    given: dict[str, Any] = vars(parser.parse_args(arguments))
    source, output = given.pop("input"), given.pop("output")
    tokens, retry_errors = given.pop("limit_tokens"), given.pop("retry_errors")
    where, at_once = given.pop("limit"), given.pop("max_concurrency")
    _check_files(parser, source, output)
    limits = where, 0, 0
    if where is not None:
        # The limits then apply to all who share them, not only to this job.
        limits = where, given.pop("max_rate"), at_once or 0
        check_limits(parser, *limits)
    terminal, progress = Terminal(sys.stdout, sys.stderr), Progress(sys.stderr)
    with (
        shared_limiter(*limits) as limiter,
        new_client(Spark, {**given, "limiter": limiter}) as spark,
    ):
        job = Job(source, spark, given["model"] or given["domain"], progress)
        job.limit_tokens = tokens
        try:
            total = job.check()
        except KeyboardInterrupt:
            terminal.say("ended while checking the lines: nothing was sent")
            return INTERRUPTED
        if job.wrong_count:
            _tell_wrong_lines(job, source, terminal)
            return WRONG_USAGE
        if job.ignored:
            named = ", ".join(
                f"{name} ({lines:,} line{'s' if lines > 1 else ''})"
                for name, lines in job.ignored.items()
            )
            terminal.say(f"not sent, as the service has no such parameter: {named}")
        files = Files(output)
        twice = job.resume(files, retry_errors)
        if twice:
            named = ", ".join(twice[:MOST_NAMED]) + (" ..." if len(twice) > MOST_NAMED else "")
            terminal.say(f"{len(twice)} may be billed twice, running when the job ended: {named}")
        progress.begin(total)
        status = _run(job, files, at_once or _AT_ONCE, progress, terminal)
    for said in progress.summary():
        terminal.say(said)
    if progress.failed:
        terminal.say(f"failures are in {files.errors.path}; --retry-errors asks them again")
    is_all = progress.answered == total
    return status or (0 if is_all else FAILED)


def _check_files(parser: argparse.ArgumentParser, source: Path, output: Path) -> None:
    if str(source) == "-" or (source.exists() and not source.is_file()):
        parser.error(f"{source} is not a file: the input is read more than once")
    if output.exists() and not output.is_file():
        parser.error(f"{output} is not a file: the output is read when the job continues")
    if output.exists() and source.exists() and output.samefile(source):
        parser.error("the output is the input")


def _tell_wrong_lines(job: Job, source: Path, terminal: Terminal) -> None:
    for error in job.wrong:
        terminal.say(f"error: {source}: {error}")
    more = job.wrong_count - len(job.wrong)
    if more:
        terminal.say(f"error: {source}: {more:,} more lines are wrong")
    terminal.say("nothing was sent")


def _run(job: Job, files: Files, at_once: int, progress: Progress, terminal: Terminal) -> int:
    status = 0
    try:
        job.run(files, at_once)
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BatchStoppedError as stopped:
        progress.end_line()
        if stopped.left:
            _, line = stopped.left[0]
            stopped.hint = f"run the same command later to continue from {line}"
        terminal.report(stopped)
        status = FAILED
    finally:
        progress.end_line()
    if job.is_at_limit:
        terminal.say("the token limit is reached")
    files.end(is_interrupted=status == INTERRUPTED)
    return status
