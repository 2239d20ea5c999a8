"""Limits that all clients of a command have in common, and others may have with them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile

from ..limiters import FileLimiter, Limiter, RedisLimiter
from .options import MOST_A_SECOND, MOST_AT_ONCE, number


def add_limits(parser: argparse.ArgumentParser, at_once: str, least_at_once: int = 0) -> None:
    """Add the limits of a command; `at_once` says what --max-concurrency is by default."""
    add = parser.add_argument
    rate, count = number(float, 0, MOST_A_SECOND), number(int, least_at_once, MOST_AT_ONCE)
    add("--max-rate", type=rate, default=0, metavar="N", help="questions begun in a second")
    add("--max-concurrency", type=count, metavar="N", help=f"questions under way at once{at_once}")
    add("--limit", metavar="WHERE", help="a file or redis://HOST: what others count there, too")


def check_limits(
    parser: argparse.ArgumentParser, where: str | None, max_rate: float, max_concurrency: int
) -> None:
    """End the program where a limit that others share is none."""
    if where is not None and not max_rate and not max_concurrency:
        parser.error("--limit needs --max-rate or --max-concurrency")


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
