"""What closing returns where other libraries have it awaited."""

from __future__ import annotations

from collections.abc import Iterator

from .._typing import Self


class Closed:
    """What may be awaited, and need not be: it is over already."""

    __slots__ = ()

    def __await__(self) -> Iterator[None]:
        return iter(())


CLOSED = Closed()


class AsyncClosing:
    """What is closed at the end of an `async with` block, and by `contextlib.aclosing`."""

    __slots__ = ()

    def close(self) -> Closed:
        """Stop what still runs. It never waits; what it returns may be awaited, and need not be."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Do what `close` does, as for `contextlib.aclosing`."""
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *unused: object) -> None:
        self.close()
