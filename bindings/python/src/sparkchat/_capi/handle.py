"""Objects of the library, each freed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._typing import Self

if TYPE_CHECKING:
    from ctypes import _CDataType, _Pointer

    Object = TypeVar("Object", bound=_CDataType)
else:
    Object = TypeVar("Object")


class NotCopyable:
    """Refuses copies: two of a kind would free one object twice."""

    __slots__ = ()

    def __reduce__(self) -> str:
        raise TypeError(f"a {type(self).__name__} cannot be pickled or copied")


class Handle(NotCopyable, Generic[Object]):
    """Owns an object of the library.

    It is freed by `close`, at the end of a `with` block, or with the last reference to the handle.
    An object that several threads use is left to the last of these: a thread that is inside a call
    then holds a reference, and nobody pulls the object away from under it.
    """

    __slots__ = ("__weakref__", "_free", "pointer")

    def __init__(self, pointer: _Pointer[Object], free: Callable[..., Any]) -> None:
        # NULL for the library once it is closed, which answers that with an error.
        self.pointer: _Pointer[Object] | None = pointer
        self._free = free

    def close(self) -> None:
        """Free the object now. Only for who has it alone; doing it again does nothing."""
        pointer, self.pointer = self.pointer, None
        if pointer is not None:
            self._free(pointer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()
