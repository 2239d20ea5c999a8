"""Greenlets: if the host has patched blocking calls, one that waits lets the others run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("greenlets.py")


@pytest.mark.parametrize("kind", ["gevent", "eventlet"])
def test_greenlets(
    kind: str, local_settings: Callable[..., dict[str, Any]], clean_python: dict[str, str]
) -> None:
    if find_spec(kind) is None:
        pytest.skip(f"{kind} is not installed")
    done = subprocess.run(
        [sys.executable, PROGRAM, kind, json.dumps(local_settings())],
        env=clean_python,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
