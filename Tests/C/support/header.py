"""The header's declarations, with their names in C."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache

from .paths import HEADER, ROOT

sys.path.append(str(ROOT / "scripts"))

from generation.header import PREFIX, Function, Header

__all__ = ["Function", "enumerations", "functions", "header_text", "macro"]


@cache
def _header() -> Header:
    return Header(HEADER)


@cache
def header_text() -> str:
    """Return the text of the header."""
    return HEADER.read_text()


@cache
def functions() -> tuple[Function, ...]:
    """Return all functions that the header declares."""
    return tuple(replace(f, name=PREFIX + f.name) for f in _header().functions)


@cache
def enumerations() -> dict[str, dict[str, int]]:
    """Return the enumerations with their values; constants are without their common prefix."""
    return {PREFIX + e.name: {m.name: m.number for m in e.members} for e in _header().enums}


def macro(name: str) -> str:
    """Return the value of a macro, without quotation marks."""
    return _header().macro(name.removeprefix("SPARKCHAT_"))
