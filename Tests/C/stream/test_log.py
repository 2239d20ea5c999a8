"""The log: its entries at each level, what it does not contain, and its callback."""

from __future__ import annotations

import json

import pytest
from support.asking import ask
from support.cases import case_names, run_case
from support.paths import TESTS
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

SOURCE = TESTS / "stream" / "log.c"
CASES = [name for name, _ in case_names(SOURCE)]
ERROR, WARNING, INFO, DEBUG = 1, 2, 3, 4
QUESTION = "My secret plan is Rosebud."


@pytest.mark.parametrize("level", [ERROR, WARNING, INFO, DEBUG])
def test_levels(level: int, workshop: Workshop, service: Service, tag: str) -> None:
    """Each level includes the levels before it, and none after; no failure is above INFO."""
    url = service.url("wss", tag=tag, scenario="error:code=10010")
    log = ask(workshop, url, log=level, max_attempts=2, backoff=1).log
    assert {entry[0] for entry in log} == set(range(INFO, level + 1))
    for _, message, fields in log:
        assert message
        assert "\n" not in message
        assert all(isinstance(name, str) for name in fields)


def test_entries_name_what_happened(workshop: Workshop, service: Service, tag: str) -> None:
    """An entry about a failure says how it failed."""
    url = service.url(tag=tag, scenario="error:code=10010,times=1")
    log = ask(workshop, url, log=DEBUG, max_attempts=2, backoff=1).log
    (failure,) = [fields for _, message, fields in log if "trying again" in message]
    assert failure["service_code"] == 10010
    assert failure["attempt"] == 1
    assert str(failure["sid"])
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
    """No entry contains credentials, the signed URL, or the text of a question or answer."""
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


@pytest.mark.parametrize("case", CASES)
def test_callback(case: str, workshop: Workshop) -> None:
    """Run a case that checks everything itself."""
    run_case(workshop.case_program(SOURCE, sanitized=True), case, workshop)
