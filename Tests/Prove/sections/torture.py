"""Many threads do all that the header allows, in random orders that a seed decides.

No crash, no hang, exactly one outcome for each question, its own text in each answer, and nothing
left at the end. How the threads meet is up to the machine, so a seed makes no run repeatable; it
only makes runs differ.
"""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from pathlib import Path

from rows import Effort, Row
from workbench import PATIENCE, Workbench, workbench

OUTCOMES = ("complete", "truncated", "cancelled", "timeout", "failed")


def run_once(
    work: Workbench, program: Path, seed: int, threads: int, rounds: int
) -> tuple[str, Counter[str]]:
    """Run the program; return what went wrong, and what it counted."""
    arguments = [str(seed), str(threads), str(rounds), str(work.service.ca_file), *work.urls()]
    try:
        result = subprocess.run(
            [str(program), *arguments],
            env=work.service.environment(),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=3 * PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "hung", Counter()
    counts: Counter[str] = Counter()
    for line in result.stdout.splitlines():
        name, _, number = line.partition(" ")
        counts[name] += int(number)
    if result.returncode:
        return f"ended with {result.returncode}: {result.stderr[-1500:]}", counts
    return "", counts


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
                wrong, counted = run_once(work, program, seed, threads, rounds)
                counts += counted
                if wrong:
                    row.failures.append(f"seed {seed}: {wrong}")
            row.tried = counts["questions"]
            row.figures = ", ".join(f"{name} {counts[name]:,}" for name in ("calls", *OUTCOMES))
            rows.append(row)
    return rows
