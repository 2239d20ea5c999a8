"""Runs every suite in every language; the last line says `N passed, N failed`.

`make test` calls this after it has built the library and the virtual environment. `run.py NAME...`
runs only the suites with these names.

Many tests depend on time, and machines stall: failures are tried once more, and reported as such.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import surroundings

ROOT = Path(__file__).resolve().parent.parent
# Progress.
NOISE = re.compile(r"^(◇|✔|\[\d+/\d+\])")


@dataclass(frozen=True)
class Result:
    passed: int
    failed: int


def run(command: list[str], **environment: str) -> tuple[int, str]:
    """Run a command, show its output as it comes, and return the exit code and the output."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if not NOISE.search(line):
            print(line, end="", flush=True)
    return process.wait(), "".join(lines)


def swift() -> Result:
    """Run Swift Testing, which prints a line for each test and a summary."""
    code, output = run(["swift", "test"])
    if code != 0 and "Test run with" in output:
        print("== running again after the failures above", flush=True)
        code, output = run(["swift", "test"])
    failed = len(re.findall(r"^✘ Test (?!run).* failed after", output, re.MULTILINE))
    skipped = len(re.findall(r"^➜ Test .* skipped", output, re.MULTILINE))
    summary = re.search(r"Test run with (\d+) tests?", output)
    total = int(summary.group(1)) if summary else 0
    if code != 0 or total == 0:
        failed = max(failed, 1)
    return Result(max(total - failed - skipped, 0), failed)


def pytest(folder: str, python: str = sys.executable, workers: int = 1) -> Result:
    """Run pytest, whose XML report holds the counts.

    Most tests wait, so a few at once cost little. The tests of a file stay together because what
    they share, such as a program in C, a proxy or a wheel, is made once.
    """
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        command = [python, "-m", "pytest", folder, "-q", f"--junitxml={report}"]
        command += ["-p", "no:cacheprovider", "--timeout=300", "--reruns=1", "-r", "fEsR"]
        command += ["-n", str(workers), "--dist", "loadfile"] if workers > 1 else []
        code, _ = run(command, PYTHONPATH=str(ROOT / "Tests" / "Emulator"))
        if not report.exists():
            return Result(0, 1)
        suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    total, failures, errors, skipped = (
        sum(int(suite.get(name, "0")) for suite in suites)
        for name in ("tests", "failures", "errors", "skipped")
    )
    bad = failures + errors
    failed = max(bad, 1) if code != 0 else bad
    return Result(max(total - bad - skipped, 0), failed)


def prove() -> Result:
    """Run the short form of `make prove`."""
    command = [sys.executable, "Tests/Prove/run.py"]
    code, output = run(command)
    if code != 0:
        print("== running again after the failures above", flush=True)
        code, output = run(command)
    counts = re.search(r"^(\d+) passed, (\d+) failed$", output, re.MULTILINE)
    if not counts:
        return Result(0, 1)
    passed, failed = map(int, counts.groups())
    return Result(passed, max(failed, 1) if code != 0 else failed)


SUITES: dict[str, Callable[[], Result]] = {
    "emulator": lambda: pytest("Tests/Emulator/tests", workers=2),
    "swift": swift,
    "c": lambda: pytest("Tests/C", workers=5),
    # All cases are one program, which each worker would compile.
    "cpp": lambda: pytest("Tests/Cpp"),
    "doors": lambda: pytest("Tests/Doors", workers=2),
    "python": lambda: pytest("Tests/Python", workers=4),
    "langchain": lambda: pytest(
        "Tests/LangChain", str(ROOT / "build/venv-langchain/bin/python"), workers=3
    ),
    "prove": prove,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        print(f"unknown suite {unknown[0]!r}; there are {', '.join(SUITES)}", file=sys.stderr)
        return 2
    results = {}
    for name in names or SUITES:
        print(f"\n== {name}", flush=True)
        start = time.monotonic()
        results[name] = SUITES[name]()
        print(f"== {name}: {results[name]} in {time.monotonic() - start:.0f} s", flush=True)
    passed = sum(result.passed for result in results.values())
    failed = sum(result.failed for result in results.values())
    print()
    for name, result in results.items():
        print(f"{name:12} {result.passed:5} passed {result.failed:5} failed")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    surroundings.settle()
    sys.exit(main(sys.argv[1:]))
