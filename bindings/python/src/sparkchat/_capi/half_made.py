"""Objects whose `__init__` has failed: a traceback with local variables shows them as well."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Made = TypeVar("Made")


def shown_half_made(describe: Callable[[Made], str]) -> Callable[[Made], str]:
    """Make a `__repr__` fall back to Python's own while attributes are missing."""

    @wraps(describe)
    def described(made: Made) -> str:
        try:
            return describe(made)
        except AttributeError:
            return object.__repr__(made)

    return described
