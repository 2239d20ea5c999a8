"""Separate virtual environments for other people's Python programs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

LONGEST = 900


class NotAvailable(Exception):
    """A program cannot be run here; the message says why."""


def is_installed(folder: Path, requirements: Path) -> bool:
    """Whether the environment exists and meets these requirements."""
    stamp = folder / ".installed"
    return stamp.exists() and stamp.read_text() == requirements.read_text()


def install(folder: Path, requirements: Path, create: Sequence[str | Path]) -> None:
    """Make the environment with the command `create`, unless it exists."""
    if is_installed(folder, requirements):
        return
    shutil.rmtree(folder, ignore_errors=True)
    pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([*create, folder], [*pip, "-r", requirements]):
        words = [str(word) for word in command]
        result = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST, check=False)
        if result.returncode != 0:
            said = result.stderr.strip().splitlines() or ["?"]
            raise NotAvailable(
                f"{requirements.stem.removeprefix('requirements-')} cannot be installed: {said[-1]}"
            )
    (folder / ".installed").write_text(requirements.read_text())
