"""A received chunk must not take more instructions, nor the library more bytes, than
Tests/Benchmarks/ratchet.json allows. `run.py --set-ratchet REASON` replaces its figures."""

from __future__ import annotations

import sys

from support.compiler import run
from support.paths import ROOT

# Valgrind makes it slow.
PATIENCE = 240


def test_no_figure_has_grown() -> None:
    command = [sys.executable, "-B", ROOT / "Tests" / "Benchmarks" / "run.py", "--check-ratchet"]
    result = run(command, timeout=PATIENCE)
    assert result.returncode == 0, result.stdout + result.stderr
