"""Hosts with much static thread-local memory: a name lookup has the stack that it needs."""

from __future__ import annotations

import pytest
from support.cases import run_case
from support.compiler import compile_program
from support.paths import SUPPORT, TESTS
from support.workshop import Workshop

SOURCES = [
    TESTS / "connection" / "thread_memory.c",
    *(SUPPORT / name for name in ("case.c", "scene.c")),
]


# A stack of 256 KiB is refused if nothing of it is left, and used if 10 KiB are left.
@pytest.mark.parametrize("kib", [*range(200, 260, 8), 500, 1000, 4000])
def test_lookup(kib: int, workshop: Workshop) -> None:
    """Run the case with `kib` KiB."""
    program = compile_program(
        workshop.folder / f"thread memory {kib}",
        SOURCES,
        flags=("-std=c99", "-O1", f"-I{SUPPORT}", f"-DKIB={kib}"),
    )
    run_case(program, "name_is_looked_up", workshop)
