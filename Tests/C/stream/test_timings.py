"""Data about an exchange: timings, bytes, attempts, and the kind of connection."""

from __future__ import annotations

import pytest
from support.asking import ask, ask_often
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

COLD, RESUMED = 1, 2


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_timings_are_set_and_in_order(scheme: str, workshop: Workshop, service: Service) -> None:
    """The parts of connecting fit into the time before the first event."""
    url = service.url(scheme, scenario="slow:bytes=60,delay_ms=2")
    result = ask(workshop, url)
    parts = [result[f"t_{name}"] for name in ("resolve", "connect", "tls", "upgrade")]
    first, last, total = (result[f"t_{name}"] for name in ("first_text", "last", "total"))
    assert all(part >= 0 for part in parts), result
    assert parts[3] > 0
    assert (parts[2] > 0) == (scheme == "wss")
    assert 0 < sum(parts) <= first < last <= total, result
    assert result.t_queue == 0
    assert result.t_first_reasoning == -1
    assert (result.connection, result.attempts) == (COLD, 1)


def test_reasoning_is_timed(workshop: Workshop, service: Service) -> None:
    """The reasoning of a model that thinks first comes before its text."""
    url = service.url(scenario="reasoning")
    result = ask(workshop, url)
    reasoning, text = result.t_first_reasoning, result.t_first_text
    assert 0 < reasoning <= text <= result.t_last


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_bytes(scheme: str, workshop: Workshop, service: Service) -> None:
    """A longer request sends more, a longer answer receives more; TLS does not count."""
    url = service.url(scheme, scenario="echo")
    short, long = (ask(workshop, url, text="x" * length) for length in (10, 5010))
    assert 300 < short.sent < 3000
    assert 300 < short.received < 3000
    assert 0 <= long.sent - short.sent - 5000 < 50
    assert 0 <= long.received - short.received - 5000 < 100


def test_resumed_connections_say_so(workshop: Workshop, service: Service, tag: str) -> None:
    """The service sees the same."""
    answers = ask_often(workshop, service.url("wss", tag=tag), questions=4)
    assert [result.connection for result in answers] == [COLD, RESUMED, RESUMED, RESUMED]
    assert [record["tls"]["resumed"] for record in service.records(tag)] == [
        result.connection == RESUMED for result in answers
    ]


def test_nothing_to_resume_without_tls(workshop: Workshop, service: Service) -> None:
    """Each connection is a new one."""
    answers = ask_often(workshop, service.url(), questions=2)
    assert [result.connection for result in answers] == [COLD, COLD]


def test_failure_is_timed(workshop: Workshop, service: Service) -> None:
    """The time of a text that did not arrive is unknown; the total is known."""
    result = ask(workshop, service.url("wss", scenario="stall:at=request"), first_token_timeout=150)
    assert result.t_first_text == -1
    assert result.t_last == -1
    assert result.t_total >= 150_000
    assert result.sent > 300
