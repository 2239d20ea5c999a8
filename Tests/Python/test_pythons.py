"""The package works with every Python on this machine that it supports."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interpreters import pythons

SMOKE = Path(__file__).with_name("smoke.py")


@pytest.mark.parametrize("python", pythons().values(), ids=pythons().keys())
def test_it_works(
    python: str,
    local_settings: Callable[..., dict[str, Any]],
    clean_python: dict[str, str],
    tmp_path: Path,
    tag: str,
) -> None:
    settings = json.dumps(local_settings(tls=True, tag=tag))
    done = subprocess.run(
        [python, "-X", "dev", "-W", "error", str(SMOKE), settings],
        env={**clean_python, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
