"""Compiling C against the built library, and running the programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .paths import HEADER, LIBRARY_FOLDER

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")
C_COMPILERS = ("gcc", "clang")
CXX_COMPILERS = ("g++", "clang++")
# No program under test takes longer, unless it hangs.
PATIENCE = 90


def compiler(name: str) -> str:
    """Return the path of a compiler. A missing compiler is a failure, not a silent skip."""
    found = shutil.which(name)
    if found is None:
        raise AssertionError(f"{name} is not installed; `make test` installs what is missing")
    return found


def run(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, **options: object
) -> subprocess.CompletedProcess[str]:
    """Run a command with only the given environment, and return its output."""
    settings: dict[str, object] = {"capture_output": True, "timeout": PATIENCE, **options}
    try:
        result: subprocess.CompletedProcess[str] = subprocess.run(
            [str(part) for part in command],
            env=bare_environment() if env is None else dict(env),
            text=True,
            errors="replace",
            check=False,
            **settings,  # type: ignore[call-overload]
        )
        return result
    except subprocess.TimeoutExpired as hung:
        said = [part.decode(errors="replace") for part in (hung.stdout, hung.stderr) if part]
        raise AssertionError(f"hung: {command}\n{''.join(said)}") from None


def bare_environment() -> dict[str, str]:
    """Return the part of this process's environment that every program needs."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def compile_program(
    target: Path,
    sources: Iterable[Path],
    *,
    with_compiler: str = "gcc",
    flags: Sequence[str] = ("-std=c99",),
    link: bool = True,
    timeout: float = PATIENCE,
) -> Path:
    """Compile a program with all warnings as errors, and link it with the built library."""
    command: list[str | Path] = [compiler(with_compiler), *flags, *WARNINGS, "-g", "-pthread"]
    if with_compiler in CXX_COMPILERS:
        command += ["-x", "c++"]
    command += [f"-I{HEADER.parent}", *sources, "-o", target]
    if link:
        command += [f"-L{LIBRARY_FOLDER}", f"-Wl,-rpath,{LIBRARY_FOLDER}", "-lsparkchat"]
    result = run([*command, "-ldl", "-lm"], timeout=timeout)
    assert result.returncode == 0, f"{' '.join(map(str, command))}\n{result.stderr}"
    return target
