"""What an exchange tells about itself: timings, bytes, attempts, and the log."""

from __future__ import annotations

import json

import pytest
from support.asking import ask, ask_often
from support.cases import run_case
from support.paths import TESTS
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

COLD, RESUMED = 1, 2
ERROR, WARNING, INFO, DEBUG = 1, 2, 3, 4
QUESTION = "My secret plan is Rosebud."


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_timings_are_set_and_in_order(scheme: str, workshop: Workshop, service: Service) -> None:
    """The parts of connecting fit into what comes before the first event."""
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
    """A model that thinks first tells so before it answers."""
    url = service.url(scenario="reasoning")
    result = ask(workshop, url)
    reasoning, text = result.t_first_reasoning, result.t_first_text
    assert 0 < reasoning <= text <= result.t_last


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_bytes(scheme: str, workshop: Workshop, service: Service) -> None:
    """A longer question is more sent, a longer answer more received; TLS does not count."""
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
    """What did not come is not known; the total is."""
    result = ask(workshop, service.url("wss", scenario="stall:at=request"), first_token_timeout=150)
    assert result.t_first_text == -1
    assert result.t_last == -1
    assert result.t_total >= 150_000
    assert result.sent > 300


@pytest.mark.parametrize("level", [ERROR, WARNING, INFO, DEBUG])
def test_levels(level: int, workshop: Workshop, service: Service, tag: str) -> None:
    """Each level includes the ones before, and nothing after."""
    url = service.url("wss", tag=tag, scenario="error:code=10010")
    log = ask(workshop, url, log=level, max_attempts=2, backoff=1).log
    assert {entry[0] for entry in log} == set(range(1, level + 1))
    for _, message, fields in log:
        assert message
        assert "\n" not in message
        assert all(isinstance(name, str) for name in fields)


def test_entries_name_what_happened(workshop: Workshop, service: Service, tag: str) -> None:
    """An entry that says that something failed says how."""
    url = service.url(tag=tag, scenario="error:code=10010,times=1")
    log = ask(workshop, url, log=DEBUG, max_attempts=2, backoff=1).log
    (warning,) = [fields for level, _, fields in log if level == WARNING]
    assert warning["service_code"] == 10010
    assert warning["attempt"] == 1
    assert str(warning["sid"])
    connected = [fields for _, message, fields in log if message == "connected"]
    assert [fields["host"] for fields in connected] == [url.split("/")[2]] * 2


def test_warning_of_the_service(workshop: Workshop, service: Service) -> None:
    """It is in the log, too."""
    log = ask(workshop, service.url(scenario="late_error"), log=WARNING).log
    assert [(level, fields["service_code"]) for level, _, fields in log] == [(WARNING, 10019)]


SCENES = [
    {"scenario": "echo"},
    {"scenario": "reasoning:thoughts=Rosebud"},
    {"scenario": "error:code=10013,message=Rosebud"},
    {"scenario": "error:code=10010,message=Rosebud"},
    {"scenario": "status:code=403,body=Rosebud"},
    {"scenario": "status:code=500,body=Rosebud"},
    {"scenario": "redirect:to=https://Rosebud.example/"},
    {"scenario": "garbage_upgrade"},
    {"scenario": "bad_json:text=Rosebud"},
    {"scenario": "close_early"},
    {"scenario": "late_error:code=10019"},
    {"scenario": "skew:seconds=3600"},
    {"scenario": "stall:at=middle"},
]


@pytest.mark.parametrize("query", SCENES, ids=lambda query: query["scenario"].split(":")[0])
def test_log_keeps_secrets(query: dict[str, str], workshop: Workshop, service: Service) -> None:
    """Neither credentials, nor the signed URL, nor what is asked and answered is in any entry."""
    result = ask(
        workshop,
        service.url("wss", **query),
        log=DEBUG,
        max_attempts=2,
        backoff=1,
        idle_timeout=150,
        clock_correction=1,
        text=QUESTION,
    )
    assert result.log
    log = json.dumps(result.log)
    secrets = [service.ready[name] for name in ("app_id", "api_key", "api_secret")]
    for secret in [*secrets, "Rosebud", "authorization", "signature", "hmac", "?", "date="]:
        assert secret not in log, log


@pytest.mark.parametrize(
    "case",
    [
        "destroyed_once_when_all_is_gone",
        "destroyed_when_replaced",
        "destroyed_with_the_config",
        "called_by_all_threads_that_use_the_client",
    ],
)
def test_callback(case: str, workshop: Workshop) -> None:
    """Run a case that checks everything itself."""
    run_case(workshop.case_program(TESTS / "stream" / "log.c", sanitized=True), case, workshop)
