"""Finds the emulator: in a wheel, it is part of this package; in a checkout, of the tests."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PACKAGED = f"{__package__}._emulator"
_FOLDER = "Tests/Emulator"


def emulator_module(name: str) -> Any:
    """Return a module of the emulator. ImportError: a package that it needs is not installed."""
    package = _PACKAGED
    if find_spec(package) is None:
        package = "spark_emulator"
        if find_spec(package) is None:
            found = [parent / _FOLDER for parent in Path(__file__).resolve().parents]
            sys.path += [str(folder) for folder in found if folder.is_dir()][:1]
    try:
        return import_module(f"{package}.{name}")
    except ModuleNotFoundError as error:
        raise ImportError(
            f"sparkchat.testing needs {error.name}: pip install {error.name} (it is in the extra"
            " `testing` of the wheel that `make wheel` builds)"
        ) from error
