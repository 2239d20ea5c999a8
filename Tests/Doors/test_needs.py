"""The library needs exactly what the documents say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from doors import PAGE
from support.compiler import compiler, run
from support.elf import dynamic_section
from support.paths import LIBRARY, ROOT

PAGES = [PAGE, PAGE.with_suffix(".zh-CN.md")]
# Modules of the toolchain that must not be linked into the library: each has its own notices.
ABSENT = ("_Concurrency", "_StringProcessing", "_RegexParser", "Foundation", "Dispatch")


def rows(page: Path) -> dict[str, str]:
    """Return the table of a page: the libraries, and the least version of each."""
    found = re.findall(r"^\| (`lib[^|]+\.so\.[^|]+) \| ([^|]+) \|", page.read_text(), re.MULTILINE)
    return {name: least for names, least in found for name in re.findall(r"`([^`]+)`", names)}


def newest(prefix: str) -> str:
    """Return the newest version of a kind of symbols that the library requires."""
    result = run([compiler("readelf"), "--version-info", "--wide", LIBRARY])
    found: list[str] = re.findall(rf"Name: {prefix}_([\d.]+)", result.stdout)
    return max(found, key=lambda version: [int(part) for part in version.split(".")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_all_libraries_are_named(page: Path) -> None:
    needed = {name.replace("aarch64.so.1", "x86-64.so.2") for name in dynamic_section()["NEEDED"]}
    assert rows(page).keys() == needed
    assert rows(page)["libc.so.6"] == f"glibc {newest('GLIBC')}"
    assert f"GLIBCXX_{newest('GLIBCXX')}" in rows(page)["libstdc++.so.6"]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "packaging/README.md"])
def test_other_pages_name_the_same_glibc(name: str) -> None:
    versions = re.findall(r"glibc (\d\.\d+)", (ROOT / name).read_text())
    assert set(versions) == {newest("GLIBC")}


def test_notices_name_what_is_inside() -> None:
    """The library contains only the standard library's modules, as the notices say."""
    library = LIBRARY.resolve()
    symbols = run([compiler("nm"), library.with_name(f"{library.name}.debug")]).stdout
    assert "$sSS" in symbols
    for module in ABSENT:
        assert f"$s{len(module)}{module}" not in symbols, module
    assert not re.search(r"\b(_?dispatch_(async|once)|u_isalpha|CFRelease)", symbols)
