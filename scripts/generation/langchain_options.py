"""Writes the fields of LangChain's model that are options of a question."""

from __future__ import annotations

import ast
from pathlib import Path

_SOURCE = "bindings/python/src/sparkchat/options.py"


def option_fields_module(root: Path) -> str:
    """Return the module with a pydantic field for each of `PlainOptions`."""
    options = _members((root / _SOURCE).read_text(encoding="utf-8"), "PlainOptions")
    return f'''\
# Generated from {_SOURCE} by scripts/generate.py; do not edit.
"""The options of a question as fields."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class OptionFields(BaseModel):
    """The options of a question; None leaves an option unset."""

{options}
'''


def _members(source: str, name: str) -> str:
    """Return the source of a class's members, each with None as its default."""
    lines = source.splitlines()
    (found,) = (n for n in ast.parse(source).body if isinstance(n, ast.ClassDef) and n.name == name)
    written = []
    for statement in found.body[1:]:
        text = "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
        written.append(f"{text} = None" if isinstance(statement, ast.AnnAssign) else text)
    return "\n".join(written)
