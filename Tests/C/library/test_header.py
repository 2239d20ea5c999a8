"""The header's descriptions, and every example program, with every compiler.

Tests/Prove/sections/abi.py tests the header alone, in every language standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.compiler import CXX_COMPILERS, WARNINGS, compile_program, compiler, run
from support.header import enumerations, functions, header_text
from support.paths import EXAMPLE_PROGRAMS, EXAMPLES, HEADER, ROOT, SUPPORT, TESTS
from support.service import Service

SYNTAX = ("-fsyntax-only", f"-I{HEADER.parent}")


@pytest.mark.parametrize(
    ("compiler_name", "standard"), [("clang", "c99"), ("g++", "c++11"), ("clang++", "c++11")]
)
def test_examples_compile(compiler_name: str, standard: str, tmp_path: Path) -> None:
    """Other tests compile them with gcc, to run them."""
    language = "c++" if compiler_name in CXX_COMPILERS else "c"
    command = [compiler(compiler_name), f"-std={standard}", *WARNINGS, *SYNTAX, "-x", language]
    result = run([*command, *sorted(EXAMPLES.glob("*.c"))])
    assert result.returncode == 0, result.stderr
    # Linking fails if the header declares C++ names.
    compile_program(
        tmp_path / "callback",
        [EXAMPLES / "callback.c"],
        with_compiler=compiler_name,
        flags=(f"-std={standard}",),
    )


def test_all_example_sources_belong_to_a_program() -> None:
    listed = {source for sources in EXAMPLE_PROGRAMS.values() for source in sources}
    assert {path.name for path in EXAMPLES.glob("*.c")} == listed


def test_cases_compile_with_clang_too() -> None:
    command = [compiler("clang"), "-std=c99", *WARNINGS, *SYNTAX, f"-I{SUPPORT}"]
    result = run([*command, *sorted(TESTS.glob("*/*.c"))])
    assert result.returncode == 0, result.stderr


def programs_in_documents() -> Iterator[tuple[str, str]]:
    """Yield the first C program of the header and of the READMEs, each with its document."""
    match = re.search(r"@example\n(.*?)@endexample", header_text(), re.DOTALL)
    assert match, "the header has no @example"
    yield "sparkchat.h", re.sub(r"^ \*(   )?", "", match[1], flags=re.MULTILINE)
    for name in ("README.md", "README.zh-CN.md"):
        match = re.search(r"```c\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
        assert match, f"{name} has no program"
        yield name, match[1]


@pytest.mark.parametrize(("document", "text"), [*programs_in_documents()])
def test_programs_in_documents_run(
    document: str, text: str, tmp_path: Path, service: Service
) -> None:
    source = tmp_path / f"program in {document}.c"
    source.write_text(text, "utf-8")
    program = compile_program(tmp_path / "example", [source])
    environment = {
        **service.environment(),
        "IFLYTEK_SPARK_API_URL": service.url("wss", scenario="echo"),
        "SSL_CERT_FILE": str(service.ca_file),
    }
    result = run([program], env=environment)
    assert (result.returncode, result.stdout, result.stderr) == (0, "Hello\n", "")
    environment["IFLYTEK_SPARK_API_KEY"] = "unknown"
    result = run([program], env=environment)
    assert result.stdout == ""
    assert "401" in result.stderr


def test_every_function_is_described() -> None:
    assert not [function.name for function in functions() if not function.comment]


def test_status_numbers_are_the_promised_ones() -> None:
    statuses = enumerations()["sparkchat_status"]
    assert len(set(statuses.values())) == len(statuses)
    for name, number in statuses.items():
        assert (number < 0) == name.startswith("ERR_"), name
