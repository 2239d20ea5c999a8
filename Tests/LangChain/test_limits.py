"""A limit that models share with each other, with other clients, and with other processes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from redis_server import running_redis
from service import running_service
from sparkchat.langchain import ChatSparkLLM
from sparkchat.limiters import FileLimiter, RedisLimiter

RATE = 12
# A question may take long to reach the service on a machine under load, hence `settle`.
LIMITS: dict[str, Any] = {"max_rate": RATE, "settle": 5}


@pytest.fixture(params=["file", "redis"])
def limiter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Each limiter that comes with the package."""
    if request.param == "file":
        yield FileLimiter(tmp_path / "limit", **LIMITS)
    else:
        with running_redis() as url:
            yield RedisLimiter(url, **LIMITS)


def test_models_share_a_limit(limiter: Any) -> None:
    with running_service("--max-rate", str(RATE), "--quiet") as limited:
        where = {"api_url": limited.url(tag="shared"), **limited.credentials, "max_retries": 0}
        first, second = (
            ChatSparkLLM(**where, temperature=temperature, client_kwargs={"limiter": limiter})
            for temperature in (0.1, 0.9)
        )
        answers: list[AIMessage] = []
        beside = Thread(target=lambda: answers.extend(first.batch(["1+1"] * RATE)))
        beside.start()
        answers += asyncio.run(second.abatch(["1+1"] * RATE))
        beside.join()
        assert len(limited.records("shared")) == 2 * RATE
    assert {answer.content for answer in answers} == {"1 + 1 = **2**."}
    assert len(answers) == 2 * RATE
