"""Go: a module that finds the library with pkg-config, and has a callback, as documented."""

from __future__ import annotations

import shutil
from pathlib import Path

from rows import Row
from runtimes_cases import HELLO
from runtimes_table import GO_ENVIRONMENT, RUNTIMES, must, surroundings
from support import compiler
from support.paths import LIBRARY_FOLDER, ROOT
from support.service import Service

GO = next(runtime for runtime in RUNTIMES if runtime.name == "Go")
MODULE = ROOT / "Tests" / "Prove" / "go"


def run(folder: Path, service: Service) -> list[Row]:
    """Build `go/`; check that Go receives each log line, and that its panic does not leave Go."""
    row = Row("Go: pkg-config, and a log callback")
    place = folder / "go module"
    row.skipped = GO.not_prepared(place)
    if row.skipped:
        return [row]
    shutil.copytree(MODULE, place, dirs_exist_ok=True)
    found = {"PKG_CONFIG_PATH": str(LIBRARY_FOLDER / "pkgconfig")}
    must(["go", "build", "-o", "logged"], place, **GO_ENVIRONMENT, **found)
    result = compiler.run(["./logged"], env=surroundings(GO, service, "logged"), cwd=place)
    row.tried = 1
    if (result.returncode, result.stdout) != (0, f"{HELLO}\ntrue 1\n"):
        row.failures.append(f"{result.returncode}, {result.stdout!r}, {result.stderr[:500]}")
    return [row]
