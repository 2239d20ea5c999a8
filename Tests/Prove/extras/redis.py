"""Uses `sparkchat[redis]` as docs/scale.md describes it; the argument is the URL of a Redis."""

import sys

from sparkchat import Spark
from sparkchat.limiters import RedisLimiter

with Spark(limiter=RedisLimiter(sys.argv[1], max_rate=20)) as spark:
    assert all("42" in answer.text for answer in spark.batch(["6 times 7"] * 4))
