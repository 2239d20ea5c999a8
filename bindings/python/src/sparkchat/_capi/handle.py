"""Owners of library objects, each of which is freed once."""

from __future__ import annotations

from collections.abc import Callable
from ctypes import byref
from functools import cache, partial
from operator import methodcaller
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._typing import Self
from .library import bind

if TYPE_CHECKING:
    from ctypes import _CDataType, _Pointer

    Object = TypeVar("Object", bound=_CDataType)
else:
    Object = TypeVar("Object")


class NotCopyable:
    """Rejects copies: two copies would free one object twice."""

    __slots__ = ()

    def __reduce__(self) -> str:
        raise TypeError(f"a {type(self).__name__} cannot be pickled or copied")


class Handle(NotCopyable, Generic[Object]):
    """Owns a library object.

    `close`, the end of a `with` block, or dropping the last reference to the handle frees it. If
    several threads use an object, only drop references: a thread inside a call holds one, so the
    object stays alive until the call returns.

    A signal handler may raise, for example KeyboardInterrupt, between any two lines of Python, but
    not inside a C call. Therefore a handle starts empty and the library fills it, so every object
    always has an owner; and a single C call, not a method, frees it.
    """

    __slots__ = ("__del__", "__dict__", "__weakref__")
    __del__: Callable[[], object]

    # NULL for the library after `close`; the library then reports an error.
    pointer: _Pointer[Object] | None = None

    def __init__(self, pointer: _Pointer[Object], free: Callable[..., Any]) -> None:
        """Own what `pointer` points to now or later; `free` is the library's function for it."""
        self.pointer = pointer
        self.__del__ = partial(_taking(free.__name__), self.__dict__)

    @property
    def out(self) -> Any:
        """Where the library puts the object."""
        return byref(self.pointer)  # type: ignore[arg-type]

    def close(self) -> None:
        """Free the object now. Only for a sole owner; a second call does nothing."""
        self.__del__()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()


class _Taken:
    """A parameter that takes the pointer out of a handle's attributes; NULL if it is gone."""

    from_param = methodcaller("pop", "pointer", None)


@cache
def _taking(name: str) -> Callable[..., Any]:
    """Return the library function that frees what it takes out of a handle's attributes."""
    return bind(name.removeprefix("sparkchat_"), None, _Taken)
