"""The header alone, and every program that is shown, in every language standard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.compiler import (
    C_COMPILERS,
    CXX_COMPILERS,
    WARNINGS,
    compile_program,
    compiler,
    run,
)
from support.header import enumerations, functions, header_text
from support.paths import EXAMPLE_PROGRAMS, EXAMPLES, HEADER, SUPPORT, TESTS
from support.service import Service

STANDARDS = [(c, standard) for c in C_COMPILERS for standard in ("c99", "c11", "c17")]
STANDARDS += [(c, standard) for c in CXX_COMPILERS for standard in ("c++11", "c++17", "c++20")]
# Stricter than anything that is asked of the programs: the header is compiled in other people's.
STRICT = ("-Wshadow", "-Wconversion", "-Wundef", "-Wredundant-decls", "-Wcast-qual")


@pytest.mark.parametrize(("compiler_name", "standard"), STANDARDS)
def test_header_compiles_alone(compiler_name: str, standard: str) -> None:
    language = "c++" if compiler_name in CXX_COMPILERS else "c"
    only_c = () if language == "c++" else ("-Wstrict-prototypes", "-Wmissing-prototypes")
    command = [compiler(compiler_name), f"-std={standard}", *WARNINGS, *STRICT, *only_c]
    command += ["-fsyntax-only", "-x", language, f"-I{HEADER.parent}", "-"]
    # Twice, and with nothing before it.
    text = "#include <sparkchat.h>\n#include <sparkchat.h>\nint unused_declaration;\n"
    result = run(command, input=text)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("program", EXAMPLE_PROGRAMS)
@pytest.mark.parametrize(
    ("compiler_name", "standard"),
    [("gcc", "c99"), ("clang", "c99"), ("g++", "c++11"), ("clang++", "c++11")],
)
def test_examples_compile(program: str, compiler_name: str, standard: str, tmp_path: Path) -> None:
    sources = [EXAMPLES / source for source in EXAMPLE_PROGRAMS[program]]
    compile_program(
        tmp_path / program, sources, with_compiler=compiler_name, flags=(f"-std={standard}",)
    )


def test_all_example_sources_belong_to_a_program() -> None:
    listed = {source for sources in EXAMPLE_PROGRAMS.values() for source in sources}
    assert {path.name for path in EXAMPLES.glob("*.c")} == listed


@pytest.mark.parametrize("source", sorted(TESTS.glob("*/*.c")), ids=lambda path: path.name)
def test_cases_compile_with_clang_too(source: Path) -> None:
    command = [compiler("clang"), "-std=c99", *WARNINGS, "-fsyntax-only"]
    result = run([*command, f"-I{HEADER.parent}", f"-I{SUPPORT}", source])
    assert result.returncode == 0, result.stderr


def test_example_in_the_header_runs(tmp_path: Path, service: Service) -> None:
    match = re.search(r"@example\n(.*?)@endexample", header_text(), re.DOTALL)
    assert match, "the header has no @example"
    source = tmp_path / "example in the header.c"
    source.write_text(re.sub(r"^ \*(   )?", "", match[1], flags=re.MULTILINE))
    program = compile_program(tmp_path / "example", [source])
    environment = {
        **service.environment(),
        "IFLYTEK_SPARK_API_URL": service.url("wss", scenario="echo"),
        "SSL_CERT_FILE": str(service.ca_file),
    }
    result = run([program], env=environment)
    assert (result.returncode, result.stdout, result.stderr) == (0, "Hello", "")
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
