"""Two hundred streams on one thread, over both transports, for a long time, with faults mixed in.

Memory and descriptors must not grow: the amounts in use after everything has been freed at the end
are compared with those after everything had been freed at the end of the warm-up.
"""

from __future__ import annotations

import subprocess

from rows import Effort, Row
from workbench import workbench

STREAMS = 200
# More growth than this means that something is kept for each of the thousands of questions.
HEAP_BYTES = 128 * 1024
RESIDENT_KIB = 4 * 1024
# An hour if an endless trial takes its usual ten minutes.
LONG_SHARE = 6


def judge(row: Row, output: str) -> None:
    """Note the program's counts, and what is wrong with them."""
    at: dict[str, list[list[int]]] = {}
    ends = []
    for line in output.splitlines():
        what, *fields = line.split("\t")
        if what == "unexpected":
            row.failures.append("an unexpected end: " + ", ".join(fields))
        elif what == "ended":
            ends.append(f"{fields[0]} {int(fields[1]):,}")
            row.tried += int(fields[1])
        elif what in ("warm", "at work", "end"):
            at.setdefault(what, []).append([int(field) for field in fields])
    if "warm" not in at or "end" not in at:
        row.failures.append(f"it did not finish: {output[-500:]}")
        return
    (before,), (after,) = at["warm"], at["end"]
    if after[0] > before[0] + RESIDENT_KIB:
        row.failures.append(f"resident memory grew from {before[0]} to {after[0]} KiB")
    if after[1] > before[1] + HEAP_BYTES:
        row.failures.append(f"the heap grew from {before[1]} to {after[1]} bytes")
    if after[2] != before[2]:
        row.failures.append(f"descriptors: {before[2]} before, {after[2]} after")
    peak = max(sample[0] for sample in [before, *at.get("at work", []), after])
    resident = f"resident {before[0]} -> {after[0]} KiB, peak {peak}"
    heap = f"heap {before[1]:,} -> {after[1]:,} bytes"
    row.figures = "; ".join([resident, heap, ", ".join(ends)])


def run(effort: Effort) -> list[Row]:
    seconds = int(effort.seconds * LONG_SHARE) if effort.long else 8
    warm_up = max(seconds // 10, 3)
    row = Row(f"{STREAMS} streams for {seconds} s")
    with workbench() as work:
        arguments = [str(warm_up), str(seconds), str(STREAMS), str(work.service.ca_file)]
        result = subprocess.run(
            [str(work.program("soak")), *arguments, *work.urls()],
            env=work.service.environment(),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=2 * seconds + 120,
            check=False,
        )
    if result.returncode:
        row.failures.append(f"ended with {result.returncode}: {result.stderr[-1000:]}")
    judge(row, result.stdout)
    return [row]
