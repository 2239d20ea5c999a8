"""The same failures over both transports: status, code, phase, outcome, and the text so far."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from spark_emulator.service.errors import WORDING
from support.asking import ask
from support.courses import COMPLETE, SCHEMES, Course, course, ending
from support.service import Service
from support.workshop import Workshop

READY = ("ready",)
SOME: Course = [READY, ("text", "abc")]

# The status for each of the service's codes, and whether the request may be retried.
CODES = {
    10000: ("ERR_SERVICE", 1),
    10001: ("ERR_SERVICE", 1),
    10002: ("ERR_SERVICE", 1),
    10003: ("ERR_INVALID_REQUEST", 0),
    10004: ("ERR_INVALID_REQUEST", 0),
    10005: ("ERR_INVALID_REQUEST", 0),
    10006: ("ERR_RATE_LIMITED", 1),
    10007: ("ERR_RATE_LIMITED", 1),
    10008: ("ERR_OVERLOADED", 1),
    10009: ("ERR_SERVICE", 1),
    10010: ("ERR_SERVICE", 1),
    10011: ("ERR_SERVICE", 1),
    10012: ("ERR_SERVICE", 1),
    10013: ("ERR_CONTENT_FILTERED", 0),
    10014: ("ERR_CONTENT_FILTERED", 0),
    10015: ("ERR_PERMISSION", 0),
    10016: ("ERR_PERMISSION", 0),
    10017: ("ERR_SERVICE", 1),
    10018: ("ERR_SERVICE", 1),
    10019: ("ERR_CONTENT_FILTERED", 0),
    10021: ("ERR_CONTENT_FILTERED", 0),
    10022: ("ERR_CONTENT_FILTERED", 0),
    10029: ("ERR_INVALID_REQUEST", 0),
    10041: ("ERR_INVALID_REQUEST", 0),
    10050: ("ERR_SERVICE", 0),
    10105: ("ERR_AUTH", 0),
    10110: ("ERR_OVERLOADED", 1),
    10163: ("ERR_INVALID_REQUEST", 0),
    10200: ("ERR_SERVICE", 1),
    10222: ("ERR_SERVICE", 1),
    10223: ("ERR_SERVICE", 1),
    10300: ("ERR_SERVICE", 1),
    10310: ("ERR_OVERLOADED", 1),
    10313: ("ERR_PERMISSION", 0),
    10404: ("ERR_INVALID_REQUEST", 0),
    10700: ("ERR_SERVICE", 1),
    10907: ("ERR_CONTEXT_LENGTH", 0),
    11200: ("ERR_PERMISSION", 0),
    11201: ("ERR_QUOTA", 0),
    11202: ("ERR_RATE_LIMITED", 1),
    11203: ("ERR_RATE_LIMITED", 1),
    11210: ("ERR_RATE_LIMITED", 1),
    11221: ("ERR_PERMISSION", 0),
    19999: ("ERR_SERVICE", 0),
    99999: ("ERR_SERVICE", 0),
}


def test_every_code_has_a_row() -> None:
    assert WORDING.keys() <= CODES.keys()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("code", CODES)
def test_code_before_the_answer(code: int, scheme: str, workshop: Workshop) -> None:
    status, retryable = CODES[code]
    url = workshop.service.url(scheme, scenario=f"error:code={code},message=the reason")
    answer = ask(workshop, url, "Hello", "via", "pull")
    assert course(answer) == [READY]
    assert ending(answer) == (status, "failed", code, retryable, "first token")
    assert f"service code {code}: the reason" in answer.message
    assert answer.hint
    assert answer.error_sid


@pytest.mark.parametrize("scheme", SCHEMES)
def test_sid_of_a_refused_question_is_in_error_and_response(
    scheme: str, workshop: Workshop
) -> None:
    answer = ask(workshop, workshop.service.url(scheme, scenario="error:code=11200"))
    assert answer.error_sid
    assert answer.sid == answer.error_sid


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("code", [10012, 10014, 11203])
def test_code_in_the_middle(code: int, scheme: str, workshop: Workshop) -> None:
    status, retryable = CODES[code]
    scenario = f"error:code={code},message=the reason,after=2,content=abcdef"
    url = workshop.service.url(scheme, scenario=scenario)
    # A request is never retried after a part of the answer has been delivered.
    answer = ask(workshop, url, "Hello", "via", "pull", "max_attempts", "3", "backoff", "1")
    assert course(answer) == SOME
    assert ending(answer) == (status, "failed", code, retryable, "idle")
    assert (answer.text, answer.attempts) == ("abc", 1)
    assert answer.message == f"service code {code}: the reason"
    assert answer.sid == answer.error_sid


@dataclass(frozen=True)
class Row:
    """A scenario, the course of its answer, and its end."""

    scenario: str
    expected: Course
    status: str
    outcome: str
    phase: str
    retryable: int = 0
    options: tuple[str, ...] = ()


def cut(scenario: str) -> Row:
    """Return the row of a connection that ends after two pieces."""
    return Row(f"{scenario},content=abcdef", SOME, "ERR_TRUNCATED", "truncated", "idle", 1)


def silence(scenario: str, events: Course, phase: str, *options: str) -> Row:
    """Return the row of a deadline."""
    return Row(scenario, events, "ERR_TIMEOUT", "timeout", phase, 1, options)


def fault(scenario: str, status: str = "ERR_PROTOCOL", *options: str) -> Row:
    """Return the row of a server that violates the protocol after two pieces."""
    return Row(f"{scenario}content=abcdef", SOME, status, "failed", "idle", 0, options)


STALL = "stall:at=middle,content=abcdef"
ROWS = {
    "close early": cut("close_early:after=2"),
    "FIN": cut("drop:after=2"),
    "no goodbye": cut("drop:how=cut"),
    "reset": cut("drop:how=reset"),
    "FIN inside a message": cut("drop:bytes=20"),
    "end before anything": Row(
        "drop:after=0", [READY], "ERR_TRUNCATED", "truncated", "first token", 1
    ),
    "no answer": silence("stall:at=request", [READY], "first token", "first_token_timeout", "150"),
    "silence": silence(STALL, SOME, "idle", "idle_timeout", "150"),
    "too long in all": silence(STALL, SOME, "total", "total_timeout", "300"),
    "not JSON": fault("bad_json:after=2,"),
    "not UTF-8": fault("bad_utf8:after=2,"),
    "too deep": fault("deep_json:"),
    "message too large": fault("big_frame:", "ERR_TOO_LARGE", "max_message", "100000"),
    "answer too large": fault("big_frame:bytes=5000,", "ERR_TOO_LARGE", "max_answer", "2000"),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ROWS)
def test_failure(name: str, scheme: str, workshop: Workshop) -> None:
    row = ROWS[name]
    url = workshop.service.url(scheme, scenario=row.scenario)
    answer = ask(workshop, url, "Hello", "via", "pull", *row.options)
    assert course(answer) == row.expected
    assert ending(answer) == (row.status, row.outcome, 0, row.retryable, row.phase)
    assert answer.text == "".join(event[1] for event in row.expected[1:])
    assert answer.message
    assert bool(answer.sid) == bool(answer.text)
    assert answer.error_sid == answer.sid


# The answer to a request and the answer to an upgrade fail in the same way, in different phases.
HEADS = {
    "status:code=429": ("ERR_RATE_LIMITED", 429, 1),
    "status:code=500": ("ERR_SERVICE", 500, 1),
    "status:code=502": ("ERR_SERVICE", 502, 1),
    "redirect:code=301": ("ERR_HANDSHAKE", 301, 0),
    "redirect:code=307": ("ERR_HANDSHAKE", 307, 0),
    "status:code=401": ("ERR_AUTH", 401, 0),
    "status:code=403": ("ERR_AUTH", 403, 0),
    "garbage_upgrade": ("ERR_PROTOCOL", 0, 0),
    "huge_header": ("ERR_TOO_LARGE", 0, 0),
    "huge_header:bytes=10,count=2000": ("ERR_TOO_LARGE", 0, 0),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("scenario", HEADS)
def test_refusal(scenario: str, scheme: str, workshop: Workshop) -> None:
    answer = ask(workshop, workshop.service.url(scheme, scenario=scenario), "Hello", "via", "pull")
    status, http_status, retryable = HEADS[scenario]
    phase = "upgrade" if scheme == "wss" else "first token"
    assert ending(answer) == (status, "failed", 0, retryable, phase)
    assert answer.http_status == http_status
    assert answer.knows_skew == (http_status > 0)
    # The request is sent as soon as the connection is open.
    assert course(answer) == ([] if scheme == "wss" else [READY])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_where_to_is_said_and_not_followed(
    scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    url = service.url(scheme, scenario="redirect:to=https://elsewhere.example/", tag=tag)
    answer = ask(workshop, url, "Hello", "max_attempts", "3")
    assert answer.status == "ERR_HANDSHAKE"
    assert "https://elsewhere.example/" in answer.hint
    assert len(service.records(tag)) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_retry_after_is_told(scheme: str, workshop: Workshop) -> None:
    url = workshop.service.url(scheme, scenario="status:code=503,retry_after=7")
    assert ask(workshop, url).retry_after_ms == 7000
    url = workshop.service.url(scheme, scenario="status:code=503,retry_after=soon")
    assert ask(workshop, url).retry_after_ms == -1
    url = workshop.service.url(scheme, scenario="error:code=11202")
    assert ask(workshop, url).retry_after_ms == -1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_client_is_as_good_as_new_after_a_failure(
    scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    url = service.url(scheme, tag=tag)
    for scenario in ("error:code=10012", STALL, "drop:how=reset"):
        text = f"#scenario {scenario}\nHello"
        assert ask(workshop, url, text, "idle_timeout", "100")["status"] != "OK"
    assert ending(ask(workshop, url)) == COMPLETE
