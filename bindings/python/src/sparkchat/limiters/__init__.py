"""Limits that several clients, processes or machines share.

    from sparkchat import Spark
    from sparkchat.limiters import FileLimiter

    chat = Spark(limiter=FileLimiter("/run/lock/spark", max_rate=20, max_concurrency=10))

`FileLimiter` is for the processes of one machine, and `RedisLimiter` for any number of machines.
Your own limiter needs the three methods of `Limiter`.
"""

from ._file import FileLimiter
from ._redis import RedisLimiter
from .protocol import Limiter

__all__ = ["FileLimiter", "Limiter", "RedisLimiter"]
