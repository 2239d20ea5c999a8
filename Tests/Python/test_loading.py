"""Where the package looks for the library, and the error if it is missing or does not fit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = Path(os.environ["SPARKCHAT_LIBRARY"])
SOURCE = Path(__file__).resolve().parents[2] / "bindings" / "python" / "src"


def import_package(package: Path = SOURCE, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import the package in a new process, and print which library it loaded."""
    without = {k: v for k, v in os.environ.items() if k not in ("SPARKCHAT_LIBRARY",)}
    return subprocess.run(
        [sys.executable, "-c", "from sparkchat._capi.library import path; print(path)"],
        env={**without, "PYTHONPATH": str(package), **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
    )


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr[done.stderr.index("ImportError") :]


def compile_library(path: Path, source: str) -> None:
    command = ["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(path)]
    subprocess.run(command, input=source, encoding="utf-8", check=True)


def test_the_variable_names_the_library() -> None:
    done = import_package(SPARKCHAT_LIBRARY=str(LIBRARY))
    assert done.stdout == f"{LIBRARY}\n"


def test_a_library_inside_the_package_is_found(tmp_path: Path) -> None:
    shutil.copytree(SOURCE / "sparkchat", tmp_path / "sparkchat")
    native = tmp_path / "sparkchat" / "_native"
    native.mkdir(exist_ok=True)
    shutil.copy(LIBRARY, native / "libsparkchat.so.0")
    done = import_package(tmp_path)
    assert done.stdout == f"{native / 'libsparkchat.so.0'}\n"


def test_a_library_on_the_systems_path_is_found() -> None:
    done = import_package(LD_LIBRARY_PATH=str(LIBRARY.parent))
    assert done.stdout == "libsparkchat.so.0\n"


def test_without_a_library_all_places_are_named() -> None:
    done = import_package()
    assert done.returncode != 0
    said = last_line(done)
    assert "libsparkchat was not found" in said
    assert "SPARKCHAT_LIBRARY" in said
    assert str(SOURCE / "sparkchat" / "_native" / "libsparkchat.so.0") in said
    assert "system's library path" in said


def test_a_bad_path_is_not_replaced_by_another_library(tmp_path: Path) -> None:
    missing = tmp_path / "missing.so"
    done = import_package(SPARKCHAT_LIBRARY=str(missing), LD_LIBRARY_PATH=str(LIBRARY.parent))
    assert done.returncode != 0
    assert f"SPARKCHAT_LIBRARY={missing}" in last_line(done)
    assert "No such file" in last_line(done)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "int sparkchat_abi_version(void) { return 7; }",
            ["ABI version 7", "ABI version 0"],
        ),
        ("int other;", ["is not libsparkchat"]),
        (
            "int sparkchat_abi_version(void) { return 0; }",
            ["has no function sparkchat_", "older than this package"],
        ),
    ],
    ids=["another ABI", "another library", "an older release"],
)
def test_a_library_that_does_not_fit_is_refused(
    tmp_path: Path, source: str, words: list[str]
) -> None:
    library = tmp_path / "libsparkchat.so.0"
    compile_library(library, source)
    done = import_package(SPARKCHAT_LIBRARY=str(library))
    assert done.returncode != 0
    assert str(library) in last_line(done)
    assert all(word in last_line(done) for word in words)


def test_importing_changes_nothing_in_the_process() -> None:
    program = """
import os, locale, signal
def state():
    with open("/proc/self/status") as file:
        signals = [line for line in file if line.startswith(("SigBlk", "SigIgn", "SigCgt"))]
    counts = len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))
    return signals, counts, locale.setlocale(locale.LC_ALL), dict(os.environ)
before = state()
import sparkchat
sparkchat.Spark("a", "b", "c")
print(state() == before)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
    )
    assert (done.stdout, done.stderr) == ("True\n", "")
