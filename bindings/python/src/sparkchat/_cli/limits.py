"""Limits that all clients of a command share, and may share with other processes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile

from ..limiters import FileLimiter, Limiter, RedisLimiter
from .options import MOST_A_SECOND, MOST_AT_ONCE, number


def add_limits(parser: argparse.ArgumentParser, at_once: str, least_at_once: int = 0) -> None:
    """Add the limit options of a command; `at_once` names the default of --max-concurrency."""
    add = parser.add_argument
    rate, count = number(float, 0, MOST_A_SECOND), number(int, least_at_once, MOST_AT_ONCE)
    add("--max-rate", type=rate, default=0, metavar="N", help="requests started per second")
    add("--max-concurrency", type=count, metavar="N", help=f"requests running at once{at_once}")
    add("--limit", metavar="WHERE", help="share the limits: a file or redis://HOST")


def check_limits(
    parser: argparse.ArgumentParser, where: str | None, max_rate: float, max_concurrency: int
) -> None:
    """End the program if --limit is given without a limit to share."""
    if where is not None and not max_rate and not max_concurrency:
        parser.error("--limit needs --max-rate or --max-concurrency")


@contextmanager
def shared_limiter(
    where: str | None, max_rate: float, max_concurrency: int
) -> Iterator[Limiter | None]:
    """Yield a limiter with these limits; None if both are 0, for no limit.

    `where` is a file or a Redis URL, and all who name the same share the limits; None limits only
    this process.
    """
    if not max_rate and not max_concurrency:
        yield None
    elif where is None:
        with NamedTemporaryFile(prefix="sparkchat-limit-") as own:
            yield FileLimiter(own.name, max_rate=max_rate, max_concurrency=max_concurrency)
    else:
        kind = RedisLimiter if "://" in where else FileLimiter
        yield kind(where, max_rate=max_rate, max_concurrency=max_concurrency)
