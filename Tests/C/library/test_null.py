"""NULL, 0 and -1 everywhere: the result is a status, and never a crash."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from null_program import write_program
from support.compiler import compile_program, run
from support.header import functions
from support.paths import SUPPORT, TESTS
from support.service import Service
from support.workshop import SANITIZERS


@pytest.mark.parametrize("flags", [("-std=c99",), SANITIZERS], ids=["plain", "sanitized"])
def test_every_function_with_nothing(
    flags: tuple[str, ...], tmp_path: Path, service: Service
) -> None:
    text, calls = write_program()
    assert len(calls) > 5 * len(functions())
    source = tmp_path / "null.c"
    source.write_text(text)
    # Without optimisation, because a compiler takes long to optimise thousands of calls in a row.
    folders = (f"-I{SUPPORT}", f"-I{TESTS / 'library'}")
    flags = (*(flag for flag in flags if flag != "-O1"), "-O0", *folders)
    program = compile_program(tmp_path / "null", [source, SUPPORT / "scene.c"], flags=flags)
    environment = {
        **service.environment(),
        "SPARK_NULL_URL": service.url(scenario="stall:at=middle,after=1"),
    }
    result = run([program], env=environment)
    number = re.match(r"call (\d+)", result.stderr)
    call = calls[int(number[1])] if number else "see below"
    assert result.returncode == 0, f"{call}\n{result.stderr}"
