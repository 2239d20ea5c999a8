"""Times are in seconds, in arguments and in messages."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from service import MakeChat
from sparkchat import InvalidArgumentError, Spark, SparkTimeoutError
from sparkchat._capi.failures import in_seconds

CREDENTIALS: dict[str, Any] = {
    "app_id": "a1b2c3d4",
    "api_key": "key",
    "api_secret": "secret",
    "environment": False,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("first_token_timeout", 4000),
        ("idle_timeout", 30_000),
        ("connect_timeout", 5000),
        ("total_timeout", 60_000),
        ("tls_timeout", 1000),
        ("close_timeout", 1000),
        ("retry_backoff", (500, 8000)),
        ("queue_timeout", 10**6),
    ],
)
def test_what_can_only_be_milliseconds_is_told(name: str, value: Any) -> None:
    shown = value[-1] if isinstance(value, tuple) else value
    words = f"{name}={shown} is {shown} seconds; .*milliseconds.* {name}={shown / 1000:g}"
    with pytest.warns(UserWarning, match=words) as caught:
        client = Spark(**CREDENTIALS, **{name: value})
    assert caught[0].filename == __file__
    client.with_options(temperature=0.5)


def test_long_times_that_may_be_meant_are_not() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Spark(**CREDENTIALS, total_timeout=3600, idle_timeout=1800, first_token_timeout=900)
        Spark(**CREDENTIALS, queue_timeout=86_400, keepalive=7200, connect_timeout=300)
        Spark(**CREDENTIALS, total_timeout=0, retry_backoff=(1, 60))


@pytest.mark.parametrize("name", ["first_token_timeout", "total_timeout"])
def test_a_deadline_is_told_as_it_was_set(chat: MakeChat, name: str) -> None:
    with pytest.raises(SparkTimeoutError) as caught:
        chat("stall", **{name: 0.25}).invoke("Hello")
    assert "within 0.25 s" in caught.value.message
    assert f"({name})" in caught.value.hint


def test_ranges_are_in_seconds_as_well() -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"keepalive time is 0\.5 s; use 1 to 32767 s, or 0"
    ):
        Spark(**CREDENTIALS, keepalive=0.5)
    with pytest.raises(InvalidArgumentError, match=r"backoff is 8 to 0\.5 s"):
        Spark(**CREDENTIALS, retry_backoff=(8, 0.5))


def test_what_others_say_stays_as_it_is() -> None:
    assert in_seconds('1500 ms, and "it took 1500 ms"') == '1.5 s, and "it took 1500 ms"'
    assert in_seconds("use 1000 to 32767000 ms") == "use 1 to 32767 s"
    assert in_seconds("items 12 msgs") == "items 12 msgs"
