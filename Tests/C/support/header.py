"""What the header declares, read by a C parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pycparser import c_ast, c_parser  # type: ignore[import-untyped]

from .compiler import compiler, run
from .paths import HEADER

# Stand-ins: a parser needs to know that these are types, and no more.
_SYSTEM_TYPES = (
    "typedef unsigned long size_t; typedef long int64_t; "
    "typedef unsigned long uint64_t; typedef int int32_t;\n"
)


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name and its type, as C writes it."""

    name: str
    type: str


@dataclass(frozen=True)
class Function:
    """A function of the header."""

    name: str
    result: str
    parameters: tuple[Parameter, ...]


@cache
def header_text() -> str:
    """Return the header as it is."""
    return HEADER.read_text()


@cache
def _declarations() -> list[c_ast.Node]:
    text = re.sub(r"^#include .*", "", header_text(), flags=re.MULTILINE)
    command = [compiler("gcc"), "-E", "-P", "-xc", "-D__attribute__(x)=", "-DSIZE_MAX=0", "-"]
    result = run(command, input=text)
    assert result.returncode == 0, result.stderr
    tree = c_parser.CParser().parse(_SYSTEM_TYPES + result.stdout, "sparkchat.h")
    return list(tree.ext)


def _spell(node: c_ast.Node) -> str:
    if isinstance(node, c_ast.PtrDecl):
        return f"{_spell(node.type)} *"
    if isinstance(node, c_ast.TypeDecl):
        return " ".join([*node.quals, " ".join(node.type.names)])
    raise AssertionError(f"a type that the tests do not know: {node}")


@cache
def functions() -> tuple[Function, ...]:
    """Return all functions that the header declares."""
    found = []
    for node in _declarations():
        if not isinstance(node, c_ast.Decl) or not isinstance(node.type, c_ast.FuncDecl):
            continue
        parameters = node.type.args.params if node.type.args else []
        found.append(
            Function(
                node.name,
                _spell(node.type.type),
                tuple(Parameter(p.name, _spell(p.type)) for p in parameters if p.name),
            )
        )
    return tuple(found)


@cache
def enumerations() -> dict[str, dict[str, int]]:
    """Return the enumerations with their constants."""
    found = {}
    for node in _declarations():
        if isinstance(node, c_ast.Typedef) and isinstance(node.type.type, c_ast.Enum):
            constants = {}
            for constant in node.type.type.values.enumerators:
                value = constant.value
                sign = -1 if isinstance(value, c_ast.UnaryOp) else 1
                number = value.expr if isinstance(value, c_ast.UnaryOp) else value
                constants[constant.name] = sign * int(number.value)
            found[node.name] = constants
    return found


def macro(name: str) -> str:
    """Return the value of a macro, without quotation marks."""
    match = re.search(rf"^#define {name} (.+)$", header_text(), re.MULTILINE)
    assert match, f"the header does not define {name}"
    return match[1].strip('"')
