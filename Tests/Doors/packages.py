"""Builds the Debian packages, for the tests and for the proof."""

from __future__ import annotations

from pathlib import Path

from support.compiler import bare_environment, run
from support.header import macro
from support.paths import ROOT

VERSION = macro("SPARKCHAT_VERSION_STRING")
# Building takes about ten seconds on an idle machine.
PATIENCE = 280


def build_packages(folder: Path) -> dict[str, Path]:
    """Build the packages, as `make deb` does, into a folder; return them by their names."""
    settings = {**bare_environment(), "VERSION": VERSION, "SOURCE_DATE_EPOCH": "1767225600"}
    result = run([ROOT / "scripts" / "deb.sh", folder], env=settings, timeout=PATIENCE)
    assert result.returncode == 0, result.stderr
    return {path.name.split("_")[0]: path for path in folder.glob("*.deb")}
