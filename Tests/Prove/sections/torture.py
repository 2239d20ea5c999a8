"""Many threads do everything that the header allows, in random orders that a seed decides.

No crash, no hang, exactly one outcome for each question, the right text in each answer, and nothing
left at the end. The machine schedules the threads, so a seed does not make a run repeatable; it
only makes runs differ. Any question may fail, but not all of them.
"""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rows import Effort, Row
from workbench import PATIENCE, Workbench, workbench

OUTCOMES = ("complete", "truncated", "cancelled", "timeout", "failed")


def run_once(
    work: Workbench,
    command: Sequence[str | Path],
    seed: int,
    threads: int,
    rounds: int,
    *,
    seconds: float = 3 * PATIENCE,
) -> tuple[str, Counter[str]]:
    """Run the program, optionally under a tool; return what went wrong, and its counts."""
    arguments = [str(seed), str(threads), str(rounds), str(work.service.ca_file), *work.urls()]
    try:
        result = subprocess.run(
            [*map(str, command), *arguments],
            env=work.service.environment(),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "hung", Counter()
    counts: Counter[str] = Counter()
    for line in result.stdout.splitlines():
        name, _, number = line.partition(" ")
        counts[name] += int(number)
    if result.returncode:
        return f"ended with {result.returncode}: {result.stderr[-3000:]}", counts
    return "", counts


def judge(row: Row, counts: Counter[str]) -> None:
    """Add up the counts of all runs of a row."""
    row.tried = counts["questions"]
    row.figures = ", ".join(f"{name} {counts[name]:,}" for name in ("calls", *OUTCOMES))
    if not counts["complete"]:
        row.failures.append(f"no question was answered: {row.figures}")


def run(effort: Effort) -> list[Row]:
    rows = []
    with workbench() as work:
        program = work.program("torture")
        for threads in (3, 16):
            row, counts, seed = Row(f"{threads} threads, all at once"), Counter[str](), 0
            # A share of the time for each number of threads.
            deadline = time.monotonic() + (effort.seconds / 2 if effort.long else 0)
            while seed == 0 or time.monotonic() < deadline:
                seed += 1
                rounds = effort.pick(4000, 20_000) // (threads // 3)
                wrong, counted = run_once(work, [program], seed, threads, rounds)
                counts += counted
                if wrong:
                    row.failures.append(f"seed {seed}: {wrong}")
            judge(row, counts)
            rows.append(row)
    return rows
