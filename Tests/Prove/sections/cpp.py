"""The C++ header: its cases with every compiler and standard, without RTTI, and under sanitizers.

The short form only compiles; the suite `cpp` of `make test` runs the cases.
"""

from __future__ import annotations

import itertools
import re
import shutil
import sys
from collections.abc import Iterator

from rows import Effort, Row
from support import compiler
from support.paths import EXAMPLES, HEADER
from workbench import HERE, Workbench, workbench

CASES = HERE.parent / "Cpp"
sys.path.append(str(CASES))

from program import PATIENCE, SOURCES, STRICT, build, environment  # noqa: E402

COMPILERS = ("g++", "clang++")
STANDARDS = ("-std=c++17", "-std=c++20", "-std=c++23")
FLAGS: dict[str, tuple[str, ...]] = {
    "optimized": ("-O2",),
    "no RTTI": ("-O0", "-fno-rtti"),
    "ASan and UBSan": ("-O1", "-fsanitize=address,undefined", "-fno-omit-frame-pointer"),
    "TSan": ("-O1", "-fsanitize=thread"),
}
# The clang++ of Swift's toolchain does not link.
NOT_LINKED = {("clang++", "TSan")}
SUPPRESSIONS = f'suppressions="{EXAMPLES / "thread-sanitizer.supp"}"'


def syntax(effort: Effort) -> Row:
    """Compile the header alone, without generating code."""
    row = Row("the header alone")
    standards = STANDARDS if effort.long else STANDARDS[-1:]
    for name, standard in itertools.product(COMPILERS, standards):
        command = [compiler.compiler(name), standard, *compiler.WARNINGS, *STRICT, "-fsyntax-only"]
        result = compiler.run([*command, f"-I{HEADER.parent}", SOURCES[1]])
        row.tried += 1
        if result.returncode or result.stderr:
            row.failures.append(f"{name} {standard}: {result.stderr}")
    return row


def try_cases(work: Workbench, name: str, standard: str, kind: str) -> Row:
    """Build the program of the cases with one set of options, and run it."""
    row = Row(f"cases, {name} {standard.removeprefix('-std=')}, {kind}")
    target = work.folder / row.what
    try:
        program = build(target, standard, *FLAGS[kind], compiler=name)
        told = {**environment(work.service), "TSAN_OPTIONS": SUPPRESSIONS}
        result = compiler.run([program], env=told, timeout=PATIENCE)
    except AssertionError as failure:
        row.tried, row.failures = 1, [str(failure)]
        return row
    counts = re.search(r"test cases: +(\d+) \|", result.stdout)
    row.tried = int(counts[1]) if counts else 1
    if result.returncode != 0 or not counts:
        row.failures.append(f"exit {result.returncode}\n{result.stdout}{result.stderr}")
    return row


def all_cases(effort: Effort) -> Iterator[Row]:
    """Yield a row for each compiler and standard, and for each set of flags."""
    if not effort.long:
        yield Row("cases", skipped="compiling takes minutes: long form only")
        return
    ways = [
        *itertools.product(COMPILERS, STANDARDS, ["optimized"]),
        *itertools.product(COMPILERS, STANDARDS[1:2], list(FLAGS)[1:]),
    ]
    with workbench() as work:
        for name, standard, kind in ways:
            if shutil.which(name) and (name, kind) not in NOT_LINKED:
                yield try_cases(work, name, standard, kind)


def run(effort: Effort) -> list[Row]:
    return [syntax(effort), *all_cases(effort)]
