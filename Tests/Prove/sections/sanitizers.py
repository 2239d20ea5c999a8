"""Address, undefined-behaviour and thread sanitizers, and Valgrind, on whole exchanges.

The Swift tests are built with the sanitizers themselves (long form: each build takes minutes). C
hosts are built with them, too, and use the library as it is shipped: the sanitizers watch what it
takes from the host, returns to it and allocates.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rows import Effort, Row
from workbench import HERE, PATIENCE, ROOT, Exchanges, Workbench, workbench

from sections import torture

ASAN: tuple[str, ...] = (
    *("-std=gnu11", "-O1", "-fno-omit-frame-pointer"),
    *("-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
)
# The Swift runtime never frees its type data: that is "still reachable", and not an error.
MEMCHECK: tuple[str | Path, ...] = (
    *("valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full"),
    *("--errors-for-leak-kinds=definite,indirect", "--show-leak-kinds=definite,indirect"),
)
HELGRIND: tuple[str | Path, ...] = (
    *("valgrind", "--tool=helgrind", "--quiet", "--error-exitcode=99", "--history-level=none"),
    f"--suppressions={HERE / 'helgrind.supp'}",
)
# Answers that must be complete, and those that end in many ways.
WHOLE = (
    *("", "echo", "fragments", "reasoning", "function_call", "citations", "coalesce"),
    "big_frame:bytes=70000",
)
BROKEN = (
    *("drop:after=1", "error:code=10013", "bad_json", "bad_utf8", "stall:at=middle"),
    *("oversize", "upgrade_drop:after=30", "garbage_upgrade"),
)
SCENARIOS = WHOLE + BROKEN
# A stall must end. Answers may be slow under Valgrind.
STALL_MS, LONG_MS = 3000, 60_000


async def exchanges(work: Workbench, program: Sequence[str | Path], scenarios: list[str]) -> Row:
    """Ask over every scheme, with answers of many kinds; the program must succeed."""
    row = Row("")
    asking = await Exchanges.start(program, work.service.environment())

    async def one(url: str, scenario: str) -> None:
        answer = await asking.ask(
            url=url + (f"?scenario={scenario}" if scenario else ""),
            ca=work.service.ca_file,
            domain="generalv3.5",
            timeout=LONG_MS if scenario in WHOLE else STALL_MS,
            asks=2,
        )
        row.tried += 1
        is_wrong = answer.status in ("EVENTS_DIFFER", "ERR_INTERNAL", "ERR_STATE")
        if is_wrong or (scenario in WHOLE and not answer.is_complete):
            row.failures.append(f"{url} {scenario}: {answer}")

    todo = [one(url, scenario) for url in work.urls() for scenario in scenarios]
    ends = await asyncio.gather(*todo, return_exceptions=True)
    row.failures += [repr(end) for end in ends if isinstance(end, BaseException)]
    status, left = await asking.finish()
    if status or left:
        row.failures.append(f"exit {status}, {left} descriptors left")
    return row


def hosts(work: Workbench, effort: Effort) -> Iterator[Row]:
    """Run C programs with the address and undefined-behaviour sanitizers."""
    program = work.program("exchanges", *ASAN, variant="-sanitized")
    row = asyncio.run(exchanges(work, [program], list(SCENARIOS)))
    row.what = "a C host under ASan and UBSan: exchanges"
    yield row
    raced = work.program("torture", *ASAN, variant="-sanitized")
    row = Row("a C host under ASan and UBSan: many threads")
    tortured(work, row, [raced], effort.pick(1, 30), threads=8, rounds=effort.pick(600, 3000))
    yield row


def tortured(
    work: Workbench,
    row: Row,
    command: Sequence[str | Path],
    seeds: int,
    *,
    threads: int,
    rounds: int,
) -> None:
    """Run the torture under a tool, once for each seed."""
    counts: Counter[str] = Counter()
    for seed in range(seeds):
        wrong, counted = torture.run_once(
            work, command, seed, threads, rounds, seconds=20 * PATIENCE
        )
        counts += counted
        if wrong:
            row.failures.append(f"seed {seed}: {wrong}")
    torture.judge(row, counts)


def valgrind(work: Workbench, effort: Effort) -> Iterator[Row]:
    """Check memory with memcheck, and the use of locks with Helgrind."""
    memory, locks = Row("memcheck: exchanges"), Row("Helgrind: the use of locks")
    if shutil.which("valgrind") is None:
        memory.skipped = locks.skipped = "valgrind is not installed"
        yield from (memory, locks)
        return
    chosen = list(SCENARIOS[: effort.pick(1, len(SCENARIOS))])
    checked = [*MEMCHECK, work.program("exchanges")]
    found = asyncio.run(exchanges(work, checked, chosen))
    found.what = memory.what
    yield found
    command = [*HELGRIND, work.program("torture")]
    tortured(work, locks, command, effort.pick(1, 5), threads=3, rounds=effort.pick(200, 600))
    yield locks
    if effort.long:
        many = Row("memcheck: many threads")
        tortured(work, many, [*MEMCHECK, work.program("torture")], 3, threads=4, rounds=300)
        yield many


# The program has the sanitizer's symbols, not the library that needs them.
LINKER_FLAGS = ("-Xlinker", "--warn-unresolved-symbols")


def swift_tests(kind: str, **environment: str) -> Row:
    """Run the Swift tests with a sanitizer."""
    row = Row(f"Swift tests under the {kind} sanitizer")
    command = ["swift", "test", f"--sanitize={kind}", "--scratch-path", f".build-{kind[0]}san"]
    command += LINKER_FLAGS
    result = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    total = re.search(r"Test run with (\d+) tests?", result.stdout)
    row.tried = int(total[1]) if total else 0
    row.failures += re.findall(r"^✘ Test (?!run).* failed after.*", result.stdout, re.MULTILINE)
    row.failures += re.findall(r"^SUMMARY: \w+Sanitizer.*", result.stdout, re.MULTILINE)
    if result.returncode and not row.failures:
        row.failures.append(result.stdout[-3000:])
    return row


def swift(effort: Effort) -> Iterator[Row]:
    if not effort.long:
        for kind in ("address", "thread"):
            reason = "its build takes minutes: long form only"
            yield Row(f"Swift tests under the {kind} sanitizer", skipped=reason)
        return
    yield swift_tests("address", LSAN_OPTIONS="suppressions=Tests/leak-sanitizer.supp")
    yield swift_tests("thread", TSAN_OPTIONS="suppressions=Tests/thread-sanitizer.supp")


def run(effort: Effort) -> list[Row]:
    with workbench() as work:
        rows = [*hosts(work, effort), *valgrind(work, effort)]
    return [*rows, *swift(effort)]
