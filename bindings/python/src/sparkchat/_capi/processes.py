"""Library objects in processes that fork: an object made before a fork is the parent's."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Generic

from .handle import Handle, Object


class PerProcess(Generic[Object]):
    """An object that each process makes for itself on first use.

    It has no lock, since a child process could find one locked. If two threads make an object at
    the same time, both use the later one or each uses its own; at most a connection is lost.
    """

    __slots__ = ("_handle", "_make", "_process")

    def __init__(self, make: Callable[[Handle[Object] | None], Handle[Object]]) -> None:
        """Make the first object; `make` receives the parent's, which can still be read."""
        self._make = make
        self._handle = make(None)
        self._process = os.getpid()

    def get(self) -> Handle[Object]:
        """Return this process's object."""
        process = os.getpid()
        if self._process != process:
            self._handle = self._make(self._handle)
            self._process = process
        return self._handle

    @property
    def is_of_parent(self) -> bool:
        """Whether the current object belongs to the parent."""
        return self._process != os.getpid()
