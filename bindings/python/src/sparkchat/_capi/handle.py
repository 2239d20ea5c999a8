"""Objects of the library, each freed once."""

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
    """Refuses copies: two of a kind would free one object twice."""

    __slots__ = ()

    def __reduce__(self) -> str:
        raise TypeError(f"a {type(self).__name__} cannot be pickled or copied")


class Handle(NotCopyable, Generic[Object]):
    """Owns an object of the library.

    It is freed by `close`, at the end of a `with` block, or with the last reference to the handle.
    An object that several threads use is left to the last of these: a thread that is inside a call
    then holds a reference, and nobody pulls the object away from under it.

    Python may raise what a signal's handler raises, such as KeyboardInterrupt, between any two
    lines, but not inside a call of C. So a handle is made empty, and the library fills it: no
    object is ever without an owner. And what frees it is a single call of C, in place of a method.
    """

    __slots__ = ("__del__", "__dict__", "__weakref__")
    __del__: Callable[[], object]

    # NULL for the library once it is closed, which answers that with an error.
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
        """Free the object now. Only for who has it alone; doing it again does nothing."""
        self.__del__()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()


class _Taken:
    """A parameter that takes the pointer out of a handle's attributes; NULL where it is gone."""

    from_param = methodcaller("pop", "pointer", None)


@cache
def _taking(name: str) -> Callable[..., Any]:
    """Return the function of the library that frees what it takes out of a handle's attributes."""
    return bind(name.removeprefix("sparkchat_"), None, _Taken)
