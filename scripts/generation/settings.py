"""Reads the settings and options of the Python package: their types, defaults and docstrings."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "bindings/python/src/sparkchat"
_DEFAULT = re.compile(r"(?P<text>.*?) Default: (?P<default>.+)\.", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """A setting or an option."""

    name: str
    type: str
    text: str
    default: str


def settings(root: Path) -> list[Entry]:
    """Return the credentials and settings of a client."""
    path = root / PACKAGE / "settings.py"
    return [*_members(path, "Changes"), *_members(path, "Settings")]


def options(root: Path) -> list[Entry]:
    """Return the options of a question."""
    path = root / PACKAGE / "options.py"
    return [*_members(path, "PlainOptions"), *_members(path, "Options")]


def variables(root: Path) -> dict[str, tuple[str, ...]]:
    """Return the environment variables of each setting that has any."""
    tree = ast.parse((root / PACKAGE / "_runtime" / "environment.py").read_text(encoding="utf-8"))
    assigned = [item for item in tree.body if isinstance(item, ast.Assign)]
    (table,) = (item.value for item in assigned if ast.unparse(item.targets[0]) == "VARIABLES")
    found: dict[str, tuple[str, ...]] = ast.literal_eval(table)
    return found


def _members(path: Path, name: str) -> list[Entry]:
    """Return the members of a class; a docstring follows each."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    (found,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
    body = found.body[1:]
    return [_entry(member, said) for member, said in zip(body[::2], body[1::2], strict=True)]


def _entry(member: ast.stmt, said: ast.stmt) -> Entry:
    if not isinstance(member, ast.AnnAssign) or not isinstance(member.target, ast.Name):
        raise ValueError(f"line {member.lineno} is not a member with a type")
    if not isinstance(said, ast.Expr) or not isinstance(said.value, ast.Constant):
        raise ValueError(f"{member.target.id} has no docstring")
    text = " ".join(str(said.value.value).split())
    match = _DEFAULT.fullmatch(text)
    kind = ast.unparse(member.annotation).removesuffix(" | None").replace("'", '"')
    if match is None:
        return Entry(member.target.id, kind, text, "")
    return Entry(member.target.id, kind, match["text"], match["default"])
