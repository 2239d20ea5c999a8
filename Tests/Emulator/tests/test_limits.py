"""The limits of requests, over both transports: 11202 and 11203."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from websockets.asyncio.client import connect

from client import Target, exchange, request_text
from http_client import HttpTarget
from spark_emulator import Emulator
from spark_emulator.service.errors import ServiceError
from spark_emulator.service.limits import Limits


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(limits: Limits) -> int:
    """Ask once, and return the code."""
    try:
        with limits.admit():
            return 0
    except ServiceError as error:
        return error.code


@pytest.mark.parametrize(
    ("rate", "most", "period"), [(3, 3, 1), (1, 1, 1), (0.5, 1, 2), (2.5, 2, 1)]
)
def test_so_many_a_second_are_taken(rate: float, most: int, period: float) -> None:
    clock = Clock()
    limits = Limits(max_rate=rate, clock=clock)
    for _ in range(2):
        assert [taken(limits) for _ in range(most + 2)] == [0] * most + [11202] * 2
        clock.now += period


def test_so_many_at_a_time_are_taken() -> None:
    limits = Limits(max_concurrency=2)
    with ExitStack() as first:
        for _ in range(2):
            first.enter_context(limits.admit())
        assert taken(limits) == 11203
    assert [taken(limits) for _ in range(5)] == [0] * 5


def test_without_limits_everything_is_taken() -> None:
    limits = Limits()
    with ExitStack() as all_of_them:
        for _ in range(1000):
            all_of_them.enter_context(limits.admit())


@pytest.fixture
def slow() -> Iterator[Emulator]:
    # One in a thousand seconds, so the second request is too early on any machine.
    with Emulator(max_rate=0.001) as emulator:
        yield emulator


def test_a_rate_counts_over_both_transports(slow: Emulator) -> None:
    target = Target(slow.ready, "rate")
    assert target.ask("1+1").text
    assert target.ask("1+1").error["code"] == 11202
    refused = HttpTarget(target).ask("1+1")
    assert (refused.status, refused.error["code"]) == (429, "11202")


def test_a_question_that_is_still_answered_counts() -> None:
    with Emulator(max_concurrency=1, close_wait=1) as emulator:
        target = Target(emulator.ready, "many")

        async def ask_twice() -> tuple[int, int]:
            async with connect(target.url(scenario="stall:at=middle")) as held:
                await held.send(request_text("Hello"))
                await held.recv()
                second = await exchange(target.url(), request_text("1+1"), None, 5)
                over_http = await asyncio.to_thread(HttpTarget(target).ask, "1+1")
            return second.error["code"], over_http.status

        assert asyncio.run(ask_twice()) == (11203, 429)
        assert emulator.records(wait=10)
        assert target.ask("1+1").text == "1 + 1 = **2**."
