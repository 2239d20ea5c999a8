"""The proof's programs that use the library's internals, built when they are first needed."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_PLACES = {
    "echo": ROOT / "build" / "prove" / "spark-echo",
    "pipe": ROOT / "build" / "prove" / "spark-pipe",
    "fuzz": ROOT / "build" / "fuzz" / "spark-fuzz",
}


def built(name: str) -> Path:
    """Bring a program up to date and return its path."""
    command = ["make", "-s", "-f", "Tests/Prove/build.mk", name]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise AssertionError(f"{name} does not build:\n{result.stdout}{result.stderr}")
    return _PLACES[name]
