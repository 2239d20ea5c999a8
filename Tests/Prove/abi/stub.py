"""Makes a library of the header alone, and has libabigail describe it.

The real library's debug information is Swift's, and says little about C. `@implementation` ties
the Swift code to the header at compile time, so a stub with empty functions can replace it.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

BASELINE = Path(__file__).resolve().parent / "baseline.abi"
# No paths, and type names that do not change when other types are added or removed.
_ABIDW = ("--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--type-id-style", "hash")
_COMPILER = ("gcc", "-std=c11", "-g", "-shared", "-fPIC", "-w")
_MACROS = ("-DSPARKCHAT_API=", "-DSPARKCHAT_WARN_UNUSED=")


class ToolFailed(Exception):
    """A tool failed; the message is its output."""


def _run(
    *command: str | Path, folder: Path | None = None, accept: int = 0
) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    result = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode & ~accept:
        raise ToolFailed(f"{' '.join(words)}: {result.stdout}{result.stderr}")
    return result


def _declarations(text: str) -> Iterator[str]:
    """Split preprocessed C at the semicolons outside braces."""
    depth, start = 0, 0
    for match in re.finditer(r"[{};]", text):
        depth += {"{": 1, "}": -1, ";": 0}[match[0]]
        if match[0] == ";" and depth == 0:
            yield text[start : match.end()].strip()
            start = match.end()


def _define(declaration: str) -> str:
    """Give a function a body; leave types as they are."""
    is_function = "(" in declaration and not declaration.startswith("typedef")
    return declaration[:-1] + " { __builtin_trap(); }" if is_function else declaration


def build_stub(header: str, folder: Path) -> Path:
    """Build a library with the functions of a header, given as text."""
    (folder / "sparkchat.h").write_text(header)
    text = _run("gcc", "-E", "-P", *_MACROS, folder / "sparkchat.h").stdout
    (folder / "stub.c").write_text("\n".join(map(_define, _declarations(text))))
    version = re.search(r"^#define SPARKCHAT_ABI_VERSION (\d+)$", header, re.MULTILINE)
    if not version:
        raise ToolFailed("the header does not say its ABI version")
    soname = f"-Wl,-soname,libsparkchat.so.{version[1]}"
    # By its bare name: the compiler records its command line.
    _run(*_COMPILER, soname, "-o", "stub.so", "stub.c", folder=folder)
    return folder / "stub.so"


def describe(library: Path) -> str:
    """Return libabigail's description of a library; it depends on nothing but the header."""
    return _run("abidw", *_ABIDW, library).stdout


def soname_number(description: str) -> int:
    """Return the number at the end of the soname."""
    match = re.search(r"soname='libsparkchat\.so\.(\d+)'", description)
    return int(match[1]) if match else -1


def symbols(description: str) -> set[str]:
    """Return the functions of a description."""
    return set(re.findall(r"<elf-symbol name='(\w+)'", description))


def enumerators(description: str) -> dict[str, int]:
    """Return all constants of a description."""
    found = re.findall(r"<enumerator name='(\w+)' value='(-?\d+)'/>", description)
    return {name: int(value) for name, value in found}


def incompatible(before: Path, after: Path) -> str:
    """Return the changes that break programs built for the earlier library, or ""."""
    # 4 and 8 report changes; additions do not matter here.
    result = _run("abidiff", "--no-added-syms", before, after, accept=12)
    return result.stdout.strip() if result.returncode else ""
