"""What closing returns where other libraries have it awaited."""

from __future__ import annotations

from collections.abc import Iterator


class Closed:
    """What may be awaited, and need not be: it is over already."""

    __slots__ = ()

    def __await__(self) -> Iterator[None]:
        return iter(())


CLOSED = Closed()
