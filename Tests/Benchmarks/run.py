"""Measures libsparkchat and other clients, and prints the tables. Called by `make bench`, which
has built the library and the virtual environment.

run.py [--quick] [--write]     everything; --quick is a smoke test whose numbers mean little;
                               --write also writes docs/benchmarks.md and its picture
run.py --instructions          instructions for one chunk, with callgrind, and its allocations

run.py --check-ratchet         fails if a figure is above what ratchet.json allows
run.py --set-ratchet REASON    replaces the figures of ratchet.json, and records the reason there

Budgets are shown, not enforced. The run fails only if a client does not receive its answer.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from suite import (
    allocations,
    budgets,
    build,
    chart,
    instructions,
    measures,
    ratchet,
    report,
    results,
    world,
)

T = TypeVar("T")


def measure(size: measures.Size) -> results.Results:
    """Take all measurements."""
    where = world.World()

    def step(name: str, function: Callable[[world.World, measures.Size], T]) -> T:
        start = time.monotonic()
        result = function(where, size)
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
        return result

    try:
        return results.Results(
            size=size,
            chunks=step("chunks", measures.chunks),
            http=step("chunks over HTTP", measures.chunks_over_http),
            instructions=step("instructions", count_all),
            allocations=step("allocations", lambda where, _: allocations.per_chunk(where)),
            connections=step("connections", measures.connections),
            memory=step("memory", measures.memory),
            crowd=step("streams at once", measures.crowd),
            first_tokens=step("first tokens", measures.first_tokens),
            growth=step("long answers", measures.growth),
            loading=step("loading", measures.loading),
        )
    finally:
        where.stop()


def count_all(where: world.World, size: measures.Size) -> instructions.Counts:
    return instructions.per_chunk(where, size.frames, instructions.KINDS)


def count_only(size: measures.Size) -> None:
    """Print the figures that do not depend on other work on the machine."""
    where = world.World()
    try:
        print(report.markdown(instructions.rows(count_all(where, size))))
        print()
        print(report.markdown(allocations.rows(allocations.per_chunk(where))))
    finally:
        where.stop()


def turn_ratchet(reason: str | None) -> int:
    """Replace the figures, or compare them if there is no reason."""
    where = world.World()
    try:
        if reason:
            ratchet.replace(where, reason)
            return 0
        grown = ratchet.check(where)
    finally:
        where.stop()
    print("\n".join(grown))
    return 1 if grown else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures libsparkchat and other clients.")
    parser.add_argument("--quick", action="store_true", help="a smoke test")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md too")
    parser.add_argument("--instructions", action="store_true", help="count with callgrind")
    parser.add_argument("--check-ratchet", action="store_true", help="fail if a figure grew")
    parser.add_argument("--set-ratchet", metavar="REASON", help="replace the ratchet's figures")
    options = parser.parse_args()
    if options.check_ratchet or options.set_ratchet:
        return turn_ratchet(options.set_ratchet)
    build.compile_all()
    size = measures.QUICK if options.quick else measures.FULL
    if options.instructions:
        count_only(size)
        return 0
    found = measure(size)
    lines = budgets.lines(found)
    print("\n\n".join(report.all_tables(found, lines).values()))
    report.write_json(found, lines)
    if options.write:
        report.write_page(found, lines, chart.draw(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
