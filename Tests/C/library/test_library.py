"""The shipped file: its symbols, its dependencies, and how it was linked."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from support.compiler import compiler, run
from support.elf import dynamic_section, exported_symbols, needed_versions, program_headers
from support.header import functions, macro
from support.paths import LIBRARY, LIBRARY_FOLDER
from support.workshop import Workshop

MAY_NEED = {
    "libssl.so.3",
    "libcrypto.so.3",
    "libjansson.so.4",
    "libc.so.6",
    "libm.so.6",
    "libstdc++.so.6",
    "libgcc_s.so.1",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
}

# The C library of this machine, as "glibc 2.36".
GLIBC = tuple(map(int, (os.confstr("CS_GNU_LIBC_VERSION") or "").split()[-1].split(".")))


def test_header_and_library_have_the_same_functions() -> None:
    declared = {function.name for function in functions()}
    exported = exported_symbols()
    node = f"SPARKCHAT_{macro('SPARKCHAT_ABI_VERSION')}"
    assert declared == exported.keys() - {node}
    assert {exported[name] for name in declared} == {node}


def test_needs_only_what_every_system_has() -> None:
    assert set(dynamic_section()["NEEDED"]) <= MAY_NEED


def test_runs_with_the_libraries_of_2021() -> None:
    if GLIBC > (2, 36):
        pytest.skip("a build on this system needs newer versions of the Swift runtime's symbols")
    needed = needed_versions()
    # The versions of RHEL 9 and Amazon Linux 2023.
    assert max(needed["GLIBC"]) <= (2, 34)
    assert max(needed["GLIBCXX"]) <= (3, 4, 29)
    assert max(needed["CXXABI"]) <= (1, 3, 13)


def test_soname() -> None:
    assert dynamic_section()["SONAME"] == [f"libsparkchat.so.{macro('SPARKCHAT_ABI_VERSION')}"]


def test_no_search_path_is_built_in() -> None:
    assert not {"RPATH", "RUNPATH"} & dynamic_section().keys()


def test_linked_for_safety() -> None:
    flags = " ".join(dynamic_section().get("FLAGS", []) + dynamic_section().get("FLAGS_1", []))
    assert "NOW" in flags
    assert "NODELETE" in flags
    assert "GNU_RELRO" in program_headers()
    stack = re.search(r"GNU_STACK.*", program_headers())
    assert stack
    assert " RW " in stack[0]
    assert "TEXTREL" not in dynamic_section()


def test_size(tmp_path: Path) -> None:
    stripped = tmp_path / "stripped.so"
    strip = compiler("strip")
    assert run([strip, "--strip-unneeded", "-o", stripped, LIBRARY]).returncode == 0
    assert stripped.stat().st_size <= 7.8 * 1000 * 1000


def test_no_path_of_the_machine_is_in_the_library() -> None:
    assert str(LIBRARY_FOLDER).encode() not in LIBRARY.resolve().read_bytes()


@pytest.fixture(scope="module")
def versions(workshop: Workshop) -> dict[str, str]:
    """Return the versions that the loaded library reports."""
    result = run([workshop.program("library/versions.c")], env=workshop.service.environment())
    assert result.returncode == 0, result.stderr
    return dict(line.split("=", 1) for line in result.stdout.splitlines())


def test_versions_agree(versions: dict[str, str]) -> None:
    parts = [int(macro(f"SPARKCHAT_VERSION_{part}")) for part in ("MAJOR", "MINOR", "PATCH")]
    text = ".".join(map(str, parts))
    assert macro("SPARKCHAT_VERSION_STRING") == text
    assert versions["string"] == text
    assert int(versions["number"]) == parts[0] << 16 | parts[1] << 8 | parts[2]
    assert int(versions["macro_number"]) == int(versions["number"])
    assert versions["abi"] == macro("SPARKCHAT_ABI_VERSION")
    assert LIBRARY.resolve().name == f"libsparkchat.so.{text}"
    configuration = (LIBRARY_FOLDER / "pkgconfig" / "sparkchat.pc").read_text()
    assert f"Version: {text}\n" in configuration


def test_details_name_what_it_runs_on(versions: dict[str, str]) -> None:
    assert re.fullmatch(
        r"sparkchat/\d+\.\d+\.\d+ OpenSSL/3\.[\w.]+ jansson/2\.\d+(\.\d+)?", versions["details"]
    )
