"""The built library as binutils show it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from .compiler import compiler, run
from .paths import LIBRARY


@cache
def _tool(name: str, *arguments: str | Path) -> str:
    result = run([compiler(name), *arguments])
    assert result.returncode == 0, result.stderr
    return result.stdout


def dynamic_section() -> dict[str, list[str]]:
    """Return the entries of the dynamic section: tag to values."""
    entries: dict[str, list[str]] = {}
    for line in _tool("readelf", "--dynamic", "--wide", LIBRARY).splitlines():
        match = re.match(r"\s*0x\w+ \((\w+)\)\s+(.*)", line)
        if match:
            value = re.search(r"\[(.*)\]", match[2])
            entries.setdefault(match[1], []).append(value[1] if value else match[2])
    return entries


def program_headers() -> str:
    """Return the program headers as text."""
    return _tool("readelf", "--program-headers", "--wide", LIBRARY)


def exported_symbols() -> dict[str, str]:
    """Return the exported symbols, each with its version."""
    symbols = {}
    for line in _tool("nm", "--dynamic", "--defined-only", "--extern-only", LIBRARY).splitlines():
        name, _, version = line.split()[-1].partition("@@")
        symbols[name] = version
    return symbols


def needed_versions() -> dict[str, list[tuple[int, ...]]]:
    """Return the symbol versions that other libraries must have: a name to its numbers."""
    needed: dict[str, list[tuple[int, ...]]] = {}
    for line in _tool("readelf", "--version-info", "--wide", LIBRARY).splitlines():
        match = re.search(r"Name: ([A-Z]+)_([\d.]+) ", line)
        if match:
            numbers = tuple(map(int, match[2].split(".")))
            needed.setdefault(match[1], []).append(numbers)
    return needed
