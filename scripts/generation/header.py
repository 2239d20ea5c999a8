"""Reads the library's header: its declarations with a C parser, and their comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pycparser import c_ast, c_parser  # type: ignore[import-untyped]

PREFIX = "sparkchat_"

# The parser only needs to know that these are types.
_SYSTEM_TYPES = """
typedef unsigned long size_t; typedef long int64_t; typedef unsigned long uint64_t;
typedef int int32_t; typedef unsigned int uint32_t;
"""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:.*\\\n)*.*$", re.MULTILINE)
_MARK = re.compile(r"\bSPARKCHAT_(?:API|WARN_UNUSED|BEGIN_DECLS|END_DECLS)\b")
_DOCUMENTED = re.compile(
    r"/\*\*((?:(?!\*/).)*)\*/\s*(?:typedef (?:struct|enum) (?=\w)|SPARKCHAT_API[^;(]*\b)(\w+)",
    re.DOTALL,
)
_MEMBER = re.compile(r"/\*\*(.*?)\*/|/\*(.*?)\*/|\b(SPARKCHAT_\w+)", re.DOTALL)


@dataclass(frozen=True)
class Function:
    """A function or the type of a callback. Types are written as `const sparkchat_error **`."""

    name: str
    result: str
    parameters: tuple[str, ...]
    comment: str


@dataclass(frozen=True)
class Member:
    """A constant of an enum. Its name lacks the prefix that all constants of the enum share."""

    name: str
    number: int
    comment: str
    section: str
    """The comment before a group of constants, at the first of them."""


@dataclass(frozen=True)
class Enum:
    """An enum of the header."""

    name: str
    comment: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Object:
    """An opaque type."""

    name: str
    comment: str


class Header:
    """What the header declares, in its order. Names of types and functions lack `sparkchat_`."""

    def __init__(self, path: Path) -> None:
        self._text = path.read_text(encoding="utf-8")
        self._comments = {name: _unwrapped(said) for said, name in _DOCUMENTED.findall(self._text)}
        self.functions: list[Function] = []
        self.callbacks: list[Function] = []
        self.objects: list[Object] = []
        self.enums: list[Enum] = []
        code = _MARK.sub("", _DIRECTIVE.sub("", _COMMENT.sub("", self._text)))
        for item in c_parser.CParser().parse(_SYSTEM_TYPES + code).ext:
            self._take(item)

    def macro(self, name: str) -> str:
        """Return the text of a macro, without quotation marks."""
        found = re.search(rf"^#define SPARKCHAT_{name} (.+)$", self._text, re.MULTILINE)
        if found is None:
            raise ValueError(f"the header has no SPARKCHAT_{name}")
        return found[1].strip('"')

    def _take(self, item: Any) -> None:
        kind = item.type
        if not item.name.startswith(PREFIX):
            return
        name = item.name.removeprefix(PREFIX)
        if isinstance(kind, c_ast.FuncDecl):
            self.functions.append(self._function(name, kind))
        elif isinstance(kind, c_ast.PtrDecl) and isinstance(kind.type, c_ast.FuncDecl):
            self.callbacks.append(self._function(name, kind.type))
        elif isinstance(kind.type, c_ast.Struct):
            self.objects.append(Object(name, self._comments.get(item.name, "")))
        elif isinstance(kind.type, c_ast.Enum):
            self.enums.append(self._enum(name, kind.type))
        else:
            raise ValueError(f"{item.name} is of a kind that the generator does not know")

    def _function(self, name: str, kind: Any) -> Function:
        parameters = [_spelled(p.type) for p in kind.args.params] if kind.args else []
        comment = self._comments.get(PREFIX + name, "")
        kinds = tuple(p for p in parameters if p != "void")
        return Function(name, _spelled(kind.type), kinds, comment)

    def _enum(self, name: str, kind: Any) -> Enum:
        numbers: dict[str, int] = {}
        for constant in kind.values.enumerators:
            numbers[constant.name] = _number(constant.value, default=len(numbers))
        prefix = _shared_prefix(list(numbers))
        comments = self._member_comments(PREFIX + name)
        members = [
            Member(full.removeprefix(prefix), number, *comments[full])
            for full, number in numbers.items()
        ]
        return Enum(name, self._comments.get(PREFIX + name, ""), tuple(members))

    def _member_comments(self, name: str) -> dict[str, tuple[str, str]]:
        """Return each constant's own comment, and that of the group that it begins."""
        body = re.search(rf"typedef enum {name} {{(.*?)}} {name};", self._text, re.DOTALL)
        if body is None:
            raise ValueError(f"{name} is not written as `typedef enum {name} {{...}} {name};`")
        found = {}
        comment = section = ""
        for about_one, about_many, constant in _MEMBER.findall(body[1]):
            if constant:
                found[constant] = comment, section
                comment = section = ""
            comment = _unwrapped(about_one) or comment
            section = _unwrapped(about_many) or section
        return found


def _spelled(kind: Any) -> str:
    if isinstance(kind, c_ast.PtrDecl):
        inner = _spelled(kind.type)
        return f"{inner}*" if inner.endswith("*") else f"{inner} *"
    return " ".join([*kind.quals, *kind.type.names])


def _number(value: Any, default: int) -> int:
    if value is None:
        return default
    if isinstance(value, c_ast.UnaryOp) and value.op == "-":
        return -int(value.expr.value, 0)
    return int(value.value, 0)


def _shared_prefix(names: list[str]) -> str:
    words = [name.split("_") for name in names]
    shared = 0
    while all(len(w) > shared + 1 and w[shared] == words[0][shared] for w in words):
        shared += 1
    return "_".join(words[0][:shared]) + "_"


def _unwrapped(comment: str) -> str:
    """Return a comment as one line."""
    lines = (line.strip().removeprefix("*").strip() for line in comment.splitlines())
    return " ".join(filter(None, lines))
