"""Tests the header in parsers of plain C, made plain with the command of the examples' README."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from rows import Row
from runtimes_table import EXAMPLES, FOUND
from support import compiler
from support.header import functions, macro
from support.paths import LIBRARY

# Each takes the plain header and the library, and calls a function that it found in the header.
PHP = r"""
$lib = FFI::cdef(file_get_contents($argv[1]), $argv[2]);
echo $lib->sparkchat_version_string(), ' ', $lib->SPARKCHAT_ERR_CANCELLED, "\n";
"""
LUA = r"""
local ffi = require("ffi")
ffi.cdef(io.open(arg[1]):read("*a"))
local lib = ffi.load(arg[2])
print(ffi.string(lib.sparkchat_version_string()) .. " " .. lib.SPARKCHAT_ERR_CANCELLED)
"""
CFFI = r"""
import sys, cffi
ffi = cffi.FFI()
ffi.cdef(open(sys.argv[1]).read())
lib = ffi.dlopen(sys.argv[2])
print(ffi.string(lib.sparkchat_version_string()).decode(), lib.SPARKCHAT_ERR_CANCELLED)
"""
PYCPARSER = r"""
import ctypes, sys
from pycparser import c_ast, c_parser
types = "typedef unsigned long size_t; typedef unsigned long uint64_t; typedef long int64_t;"
parsed = c_parser.CParser().parse(types + open(sys.argv[1]).read())
names = [item.name for item in parsed.ext if isinstance(item.type, c_ast.FuncDecl)]
assert len(names) == int(sys.argv[3]), len(names)
lib = ctypes.CDLL(sys.argv[2])
assert all(hasattr(lib, name) for name in names)
lib.sparkchat_version_string.restype = ctypes.c_char_p
print(lib.sparkchat_version_string().decode(), -60)
"""


@dataclass(frozen=True)
class Parser:
    name: str
    program: str
    interpreter: str
    suffix: str


PARSERS = (
    Parser("PHP's FFI", "<?php" + PHP, "php", "php"),
    Parser("LuaJIT's FFI", LUA, "luajit", "lua"),
    Parser("cffi", CFFI, sys.executable, "py"),
    Parser("pycparser", PYCPARSER, sys.executable, "py"),
)


def plain_header(folder: Path) -> Path:
    """Make the header plain, as the README says."""
    text = (EXAMPLES / "README.md").read_text()
    (command,) = re.findall(r"^    (grep .* > plain\.h)$", text, re.MULTILINE)
    result = compiler.run(
        ["sh", "-c", command.replace("sparkchat.h", f"{FOUND['CPATH']}/sparkchat.h")], cwd=folder
    )
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return folder / "plain.h"


def run(folder: Path) -> list[Row]:
    place = folder / "header"
    place.mkdir()
    header = plain_header(place)
    expected = f"{macro('SPARKCHAT_VERSION_STRING')} -60\n"
    rows = []
    for parser in PARSERS:
        row = Row(f"sparkchat.h in {parser.name}")
        rows.append(row)
        if not shutil.which(parser.interpreter):
            row.skipped = f"{parser.interpreter} is not installed; `make prove` installs it"
            continue
        program = place / f"in {parser.name}.{parser.suffix}"
        program.write_text(parser.program)
        words: list[str | Path] = [
            parser.interpreter,
            program,
            header,
            LIBRARY,
            str(len(functions())),
        ]
        result = compiler.run(words)
        row.tried = 1
        if (result.returncode, result.stdout) != (0, expected):
            row.failures.append(f"{result.returncode}, {result.stdout!r}, {result.stderr[:500]}")
    return rows
