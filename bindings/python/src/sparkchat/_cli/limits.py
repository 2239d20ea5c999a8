"""Limits that all clients of a command have in common, and others may have with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile

from ..limiters import FileLimiter, Limiter, RedisLimiter


@contextmanager
def shared_limiter(
    where: str | None, max_rate: float, max_concurrency: int
) -> Iterator[Limiter | None]:
    """Yield a limiter with these limits; None where there are none (0).

    `where` is a file, or the URL of a Redis, for who names the same; None is for this process.
    """
    if not max_rate and not max_concurrency:
        yield None
    elif where is None:
        with NamedTemporaryFile(prefix="sparkchat-limit-") as own:
            yield FileLimiter(own.name, max_rate=max_rate, max_concurrency=max_concurrency)
    else:
        kind = RedisLimiter if "://" in where else FileLimiter
        yield kind(where, max_rate=max_rate, max_concurrency=max_concurrency)
