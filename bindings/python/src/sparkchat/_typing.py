"""Typing names that are new in Python 3.11; they exist at run time, so that hints resolve."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack
elif sys.version_info >= (3, 11):
    from typing import Self, Unpack
else:
    Self = TypeVar("Self")

    class Unpack:
        """`Unpack[Options]` is `Options`, the closest that Python 3.10 can express."""

        def __class_getitem__(cls, kind: Any) -> Any:
            return kind


__all__ = ["Self", "Unpack"]
