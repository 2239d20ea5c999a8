"""Measures libsparkchat beside other clients, and prints the tables. Called by `make bench`, which
has built the library and the virtual environment.

run.py [--quick] [--write]     everything; --quick is a smoke test whose numbers mean little;
                               --write also writes docs/benchmarks.md and its picture
run.py --instructions          instructions for one chunk, with callgrind

Budgets are shown and not enforced. The run fails only where a client does not get its answer.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from suite import budgets, build, chart, instructions, measures, report, world

T = TypeVar("T")


def measure(size: measures.Size) -> budgets.Results:
    """Takes all measurements."""
    where = world.World()

    def step(name: str, function: Callable[[world.World, measures.Size], T]) -> T:
        start = time.monotonic()
        result = function(where, size)
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
        return result

    try:
        return budgets.Results(
            chunks=step("chunks", measures.chunks),
            connections=step("connections", measures.connections),
            memory=step("memory", measures.memory),
            crowd=step("streams at once", measures.crowd),
            first_tokens=step("first tokens", measures.first_tokens),
            growth=step("long answers", measures.growth),
            loading=step("loading", measures.loading),
            live=size.live,
            crowd_size=size.crowd,
            long=size.long,
        )
    finally:
        where.stop()


def count_instructions() -> None:
    where = world.World()
    try:
        print(report.markdown(instructions.everything(where)))
    finally:
        where.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures libsparkchat beside other clients.")
    parser.add_argument("--quick", action="store_true", help="a smoke test")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md too")
    parser.add_argument("--instructions", action="store_true", help="count with callgrind")
    options = parser.parse_args()
    build.compile_all()
    if options.instructions:
        count_instructions()
        return 0
    results = measure(measures.QUICK if options.quick else measures.FULL)
    lines = budgets.lines(results)
    print(report.budget_table(lines))
    print()
    print(report.markdown(budgets.comparison(results)))
    report.write_json(results, lines)
    if options.write:
        report.write_page(results, lines, chart.draw(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
