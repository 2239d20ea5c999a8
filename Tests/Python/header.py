"""The library's header, parsed: what the package is compared with."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from pycparser import c_ast, c_parser

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "include" / "sparkchat.h"


class Header:
    """Functions, enums and macros of the header."""

    def __init__(self, scratch: Path) -> None:
        (scratch / "stddef.h").write_text("typedef unsigned long size_t;\n")
        (scratch / "stdint.h").write_text("typedef long int64_t; typedef unsigned long uint64_t;\n")
        without = ["-DSPARKCHAT_API=", "-DSPARKCHAT_WARN_UNUSED="]
        command = ["cc", "-E", "-P", "-nostdinc", f"-I{scratch}", *without, str(HEADER)]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        self.functions: dict[str, tuple[str, list[str]]] = {}
        self.enums: dict[str, dict[str, int]] = {}
        self.callbacks: dict[str, tuple[str, list[str]]] = {}
        for item in c_parser.CParser().parse(text).ext:
            self._take(item)

    def _take(self, item: Any) -> None:
        if isinstance(item, c_ast.Decl) and isinstance(item.type, c_ast.FuncDecl):
            self.functions[item.name] = _signature(item.type)
        elif isinstance(item, c_ast.Typedef):
            kind = item.type
            if isinstance(kind, c_ast.PtrDecl) and isinstance(kind.type, c_ast.FuncDecl):
                self.callbacks[item.name] = _signature(kind.type)
            elif isinstance(kind.type, c_ast.Enum):
                self.enums[item.name] = _values(kind.type)

    @staticmethod
    def macro(name: str) -> str:
        """Return the text of a macro."""
        found = re.search(rf"^#define {name} (.+)$", HEADER.read_text(), re.MULTILINE)
        assert found is not None, f"the header has no {name}"
        return found[1].strip('"')


def _signature(function: Any) -> tuple[str, list[str]]:
    parameters = [_name(p.type) for p in function.args.params] if function.args else []
    return _name(function.type), [p for p in parameters if p != "void"]


def _name(kind: Any) -> str:
    """Write a type as `sparkchat_error **`: without const, but for strings."""
    if isinstance(kind, c_ast.PtrDecl):
        inner = _name(kind.type)
        return f"{inner}*" if inner.endswith("*") else f"{inner} *"
    name = " ".join(kind.type.names)
    return f"const {name}" if name == "char" and "const" in kind.quals else name


def _values(enum: Any) -> dict[str, int]:
    values = {}
    for member in enum.values.enumerators:
        value = member.value
        negative = isinstance(value, c_ast.UnaryOp)
        values[member.name] = -int(value.expr.value) if negative else int(value.value)
    return values
