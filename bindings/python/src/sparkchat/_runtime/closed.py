"""What `close` returns, for programs that await it as in other libraries."""

from __future__ import annotations

from collections.abc import Generator

from .._typing import Self


class Closed:
    """An awaitable that is already done; you need not await it."""

    __slots__ = ()

    def __await__(self) -> Generator[None, None, None]:
        # Type checkers require a generator here.
        yield from ()


CLOSED = Closed()


class AsyncClosing:
    """A base for objects closed by `async with` or `contextlib.aclosing`."""

    __slots__ = ()

    def close(self) -> Closed:
        """Stop what still runs. It never waits; you can await the result, but need not."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Do the same as `close`, for `contextlib.aclosing`."""
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *unused: object) -> None:
        self.close()
