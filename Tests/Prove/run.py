"""Tries to break the library in all the ways of the sections, and prints one table.

Called by `make prove` (the long form) and by `make test` (the short one). `run.py SECTION...` runs
only these.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("", "Emulator", "C", "Doors"))]

import sections  # noqa: E402
import surroundings  # noqa: E402
from rows import Effort, Row  # noqa: E402

# Of each row. Only the last lines of a run are kept, so the failures are printed there.
MOST_FAILURES, LONGEST_FAILURE = 10, 2000
BESIDE = "soak"


def names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(sections.__path__))


def run_section(name: str, effort: Effort) -> tuple[list[Row], float]:
    """Run a section, a module with `run(effort)`; an exception from it counts as a failure."""
    print(f"== {name}", flush=True)
    start = time.monotonic()
    try:
        rows: list[Row] = importlib.import_module(f"sections.{name}").run(effort)
    except Exception:
        traceback.print_exc()
        rows = [Row(name, 1, ["the section itself failed"])]
    rows = rows or [Row(name)]
    for row in rows:
        if not row.tried and not row.skipped:
            row.failures.append("nothing was tried")
    took = time.monotonic() - start
    print(f"== {name}: {sum(len(row.failures) for row in rows)} failed, {took:.0f} s", flush=True)
    print_failures([(name, row) for row in rows])
    return rows, took


def run_sections(chosen: list[str], effort: Effort) -> dict[str, tuple[list[Row], float]]:
    """Run the sections one after another, and the hour-long one concurrently with them."""
    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(run_section, BESIDE, effort) if BESIDE in chosen else None
        results = {name: run_section(name, effort) for name in chosen if name != BESIDE}
        if beside:
            results[BESIDE] = beside.result()
    return dict(sorted(results.items()))


def print_table(results: dict[str, tuple[list[Row], float]]) -> None:
    rows = [(section, row) for section, (found, _) in results.items() for row in found]
    width = max(len(row.what) for _, row in rows)
    print(f"\n{'section':14} {'what':{width}} {'tried':>9} {'failed':>6}  figures")
    for section, row in rows:
        note = f"skipped: {row.skipped}" if row.skipped else row.figures
        print(f"{section:14} {row.what:{width}} {row.tried:9,} {len(row.failures):6}  {note}")
    print("took " + ", ".join(f"{name} {seconds:.0f} s" for name, (_, seconds) in results.items()))
    print_failures(rows)


def print_failures(rows: list[tuple[str, Row]]) -> None:
    for section, row in rows:
        for failure in row.failures[:MOST_FAILURES]:
            print(f"failed: {section}: {row.what}: {failure[:LONGEST_FAILURE]}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", help=", ".join(names()))
    parser.add_argument("--long", action="store_true", help="try everything, for about an hour")
    parser.add_argument("--seconds", type=float, help="how long each endless trial may take")
    options = parser.parse_args()
    effort = Effort(options.long, options.seconds or (600 if options.long else 5))
    results = run_sections(options.sections or names(), effort)
    print_table(results)
    rows = [row for found, _ in results.values() for row in found]
    failed = sum(len(row.failures) for row in rows)
    # One trial can fail in several ways.
    passed = sum(max(row.tried - len(row.failures), 0) for row in rows)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    surroundings.settle()
    sys.exit(main())
