"""Objects of the library in processes that fork: what was made before a fork is the parent's."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic

from .handle import Handle, Object


class PerProcess(Generic[Object]):
    """An object that each process makes for itself, when it first uses it.

    There is no lock that a child process could find taken: where two threads make one at the same
    time, both use that of the later one, or each its own, and nothing is lost but a connection.
    """

    __slots__ = ("_handle", "_make", "_process")

    def __init__(self, make: Callable[[Handle[Object] | None], Handle[Object]]) -> None:
        """Make the first one; `make` is given that of the parent, which can still be looked at."""
        self._make = make
        self._handle = make(None)
        self._process = os.getpid()

    def get(self) -> Handle[Object]:
        """Return that of this process."""
        process = os.getpid()
        if self._process != process:
            self._handle = self._make(self._handle)
            self._process = process
        return self._handle

    @property
    def is_of_parent(self) -> bool:
        """Whether the object that there is belongs to the parent."""
        return self._process != os.getpid()
