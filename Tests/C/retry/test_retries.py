"""Retries: only transient failures are retried, and no event comes twice."""

from __future__ import annotations

import threading
import time

import pytest
from support.asking import ask, ask_often
from support.peer import Peer, answer
from support.relay import relay
from support.server import ScriptedServer, closed_port
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

QUICK: dict[str, object] = {
    "max_attempts": 3,
    "backoff": 1,
    "total_timeout": 20_000,
    "via": "stream",
}
TRANSIENT = [10008, 10009, 10010, 10011, 10012, 10110, 10222, 11202, 11203]
# 10006 and 10007: another request of the same user is still running.
LASTING = [10003, 10005, 10006, 10007, 10013, 10014, 10015, 10019, 10907, 11200, 11201, 99999]


@pytest.mark.parametrize("code", TRANSIENT)
def test_transient_code(code: int, workshop: Workshop, service: Service, tag: str) -> None:
    """The second attempt gets the answer; READY and the text come once."""
    url = service.url(tag=tag, scenario=f"error:code={code},times=1")
    answer = ask(workshop, url, text="1+1", **QUICK)
    assert answer.status == "OK", answer
    assert answer.text == "1 + 1 = **2**."
    assert answer.attempts == 2
    assert [event["kind"] for event in answer.events].count("ready") == 1
    assert len(service.records(tag)) == 2


@pytest.mark.parametrize("code", LASTING)
def test_lasting_code(code: int, workshop: Workshop, service: Service, tag: str) -> None:
    """The service receives only one request."""
    answer = ask(workshop, service.url(tag=tag, scenario=f"error:code={code},times=1"), **QUICK)
    assert answer.status != "OK", answer
    assert answer.code == code
    assert answer.attempts == 1
    assert len(service.records(tag)) == 1


@pytest.mark.parametrize("code", [10010, 11202])
def test_attempts_run_out(code: int, workshop: Workshop, service: Service, tag: str) -> None:
    """The last error is reported, and the response counts the attempts."""
    answer = ask(workshop, service.url(tag=tag, scenario=f"error:code={code}"), **QUICK)
    assert answer.code == code
    assert answer.attempts == 3
    assert answer.retryable == 1
    assert [event["kind"] for event in answer.events].count("ready") == 1
    assert len(service.records(tag)) == 3


def test_one_attempt_is_no_retry(workshop: Workshop, service: Service, tag: str) -> None:
    """With one attempt, nothing is retried."""
    url = service.url(tag=tag, scenario="error:code=10010,times=1")
    answer = ask(workshop, url, **{**QUICK, "max_attempts": 1})
    assert answer.code == 10010
    assert len(service.records(tag)) == 1


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize(
    "scenario",
    [
        "error:code=10012,after=1",
        "drop:after=1,how=reset",
        "drop:after=1,how=fin",
        "close_early:after=2",
        "bad_json:after=1",
        "late_error:code=10012",
    ],
)
def test_nothing_is_repeated_once_an_event_was_delivered(
    scenario: str, scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    """Delivered text cannot be taken back."""
    url = service.url(scheme, tag=tag, scenario=f"{scenario},times=1,content=abcdefgh")
    answer = ask(workshop, url, **QUICK)
    assert answer.status != "OK", answer
    assert answer.attempts == 1
    assert answer.text
    assert "abcdefgh".startswith(answer.text)
    assert len(service.records(tag)) == 1


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize(
    "scenario",
    [
        "upgrade_drop:after=0,how=reset",
        "upgrade_drop:after=30,how=fin",
        "upgrade_stall:after=5",
        "status:code=500",
        "status:code=502",
        "status:code=503",
        "status:code=429",
    ],
)
def test_failure_before_the_question(
    scenario: str, scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    """A connection that fails before the request is made again."""
    url = service.url(scheme, tag=tag, scenario=f"{scenario},times=1")
    answer = ask(workshop, url, text="1+1", **{**QUICK, "upgrade_timeout": 1000})
    assert answer.status == "OK", answer
    assert answer.text == "1 + 1 = **2**."
    assert answer.attempts == 2
    assert [event["kind"] for event in answer.events].count("ready") == 1
    assert len(service.records(tag)) == 2


@pytest.mark.parametrize(
    ("scenario", "status"),
    [
        ("status:code=401", "ERR_AUTH"),
        ("status:code=403", "ERR_AUTH"),
        ("status:code=404", "ERR_HANDSHAKE"),
        ("redirect:", "ERR_HANDSHAKE"),
        ("bad_accept:", "ERR_PROTOCOL"),
        ("stall:at=request", "ERR_TIMEOUT"),
        ("bad_json:after=0", "ERR_PROTOCOL"),
    ],
)
def test_refusal_and_faults_stand(
    scenario: str, status: str, workshop: Workshop, service: Service, tag: str
) -> None:
    """A refusal, a protocol violation, and a model that thinks for too long."""
    scenario += f"{'' if scenario.endswith(':') else ','}times=1"
    url = service.url(tag=tag, scenario=scenario)
    answer = ask(workshop, url, **{**QUICK, "first_token_timeout": 150})
    assert answer.status == status, answer
    assert answer.attempts == 1
    assert len(service.records(tag)) == 1


def test_wrong_secret_stands(workshop: Workshop, service: Service, tag: str) -> None:
    """A refused signature would be refused again."""
    answer = ask(workshop, service.url(tag=tag), api_secret="TestOnlyWrong", **QUICK)
    assert answer.status == "ERR_AUTH", answer
    assert answer.attempts == 1
    assert len(service.records(tag)) == 1


@pytest.mark.parametrize(
    ("port", "status"),
    [
        ("tls_expired", "ERR_CERTIFICATE"),
        ("tls_untrusted", "ERR_CERTIFICATE"),
        ("tls_wrong_name", "ERR_CERTIFICATE"),
        ("garbage", "ERR_TLS"),
    ],
)
def test_certificates_stand(port: str, status: str, workshop: Workshop, service: Service) -> None:
    """A refused certificate would be refused again."""
    url = f"wss://localhost:{service.ready['ports'][port]}/v3.5/chat"
    answer = ask(workshop, url, **QUICK)
    assert answer.status == status, answer
    assert answer.attempts == 1


@pytest.mark.parametrize("plan", ["down:stall@100", "down:reset@100", "down:fin@100"])
def test_tls_handshake_that_breaks_off(
    plan: str, workshop: Workshop, service: Service, tag: str
) -> None:
    """The first connection fails in its handshake."""
    port = service.ready["wss_port"]
    with relay(port, plan, first=1) as through:
        url = service.url("wss", tag=tag).replace(str(port), str(through))
        answer = ask(workshop, url, **{**QUICK, "tls_timeout": 1000})
    assert answer.status == "OK", answer
    assert answer.attempts == 2
    assert len(service.records(tag)) == 1


def test_server_that_starts_late(workshop: Workshop) -> None:
    """Connections are refused until the server listens."""

    def script(peer: Peer) -> None:
        peer.upgrade()
        peer.send(answer(f"you said {peer.question()}"))
        peer.goodbye()

    with closed_port() as port:
        late: list[ScriptedServer] = []

        def listen() -> None:
            time.sleep(0.3)
            late.append(ScriptedServer(script, port=port).__enter__())

        thread = threading.Thread(target=listen)
        thread.start()
        url = f"ws://127.0.0.1:{port}/v3.5/chat"
        result = ask(workshop, url, max_attempts=10, backoff=1000, total_timeout=30_000)
        thread.join()
        late[0].__exit__(None, None, None)
    assert result.status == "OK", result
    assert result.text == "you said Hello"
    assert 2 <= result.attempts <= 10


def test_budget_bounds_the_attempts(workshop: Workshop, service: Service, tag: str) -> None:
    """If the service's limit is exceeded, the wait is the whole backoff; two waits are too long."""
    url = service.url(tag=tag, scenario="error:code=11202")
    result = ask(workshop, url, max_attempts=10, backoff=400, retry_budget=700)
    assert result.code == 11202
    assert result.attempts <= 2
    assert len(service.records(tag)) == result.attempts


def test_budget_of_nothing(workshop: Workshop, service: Service, tag: str) -> None:
    """Only the first attempt begins in time."""
    url = service.url(tag=tag, scenario="error:code=10010")
    result = ask(workshop, url, max_attempts=10, backoff=50, retry_budget=1)
    assert result.attempts == 1


def test_budget_counts_from_the_first_attempt(workshop: Workshop) -> None:
    """Queueing before it does not count: the third waits longer than the budget."""

    def script(peer: Peer) -> None:
        peer.upgrade()
        peer.question()
        peer.send(answer("", code=10010) if peer.number == 3 else answer("right"))
        peer.goodbye()

    with ScriptedServer(script) as server:
        *others, third = ask_often(
            workshop,
            server.url,
            questions=3,
            backoff=0,
            retry_budget=600,
            max_attempts=3,
            max_rate=2.5,
        )
    assert [(answer.status, answer.attempts) for answer in others] == [("OK", 1)] * 2, others
    assert (third.status, third.attempts) == ("OK", 2), third


def test_total_deadline_bounds_retries(workshop: Workshop, service: Service, tag: str) -> None:
    """It may also expire between two attempts."""
    url = service.url(tag=tag, scenario="error:code=11202")
    result = ask(workshop, url, max_attempts=10, backoff=5000, total_timeout=200)
    assert (result.status, result.phase) == ("ERR_TIMEOUT", "total"), result
    assert result.outcome == "timeout"
    assert result.attempts == 1


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_a_pause_that_is_too_long_is_not_made(
    scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    """The server asks for more than the budget: the attempt fails, and the next request is sent."""
    scenario = "status:code=429,retry_after=864000,times=1"
    url = service.url(scheme, tag=tag, scenario=scenario)
    refused, answered = ask_often(workshop, url, questions=2, **QUICK)
    assert (refused.status, refused.attempts) == ("ERR_RATE_LIMITED", 1), refused
    assert refused.retry_after_ms == 864_000_000
    assert answered.status == "OK", answered
    assert len(service.records(tag)) == 2


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_who_waits_for_too_long_is_told_why(
    scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    """The server asks for a minute, and the next request is allowed less time in the queue."""
    url = service.url(scheme, tag=tag, scenario="status:code=429,retry_after=60")
    options = {**QUICK, "max_attempts": 1, "queue_timeout": 100}
    refused, waiting = ask_often(workshop, url, questions=2, **options)
    assert refused.status == "ERR_RATE_LIMITED", refused
    assert (waiting.status, waiting.phase) == ("ERR_TIMEOUT", "queue"), waiting
    assert f"{refused.message} (Retry-After: 60 s)" in waiting.hint
    assert (waiting.http_status, waiting.retry_after_ms) == (429, 60_000)
    assert len(service.records(tag)) == 1
