"""Finds and loads libsparkchat, and rejects an incompatible one."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .version import ABI_VERSION

SONAME = f"libsparkchat.so.{ABI_VERSION}"
VARIABLE = "SPARKCHAT_LIBRARY"


def _candidates() -> list[tuple[str, str]]:
    """Return the places to look in: the name of each, and what to load."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        # If the user names a library, load no other one.
        return [(f"{VARIABLE}={chosen}", chosen)]
    inside = Path(__file__).parent.with_name("_native") / SONAME
    return [(str(inside), str(inside)), (f"{SONAME} on the system's library path", SONAME)]


def _find() -> str:
    failures = []
    for called, name in _candidates():
        try:
            ctypes.CDLL(name)
        except OSError as error:
            failures.append(f"\n  {called}: {error}")
        else:
            return name
    advice = "Build or install it"
    if not Path(__file__).is_file():
        advice = "Install the package with pip: no library can be loaded from a zip file"
    raise ImportError(
        f"libsparkchat was not found. {advice}, or set {VARIABLE} to its path. Tried:"
        + "".join(failures)
    )


def _check_abi(name: str) -> None:
    library = ctypes.CDLL(name)
    try:
        loaded: int = library.sparkchat_abi_version()
    except AttributeError:
        raise ImportError(f"{name} is not libsparkchat: it has no sparkchat_abi_version") from None
    if loaded != ABI_VERSION:
        raise ImportError(
            f"{name} has ABI version {loaded}, but this package was written for ABI version"
            f" {ABI_VERSION}: install package and library from the same release"
        )


path = _find()
_check_abi(path)
# Calls through the first let other threads run; calls through the second do not, and cost less:
# they are for functions that only read or set a value.
_waiting = ctypes.CDLL(path)
_quick = ctypes.PyDLL(path)


def _bind(library: ctypes.CDLL, name: str, result: Any, parameters: tuple[Any, ...]) -> Any:
    name = f"sparkchat_{name}"
    try:
        # A lookup by index returns a new object each time, with its own types.
        function = library[name]
    except AttributeError:
        raise ImportError(
            f"{path} has no function {name}: the library is older than this package"
        ) from None
    function.restype = result
    function.argtypes = parameters
    return function


def bind(name: str, result: Any, *parameters: Any) -> Callable[..., Any]:
    """Return a function that may block or run for long."""
    return _bind(_waiting, name, result, parameters)  # type: ignore[no-any-return]


def bind_quick(name: str, result: Any, *parameters: Any) -> Callable[..., Any]:
    """Return a function that does not block."""
    return _bind(_quick, name, result, parameters)  # type: ignore[no-any-return]
