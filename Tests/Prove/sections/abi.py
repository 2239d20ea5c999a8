"""The C interface: compatible with existing programs, and accepted by compilers.

Tests/Python/test_enums.py compares the Python package's types with the header's.
"""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from abi.changes import ACCEPTED, REFUSED, Change
from abi.stub import BASELINE, enumerators, symbols
from abi.verdict import ADVICE, judge, renew
from rows import Effort, Row
from support.elf import exported_symbols
from support.header import functions, macro

HEADER = Path(__file__).resolve().parents[3] / "include" / "sparkchat.h"

STRICT = [
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wshadow",
    "-Wundef",
]
STRICT += ["-Wredundant-decls", "-Wcast-qual", "-Wpadded", "-Wswitch-enum", "-Werror"]
ONLY_C = ["-Wstrict-prototypes", "-Wmissing-prototypes", "-Wold-style-definition", "-Wc++-compat"]
ONLY_CXX = ["-Wold-style-cast", "-Wzero-as-null-pointer-constant", "-Weffc++", "-Wuseless-cast"]
EVERYTHING = ["-Weverything", "-Werror"]
C_STANDARDS = ("c99", "c11", "c17", "c2x", "gnu11")
CXX_STANDARDS = ("c++11", "c++14", "c++17", "c++20", "c++23")
COMPILERS = {
    "gcc": [*STRICT, *ONLY_C, "-xc"],
    "g++": [*STRICT, *ONLY_CXX, "-xc++"],
    "clang": [*EVERYTHING, "-xc"],
    "clang++": [*EVERYTHING, "-xc++"],
}


def compare_with_baseline(header: str) -> Row:
    """Compare the header with the baseline: nothing is gone or has changed."""
    row = Row("the header against the baseline")
    baseline = BASELINE.read_text()
    row.tried = len(symbols(baseline)) + len(enumerators(baseline))
    verdict = judge(header)
    if verdict.is_refused:
        row.failures = [*verdict.broken, ADVICE]
    row.figures = f"{len(symbols(baseline))} functions, {len(enumerators(baseline))} constants"
    if verdict.is_news and not verdict.is_refused:
        row.figures += f"; {len(verdict.added)} are new: run `make abi-baseline`"
    return row


def try_changes(header: str) -> Row:
    """Test the comparison itself: it must notice what breaks programs, and nothing else."""
    row = Row("the comparison notices what breaks programs")
    with tempfile.TemporaryDirectory() as folder:
        baseline = Path(folder) / "baseline.abi"
        renew(header, baseline)
        written = baseline.read_text()

        def check(what: str, good: bool) -> None:
            row.tried += 1
            if not good:
                row.failures.append(what)

        for change in (*REFUSED, *ACCEPTED):
            refused = judge(change.apply(header), baseline).is_refused
            check(f"{change.what}: refused is {refused}", refused == (change in REFUSED))
        for change in REFUSED:
            renew(change.apply(header), baseline)
        check("a renewed baseline hides a break", baseline.read_text() == written)
        raised = Change("", "SPARKCHAT_ABI_VERSION 0", "SPARKCHAT_ABI_VERSION 1").apply(header)
        broken = REFUSED[0].apply(raised)
        check("a break with a new number is refused", not judge(broken, baseline).is_refused)
        renew(broken, baseline)
        check("the baseline for a new number was not written", baseline.read_text() != written)
        check("the old header passes for the new one", judge(header, baseline).is_refused)
    row.figures = f"{len(REFUSED)} kinds of breaks refused, {len(ACCEPTED)} other changes accepted"
    return row


def compare_symbols() -> Row:
    """Check that header and library have the same functions."""
    declared = {function.name for function in functions()}
    exported = exported_symbols()
    node = f"SPARKCHAT_{macro('SPARKCHAT_ABI_VERSION')}"
    row = Row("header = library", len(declared))
    for name in sorted(declared | (exported.keys() - {node})):
        places = {"header": name in declared, "library": name in exported}
        if not all(places.values()):
            row.failures.append(f"{name} is not in the {[k for k, v in places.items() if not v]}")
        elif exported[name] != node:
            row.failures.append(f"{name} has the version {exported[name]!r}, not {node!r}")
    return row


def compile_alone(compiler: str, standard: str, header: Path) -> str:
    """Include the header twice in an otherwise empty file; return the compiler's output."""
    command = [compiler, f"-std={standard}", *COMPILERS[compiler], "-fsyntax-only", "-"]
    text = f'#include "{header}"\n' * 2 + "extern int unused_declaration;\n"
    result = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return result.stderr if result.returncode or result.stderr else ""


def compile_header(header: Path) -> Row:
    """Compile it in every language standard, with every compiler and every warning."""
    row = Row("the header alone, every warning an error")
    pairs = itertools.chain(
        itertools.product(("gcc", "clang"), C_STANDARDS),
        itertools.product(("g++", "clang++"), CXX_STANDARDS),
    )
    for compiler, standard in pairs:
        row.tried += 1
        said = compile_alone(compiler, standard, header)
        if said:
            row.failures.append(f"{compiler} -std={standard}: {said}")
    # Check that warnings are on: () is not a prototype.
    with tempfile.TemporaryDirectory() as folder:
        bad = Path(folder) / "sparkchat.h"
        bad.write_text(re.sub(r"(?<=_number)\(void\)", "()", HEADER.read_text()))
        for compiler in ("gcc", "clang"):
            row.tried += 1
            if "strict-prototypes" not in compile_alone(compiler, "c11", bad):
                row.failures.append(f"{compiler} does not warn about an incomplete prototype")
    row.figures = f"{', '.join(C_STANDARDS)}, {', '.join(CXX_STANDARDS)}; gcc and clang"
    return row


def run(effort: Effort) -> list[Row]:
    """Run everything in both forms: it takes seconds."""
    header = HEADER.read_text()
    checks: list[tuple[str, Callable[[], Row]]] = [
        ("abidiff", lambda: compare_with_baseline(header)),
        ("abidiff", lambda: try_changes(header)),
        ("nm", compare_symbols),
        ("clang", lambda: compile_header(HEADER)),
    ]
    rows = []
    for tool, check in checks:
        if shutil.which(tool):
            rows.append(check())
        else:
            rows.append(Row("abi", skipped=f"{tool} is not installed; `make prove` installs it"))
    return rows
