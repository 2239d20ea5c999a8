"""The package works with every Python on this machine that it says it is for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SMOKE = Path(__file__).with_name("smoke.py")
NAMES = ["python3.10", "python3.11", "python3.12", "python3.13", "python3.14"]
# Without the global interpreter lock.
NAMES += ["python3.13t", "python3.14t"]


def pythons() -> dict[str, str]:
    """Return those on the path, and those of pyenv."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    path = os.pathsep.join([*map(str, root.glob("versions/*/bin")), os.environ["PATH"]])
    found = {name: shutil.which(name, path=path) for name in NAMES}
    return {name: python for name, python in found.items() if python is not None}


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
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
