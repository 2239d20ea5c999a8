"""The program with all cases, for the tests and for the section `cpp` of the proof."""

from __future__ import annotations

from pathlib import Path

from support.compiler import compile_program
from support.service import Service

HERE = Path(__file__).resolve().parent
STRICT = ("-Wconversion", "-Wshadow")
# For clang, which takes half as long as g++.
SANITIZED = ("-std=c++20", "-O0", "-fsanitize=address,undefined")
# doctest and the cases are one large translation unit.
PATIENCE = 280
SOURCES = [HERE / "main.cpp", HERE / "second.cpp"]


def build(target: Path, *flags: str, compiler: str = "g++") -> Path:
    """Compile the program with warnings as errors."""
    return compile_program(
        target, SOURCES, with_compiler=compiler, flags=(*flags, *STRICT), timeout=PATIENCE
    )


def environment(service: Service) -> dict[str, str]:
    """Return the program's environment."""
    return {**service.environment(), "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
