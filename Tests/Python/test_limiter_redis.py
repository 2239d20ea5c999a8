"""A limit in Redis when the server is gone, hangs, or changes its clock."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

from redis_server import redis_url, running_redis
from service import MakeAsyncChat
from sparkchat import (
    ConfigError,
    LimiterError,
    Status,
)
from sparkchat.limiters import RedisLimiter

__all__ = ["redis_url"]


def test_a_server_that_is_gone() -> None:
    with running_redis() as url:
        limiter = RedisLimiter(url, max_rate=10)
    with pytest.raises(Exception, match="connecting"):
        limiter.acquire(1)


class Hanging:
    """A client of Redis whose server stops answering while it `hangs`; it counts what it awaits."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url)
        self.hangs = False
        self.awaited = 0

    def _answered(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def answered(*arguments: Any, **named: Any) -> Any:
            if self.hangs:
                self.awaited += 1
                time.sleep(0.5)
                raise redis.TimeoutError("Timeout reading from socket")
            return call(*arguments, **named)

        return answered

    def register_script(self, script: str) -> Any:
        return self._answered(self._client.register_script(script))

    def zrem(self, name: str, *values: str) -> Any:
        return self._answered(self._client.zrem)(name, *values)


def test_a_server_that_hangs(redis_url: str, tmp_path: Path, async_chat: MakeAsyncChat) -> None:
    """Many questions on one event loop do not wait for it one after the other."""
    server = Hanging(redis_url)
    limiter = RedisLimiter(server, name=tmp_path.name, max_concurrency=50)
    server.hangs = True

    async def ask() -> list[Any]:
        async with async_chat(limiter=limiter) as chat:
            return await asyncio.gather(
                *(chat.invoke("1+1") for _ in range(20)), return_exceptions=True
            )

    assert {type(failure) for failure in asyncio.run(ask())} == {LimiterError}
    # Each question makes two calls.
    assert server.awaited < 20


def test_a_server_whose_clock_was_set_back(redis_url: str, tmp_path: Path) -> None:
    """The times that it wrote before are an hour ahead; they do not block anyone for an hour."""
    limiter = RedisLimiter(redis_url, name=tmp_path.name, max_rate=20)
    client, hour = redis.Redis.from_url(redis_url), 3600 * 1_000_000
    for attempt in (1, 2):
        while limiter.acquire(attempt):
            time.sleep(0.01)
    limiter.report(2, Status.ERR_RATE_LIMITED, 11202)
    until, last, held = (f"{{{tmp_path.name}}}:{part}" for part in ("until", "last", "held"))
    for member, end in client.zrange(until, 0, -1, withscores=True):
        client.zadd(until, {member: end + hour})
    for key in (last, held):
        client.incrby(key, hour)
    assert limiter.acquire(3) == 0
    assert 0 < limiter.acquire(4) < 1


def test_an_end_that_a_server_missed(redis_url: str, tmp_path: Path) -> None:
    server = Hanging(redis_url)
    limiter = RedisLimiter(server, name=tmp_path.name, max_concurrency=1)
    other = RedisLimiter(redis_url, name=tmp_path.name, max_concurrency=1)
    assert limiter.acquire(1) == 0
    server.hangs = True
    with pytest.raises(redis.TimeoutError):
        limiter.release(1)
    server.hangs = False
    limiter.report(1, Status.OK, 0)
    assert other.acquire(1) == 0


def test_the_extra_is_named(clean_python: dict[str, str]) -> None:
    program = (
        "import sys; sys.modules['redis'] = None\n"
        "from sparkchat.limiters import RedisLimiter\n"
        "RedisLimiter('redis://localhost', max_rate=5)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=clean_python, capture_output=True, encoding="utf-8"
    )
    assert "pip install redis (the extra `redis` of" in done.stderr
    assert ConfigError.__name__ in done.stderr
