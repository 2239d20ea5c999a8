"""Lets pytest collect `CASE(name)` from test_*.c: each case is a test, run in its own process.

The programs are built with sanitizers, which check everything that the library takes from them,
returns to them and allocates; a leak is a failure.
"""

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
# These measure memory, count threads, or load the library in their own way.
_PLAIN_FILES = {"test_resources.c", "test_manners.c", "test_threads.c"}
# In the child, memory that the parent's threads held looks like leaks, and a thread may have held a
# lock of the sanitizer's allocator.
_PLAIN_CASES = {
    "fork_while_other_threads_wait",
    "stream_that_is_still_opening_goes_on_undisturbed",
}
_CASE = re.compile(r"^CASE\((\w+)\)", re.MULTILINE)


class CaseFailed(Exception):
    """The output of a program that failed."""


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
        """Run the case in a separate process."""
        workshop = self.config.stash[WORKSHOP]
        is_plain = self.path.name in _PLAIN_FILES or self.name in _PLAIN_CASES
        program = workshop.case_program(self.path, sanitized=not is_plain)
        run_case(program, self.name, workshop, UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Show the program's output, which includes the place of the failure."""
        if isinstance(excinfo.value, (CaseFailed, AssertionError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place of the case."""
        return self.path, self._line, f"{self.path.name}: {self.name}"


def run_case(
    program: Path, name: str, workshop: Workshop, *, wrapper: tuple[str, ...] = (), **extra: str
) -> None:
    """Run a case; its output is shown only if it fails."""
    environment = {**workshop.service.environment(), **extra}
    result = run([*wrapper, program, name], env=environment, stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        # A negative code is the number of the signal that ended the program.
        raise CaseFailed(f"{name}: exit {result.returncode}\n{result.stdout}{result.stderr}")
