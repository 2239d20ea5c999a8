"""Collects the cases of the C++ header: each file `test_*.cpp` is a test, run in its own process.

All files are one program, built with sanitizers: they check all memory that the library and the
program exchange, and a leak is a failure.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "C")]

from program import SANITIZED, build, environment  # noqa: E402
from support.compiler import run  # noqa: E402
from support.service import Service  # noqa: E402
from support.workshop import Workshop  # noqa: E402

WORKSHOP = pytest.StashKey[Workshop]()
PROGRAM = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the workshop, which compiles and starts things on demand."""
    config.stash[WORKSHOP] = Workshop()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the service."""
    config.stash[WORKSHOP].close()


@pytest.fixture(scope="session")
def workshop(request: pytest.FixtureRequest) -> Workshop:
    """Return the workshop, which has the folder of the programs."""
    return request.config.stash[WORKSHOP]


@pytest.fixture(scope="session")
def service(workshop: Workshop) -> Service:
    """Return the local Spark service."""
    return workshop.service


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CppFile | None:
    """Collect files of C++ cases."""
    if file_path.suffix == ".cpp" and file_path.name.startswith("test_"):
        return CppFile.from_parent(parent, path=file_path)
    return None


class CppFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterable[pytest.Item]:
        """Make one item of all its cases, because starting a process takes longer than they do."""
        yield Cases.from_parent(self, name="cases")


class CasesFailed(Exception):
    """The output of the program."""


class Cases(pytest.Item):
    """The cases of a file."""

    def runtest(self) -> None:
        """Run the cases."""
        stash = self.config.stash
        if PROGRAM not in stash:
            stash[PROGRAM] = build(stash[WORKSHOP].folder / "cases", *SANITIZED, compiler="clang++")
        result = run(
            [stash[PROGRAM], f"--source-file=*{self.path.name}"],
            env=environment(stash[WORKSHOP].service),
            stdin=subprocess.DEVNULL,
        )
        if result.returncode != 0 or " 0 passed" in result.stdout:
            raise CasesFailed(f"exit {result.returncode}\n{result.stdout}{result.stderr}")

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Show the program's output, which names the place of the failure."""
        if isinstance(excinfo.value, (CasesFailed, AssertionError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)
