"""Refusals over HTTP, in every form that the service and its gateways use."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.asking import ask
from support.courses import ending
from support.service import Service
from support.workshop import Workshop

# The body's form (protocol 6.4), HTTP status; the resulting status, code, sid, retryable.
SHAPES: dict[str, tuple[Any, int, str, int, str | None, int]] = {
    "unknown password": (
        {"error": {"message": "invalid user", "type": "api_error", "param": None, "code": None}},
        *(401, "ERR_AUTH", 0, None, 0),
    ),
    "gateway": (
        {"message": "HMAC signature cannot be verified:enforced header 'host' not used"},
        *(401, "ERR_AUTH", 0, None, 0),
    ),
    "code as text": (
        {"error": {"message": "AppIdNoAuthError (sid: cha1@dx2)", "param": None, "code": "11200"}},
        *(500, "ERR_PERMISSION", 11200, "cha1@dx2", 0),
    ),
    "code as number": (
        {"error": {"message": "AppIdNoAuthError (sid: cha1@dx2)", "code": 11200}},
        *(500, "ERR_PERMISSION", 11200, "cha1@dx2", 0),
    ),
    "wrong model": (
        {
            "error": {
                "message": "invalid param model:spark-lite (sid: cha1@dx2)",
                "type": "invalid_request_error",
                "code": "10005",
            }
        },
        *(400, "ERR_INVALID_REQUEST", 10005, "cha1@dx2", 0),
    ),
    "too fast": (
        {"error": {"message": "AppIdQpsOverFlowError (sid: cha1@dx2)", "code": "11202"}},
        *(429, "ERR_RATE_LIMITED", 11202, "cha1@dx2", 1),
    ),
    "envelope": (
        {"code": 10013, "message": "no", "sid": "cha1@dx2"},
        *(400, "ERR_CONTENT_FILTERED", 10013, "cha1@dx2", 0),
    ),
    "envelope with success": (
        {"code": 10013, "message": "no", "sid": "cha1@dx2"},
        *(200, "ERR_CONTENT_FILTERED", 10013, "cha1@dx2", 0),
    ),
    "error with success": (
        {"error": {"message": "no (sid: cha1@dx2)", "code": "10907"}},
        *(200, "ERR_CONTEXT_LENGTH", 10907, "cha1@dx2", 0),
    ),
    "one-api": (
        {"error": {"message": "no access (request id: 2025)", "type": "one_api_error"}},
        *(403, "ERR_AUTH", 0, None, 0),
    ),
    "a name under 500": (
        {
            "error": {
                "message": "upstream: sid: cha1@dx2 msg: RequestParamsError: no (request id: 2025)"
            }
        },
        *(500, "ERR_INVALID_REQUEST", 0, "cha1@dx2", 0),
    ),
    "another spelling": (
        {"code": 10010, "msg": "RecvFromEngineError:Engine Busy", "Sid": "cha1@dx2"},
        *(500, "ERR_OVERLOADED", 10010, "cha1@dx2", 1),
    ),
    "the engine's status": (
        {
            "error": {
                "code": 10012,
                "message": "Sid: cha1@dx2 code: 10012, status code: 400, message: no",
            }
        },
        *(500, "ERR_INVALID_REQUEST", 10012, "cha1@dx2", 0),
    ),
    "a code alone": ({"error": {"code": 11210}}, 429, "ERR_RATE_LIMITED", 11210, None, 1),
    "an id at the top": (
        {"error": {"code": 10310, "message": "busy"}, "id": "cha1@dx2", "type": "error"},
        *(503, "ERR_OVERLOADED", 10310, "cha1@dx2", 1),
    ),
    "wrapped": (
        {
            "error": {
                "message": "Xunfei request failed with Sid: cid1@dx2 code: 10004, msg: schema",
                "type": "one_api_error",
            }
        },
        *(500, "ERR_INVALID_REQUEST", 10004, "cid1@dx2", 0),
    ),
    "error as text": ({"error": "out of order"}, 503, "ERR_SERVICE", 0, None, 1),
    "no JSON": ("<html>Bad Gateway</html>", 502, "ERR_SERVICE", 0, None, 1),
    "nothing": ("", 500, "ERR_SERVICE", 0, None, 1),
    "list": ([1], 500, "ERR_SERVICE", 0, None, 1),
    "member of another kind": ({"error": [], "code": {}}, 500, "ERR_SERVICE", 0, None, 1),
}


@pytest.mark.parametrize("chunked", [0, 1])
@pytest.mark.parametrize("name", SHAPES)
def test_shape(name: str, chunked: int, workshop: Workshop) -> None:
    body, http_status, status, code, sid, retryable = SHAPES[name]
    text = body if isinstance(body, str) else json.dumps(body)
    scenario = f"status:code={http_status},chunked={chunked},body={text}"
    answer = ask(workshop, workshop.service.url("http", scenario=scenario), "Hello", "via", "pull")
    assert ending(answer) == (status, "failed", code, retryable, "first token")
    assert answer.http_status == (http_status if http_status != 200 else 0)
    assert answer.error_sid == sid
    if http_status != 200:
        assert (answer.body or "") == text
    assert answer.message


def test_byte_order_mark(workshop: Workshop) -> None:
    """It is no part of the service's words."""
    body, http_status, status, code, _, retryable = SHAPES["too fast"]
    scenario = f"status:code={http_status},body=\ufeff{json.dumps(body)}"
    answer = ask(workshop, workshop.service.url("http", scenario=scenario))
    assert ending(answer) == (status, "failed", code, retryable, "first token")
    assert answer.body == json.dumps(body)


@pytest.mark.parametrize(
    ("option", "value", "seen"),
    [
        ("api_password", "not-the-password", "wrong"),
        ("api_password", "wrong:wrong", "wrong"),
    ],
)
def test_wrong_credentials(
    option: str, value: str, seen: str, workshop: Workshop, service: Service, tag: str
) -> None:
    answer = ask(workshop, service.url("https", tag=tag), "Hello", option, value)
    assert ending(answer) == ("ERR_AUTH", "failed", 0, 0, "first token")
    assert answer.http_status == 401
    assert "API password" in answer.hint
    assert value not in json.dumps(answer)
    (record,) = service.records(tag)
    assert (record["auth"], record["authorization"]) == ("wrong", seen)


def test_password_is_shown_where_there_is_one(
    workshop: Workshop, service: Service, tag: str
) -> None:
    ask(workshop, service.url("https", tag=tag))
    ask(workshop, service.url("https", tag=tag), environment={"IFLYTEK_SPARK_API_PASSWORD": ""})
    kinds = [record["authorization"] for record in service.records(tag)]
    assert kinds == ["password", "key:secret"]


def test_credentials_that_are_missing_are_named(workshop: Workshop, service: Service) -> None:
    nothing = {f"IFLYTEK_SPARK_API_{name}": "" for name in ("PASSWORD", "KEY", "SECRET")}
    answer = ask(workshop, service.url("https"), environment=nothing)
    assert answer.status == "ERR_CONFIG"
    assert "API password" in answer.message
    assert "IFLYTEK_SPARK_API_PASSWORD" in answer.hint


@pytest.mark.parametrize("scheme", ["http", "ws"])
def test_no_attempt_begins_before_the_server_allows_it(
    scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    # One second is more than the backoff, and less than the budget.
    scenario = "status:code=429,retry_after=1,times=1"
    url = service.url(scheme, scenario=scenario, tag=tag)
    options = ("max_attempts", "2", "backoff", "1")
    answer = ask(workshop, url, "Hello", *options)
    assert (answer.status, answer.attempts) == ("OK", 2)
    assert answer.t_total >= 1_000_000


@pytest.mark.parametrize("scheme", ["http", "ws"])
def test_budget_is_not_overdrawn_for_the_server(
    scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    url = service.url(scheme, scenario="status:code=503,retry_after=3600", tag=tag)
    answer = ask(workshop, url, "Hello", "max_attempts", "5", "backoff", "1")
    assert answer.attempts == 1
    assert answer.retry_after_ms == 3_600_000
    assert len(service.records(tag)) == 1


def test_date_to_retry_after_counts_from_the_server_s_own_clock(workshop: Workshop) -> None:
    scenario = (
        "status:code=503,date=Mon, 06 Jan 2025 08:00:00 GMT,"
        "retry_after=Mon, 06 Jan 2025 08:01:30 GMT"
    )
    answer = ask(workshop, workshop.service.url("http", scenario=scenario))
    assert answer.retry_after_ms == 90_000
    assert answer.knows_skew == 1


@pytest.mark.parametrize(("code", "attempts"), [(11202, 3), (10012, 3), (10013, 1), (10007, 1)])
@pytest.mark.parametrize("how", ["status", "inband", "event"])
def test_retries_by_code_whatever_the_shape(
    how: str, code: int, attempts: int, workshop: Workshop, service: Service, tag: str
) -> None:
    url = service.url("http", scenario=f"error:code={code},how={how}", tag=tag)
    answer = ask(workshop, url, "Hello", "max_attempts", "3", "backoff", "1")
    assert (answer.code, answer.attempts) == (code, attempts)
    assert len(service.records(tag)) == attempts


def test_wrong_path_is_told(workshop: Workshop, service: Service) -> None:
    answer = ask(workshop, service.url("http", path="/v9"), "Hello")
    assert ending(answer) == ("ERR_HANDSHAKE", "failed", 0, 0, "first token")
    assert answer.http_status == 404
    assert "/chat/completions" in answer.hint
