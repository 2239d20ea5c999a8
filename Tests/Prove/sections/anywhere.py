"""Suites of `make test` in unusual surroundings, which `anywhere.sh` makes."""

from __future__ import annotations

import re
import subprocess
import sys

from rows import Effort, Row
from workbench import HERE, ROOT

SUITES = ("emulator", "c", "cpp", "doors", "python", "langchain")
ANYWHERE = str(HERE / "anywhere.sh")


def run(effort: Effort) -> list[Row]:
    """Run the suites one after another, without the Swift tests, which would be rebuilt."""
    rows = [Row(f"the suite {name}") for name in SUITES]
    missing = "long form only: the suites take minutes" if not effort.long else why_not()
    for name, row in zip(SUITES, rows, strict=True):
        row.skipped = missing
        if not missing:
            try_suite(name, row)
    return rows


def why_not() -> str:
    """Return why this machine cannot make such surroundings, or ""."""
    trial = subprocess.run([ANYWHERE, "true"], capture_output=True, text=True, check=False)
    return f"no namespaces: {trial.stderr.strip()}" if trial.returncode else ""


def try_suite(name: str, row: Row) -> None:
    """Run a suite."""
    # The project has a different path there.
    python = sys.executable.removeprefix(f"{ROOT}/")
    command = [ANYWHERE, python, "Tests/run.py", name]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    counts = re.search(r"^(\d+) passed, (\d+) failed$", done.stdout, re.MULTILINE)
    row.tried = sum(map(int, counts.groups())) if counts else 0
    # pytest's summary names them last.
    summary = done.stdout.rpartition("short test summary info")[2]
    row.failures += re.findall(r"^(?:FAILED|ERROR) .*", summary, re.MULTILINE)
    row.figures = f"{len(re.findall('^SKIPPED', summary, re.MULTILINE))} reasons to skip some"
    if done.returncode and not row.failures:
        row.failures.append((done.stdout + done.stderr)[-2000:])
