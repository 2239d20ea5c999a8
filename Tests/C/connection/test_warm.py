"""Warm connections, as the service sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from support.cases import run_case
from support.paths import TESTS
from support.peer import Peer, answer
from support.server import ScriptedServer
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

HOSTED = "/v1.1/chat"


def run(case: str, workshop: Workshop, service: Service, tag: str, scenario: str = "echo") -> None:
    """Run a case of warm.c."""
    query = {"tag": tag, "scenario": scenario} if scenario else {"tag": tag}
    run_case(
        workshop.case_program(TESTS / "connection" / "warm.c", sanitized=True),
        case,
        workshop,
        SPARK_URL=service.url("wss", **query),
        SPARK_HOSTED_URL=service.url("wss", HOSTED, **query),
        SPARK_CA=str(service.ca_file),
    )


def connections(service: Service, tag: str) -> list[int]:
    """Return how many requests arrived over each connection."""
    return [len(record["requests"]) for record in service.records(tag)]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("one_question", [1]),
        ("question_before_ready", [1]),
        ("question_while_connecting", [1]),
        ("hosted_model_answers_in_turn", [4]),
        ("hosted_model_goes_on_after_open", [2]),
        ("normal_model_connects_anew", [1, 1, 1]),
        ("one_question_at_a_time", [2]),
        ("next_without_a_question", [1]),
        ("bad_question_costs_nothing", [1]),
        ("deadlines_do_not_run_without_a_question", [1]),
        ("cancel_after_the_answer", [1, 1, 2]),
    ],
)
def test_connections(
    case: str, expected: list[int], workshop: Workshop, service: Service, tag: str
) -> None:
    """Run a case, and count connections and requests."""
    run(case, workshop, service, tag)
    assert connections(service, tag) == expected
    assert all(record["violation"] is None for record in service.records(tag))


@pytest.mark.parametrize("case", ["failure_to_connect", "cancel_while_connecting"])
def test_no_connection(case: str, workshop: Workshop, service: Service, tag: str) -> None:
    """Run a case that sends no request."""
    run(case, workshop, service, tag)


def test_failed_answer(workshop: Workshop, service: Service, tag: str) -> None:
    """A stream whose request has failed accepts no other."""
    run("failed_answer_ends_the_stream", workshop, service, tag, scenario="")
    assert connections(service, tag) == [1]


def test_cancel_without_a_question(workshop: Workshop, service: Service, tag: str) -> None:
    """The connection is closed, and nothing is answered."""
    run("cancel_without_a_question", workshop, service, tag)
    (record,) = service.records(tag)
    # Data that the server sends at the same moment reaches a closed connection and resets it.
    assert record["ended"] in ("client_close", "client_drop", "server_close")


def test_parked_connection_says_goodbye(workshop: Workshop, service: Service, tag: str) -> None:
    """Freeing a parked stream leaves nothing open at the service."""
    run("freed_without_a_question", workshop, service, tag)
    (record,) = service.records(tag)
    assert record["requests"] == []
    assert record["ended"] == "client_close"
    assert record["client_close"]["code"] == 1000


def test_retry(workshop: Workshop, service: Service, tag: str) -> None:
    """After a failure on the warm connection, the request is sent over another."""
    run("retry_after_a_warm_connection", workshop, service, tag, scenario="")
    assert connections(service, tag) == [1, 1]


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Return a service that closes connections without a request within a second."""
    service = Service(tmp_path_factory.mktemp("impatient"), "--request-wait", "1")
    yield service
    service.stop()


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("dead_connection_is_replaced", [0, 1]),
        ("dead_connection_of_a_hosted_model_is_replaced", [1, 2]),
    ],
)
def test_dead_connection(
    case: str, expected: list[int], workshop: Workshop, impatient: Service, tag: str
) -> None:
    """The service has closed the connection meanwhile."""
    run(case, workshop, impatient, tag)
    assert connections(impatient, tag) == expected


def run_at(server: ScriptedServer, case: str, workshop: Workshop) -> None:
    """Run a case against a scripted server."""
    program = workshop.case_program(TESTS / "connection" / "warm.c", sanitized=True)
    run_case(program, case, workshop, SPARK_URL=server.url)


def deaf(peer: Peer) -> None:
    """Accept the upgrade, and receive nothing after it."""
    head = peer.head()
    peer.deafen()
    peer.accept(head)


def answering(peer: Peer) -> None:
    peer.upgrade()
    peer.send(answer(peer.question()))
    peer.goodbye()


def test_connection_dies_under_the_question(workshop: Workshop) -> None:
    """It is reset, and nothing of the request was acknowledged: no one has it."""

    def script(peer: Peer) -> None:
        if peer.number == 1:
            deaf(peer)
            peer.pause()
            peer.reset()
        else:
            answering(peer)

    with ScriptedServer(script) as server:
        run_at(server, "connection_that_dies_under_the_question_is_replaced", workshop)
        assert server.connections == 2


def test_connection_leads_nowhere(workshop: Workshop) -> None:
    """A router has dropped it, so that nothing arrives in either direction."""

    def script(peer: Peer) -> None:
        if peer.number == 1:
            deaf(peer)
            peer.stall()
        else:
            answering(peer)

    with ScriptedServer(script) as server:
        run_at(server, "connection_that_leads_nowhere_is_replaced", workshop)
        assert server.connections == 2


@pytest.mark.parametrize("end", [Peer.close, Peer.goodbye])
def test_question_has_arrived(end: Callable[[Peer], None], workshop: Workshop) -> None:
    """A retry might be billed again."""

    def script(peer: Peer) -> None:
        peer.upgrade()
        peer.question()
        end(peer)

    with ScriptedServer(script) as server:
        run_at(server, "question_that_has_arrived_is_not_asked_again", workshop)
        assert server.connections == 1


def test_every_replacement_dies(workshop: Workshop) -> None:
    """A connection that was made for the request is not replaced again and again."""

    def script(peer: Peer) -> None:
        if peer.number == 1:
            deaf(peer)
            peer.pause()
            peer.reset()
        else:
            peer.upgrade()
            peer.question()
            peer.close()

    with ScriptedServer(script) as server:
        with pytest.raises(Exception, match="before the answer did"):
            run_at(server, "connection_that_dies_under_the_question_is_replaced", workshop)
        assert server.connections == 2
