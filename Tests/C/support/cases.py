"""Lets pytest collect `CASE(name)` from test_*.c: each case is a test, run in its own process."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from .compiler import run
from .workshop import Workshop

WORKSHOP = pytest.StashKey[Workshop]()
_CASE = re.compile(r"^CASE\((\w+)\)", re.MULTILINE)


class CaseFailed(Exception):
    """What a program said before it ended with a failure."""


def case_names(source: Path) -> list[tuple[str, int]]:
    """Return the names of a file's cases and their lines."""
    text = source.read_text()
    return [(match[1], text.count("\n", 0, match.start())) for match in _CASE.finditer(text)]


class CFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterable[pytest.Item]:
        """Make an item of each case."""
        for name, line in case_names(self.path):
            yield Case.from_parent(self, name=name, line=line)


class Case(pytest.Item):
    """One case."""

    def __init__(self, *, line: int, **options: Any) -> None:
        super().__init__(**options)
        self._line = line

    def runtest(self) -> None:
        """Run the case in a process of its own."""
        workshop = self.config.stash[WORKSHOP]
        program = workshop.case_program(self.path)
        run_case(program, self.name, workshop)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Show what the program said; where it went wrong is part of that."""
        if isinstance(excinfo.value, (CaseFailed, AssertionError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the case is."""
        return self.path, self._line, f"{self.path.name}: {self.name}"


def run_case(
    program: Path, name: str, workshop: Workshop, *, wrapper: tuple[str, ...] = (), **extra: str
) -> None:
    """Run a case; what it prints is shown only when it fails."""
    environment = {**workshop.service.environment(), **extra}
    result = run([*wrapper, program, name], env=environment, stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        # A negative one is the number of the signal that ended the program.
        raise CaseFailed(f"{name}: exit {result.returncode}\n{result.stdout}{result.stderr}")
