"""Every Python on this machine that the package supports."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ["python3.10", "python3.11", "python3.12", "python3.13", "python3.14"]
# Builds without the global interpreter lock.
NAMES += ["python3.13t", "python3.14t"]


def pythons() -> dict[str, str]:
    """Return the interpreters on the path and those of pyenv."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    path = os.pathsep.join([*map(str, root.glob("versions/*/bin")), os.environ["PATH"]])
    found = {name: shutil.which(name, path=path) for name in NAMES}
    return {name: python for name, python in found.items() if python is not None}
