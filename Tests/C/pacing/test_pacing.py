"""Pacing: the number and rate of requests stay within the limits, and all are answered."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

import pytest
from support.asking import ask, ask_often
from support.cases import run_case
from support.paths import TESTS
from support.peer import Peer, answer
from support.server import ScriptedServer
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

MEETING = 4


class OverWebSocket:
    """Receives a request, and answers it."""

    @staticmethod
    def url(server: ScriptedServer) -> str:
        """Return where to ask."""
        return server.url

    @staticmethod
    def question(peer: Peer) -> str:
        """Wait for a question."""
        peer.upgrade()
        return peer.question()

    @staticmethod
    def reply(peer: Peer, text: str, code: int) -> None:
        """Answer it, and close the connection."""
        peer.send(answer(text, code=code))
        peer.goodbye()


class OverHTTP:
    """The same over HTTP, with a connection for each request."""

    @staticmethod
    def url(server: ScriptedServer) -> str:
        """Return where to ask."""
        return server.http_url

    @staticmethod
    def question(peer: Peer) -> str:
        """Wait for a question."""
        question: str = json.loads(peer.body())["messages"][-1]["content"]
        return question

    @staticmethod
    def reply(peer: Peer, text: str, code: int) -> None:
        """Answer with an event stream that ends with the connection."""
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        choices = [] if code else [{"index": 0, "delta": {"role": "assistant", "content": text}}]
        event = {"code": code, "message": "m", "sid": "cht000000000@dx", "choices": choices}
        peer.send(f"{head}data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode())


Transport = type[OverWebSocket] | type[OverHTTP]


class Counter:
    """Counts requests in progress: from a request's arrival until its answer is sent."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._meeting = threading.Barrier(MEETING)
        self._now = 0
        self.most = 0
        self.questions: list[str] = []
        self.starts: list[float] = []

    def __call__(self, peer: Peer) -> None:
        """Serve one connection."""
        question = self._transport.question(peer)
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.questions.append(question)
            self.starts.append(time.monotonic())
        text, code = self._answer(peer, question)
        with self._lock:
            self._now -= 1
        self._transport.reply(peer, text, code)

    def _answer(self, peer: Peer, question: str) -> tuple[str, int]:
        if question == "hold":
            peer.wait()
        elif question == "fail":
            return "", 10013
        elif question == "limit":
            return "", 11202
        elif question == "meet":
            try:
                self._meeting.wait(20)
            except threading.BrokenBarrierError:
                return "nobody came", 0
        else:
            time.sleep(0.02)
        return question, 0


Run = Callable[[str], Counter]


@pytest.fixture(params=[OverWebSocket, OverHTTP])
def run(request: pytest.FixtureRequest, workshop: Workshop) -> Run:
    """Return a function that runs a case of pacing.c against a counting server."""
    transport: Transport = request.param
    program = workshop.case_program(TESTS / "pacing" / "pacing.c", sanitized=True)

    def run_one(case: str) -> Counter:
        counter = Counter(transport)
        with ScriptedServer(counter) as server:
            run_case(program, case, workshop, SPARK_URL=transport.url(server))
        return counter

    return run_one


def test_four_at_once(run: Run) -> None:
    """The limit is reached, and not exceeded."""
    counter = run("four_at_once")
    assert counter.most == 4
    assert len(counter.questions) == 40


def test_first_come_first_served(run: Run) -> None:
    """They are sent one after the other, in the order of the queue."""
    counter = run("one_after_the_other")
    assert counter.most == 1
    assert counter.questions == [f"question {number}" for number in range(12)]


def test_rate(run: Run) -> None:
    """Eleven requests at 20 per second take half a second, with some tolerance for jitter."""
    counter = run("twenty_a_second")
    assert len(counter.starts) == 11
    assert counter.starts[-1] - counter.starts[0] > 0.35


def test_rate_and_concurrency(run: Run) -> None:
    """Both limits hold at the same time."""
    counter = run("two_at_once_and_twenty_a_second")
    assert counter.most <= 2
    assert counter.starts[-1] - counter.starts[0] > 0.2


def test_threads_and_groups_share_the_limit(run: Run) -> None:
    """The limit belongs to the client, whatever drives the streams."""
    counter = run("threads_and_groups")
    assert counter.most <= 4
    assert len(counter.questions) == 8 * 4 + 2 * 10


@pytest.mark.parametrize(
    "case",
    [
        "all_places_are_taken_again",
        "waiting_has_a_deadline",
        "total_deadline_counts_in_line",
        "cancel_in_line",
        "freed_streams_give_their_places",
        "stream_that_nobody_drives_holds_nobody_up",
        "failures_give_their_places",
        "warm_stream_waits_in_line",
        "line_moves_up",
        "stream_that_is_left_lets_others_pass",
        "stream_that_is_left_lets_others_pass_with_two_at_once",
        "stream_that_is_left_lets_others_pass_with_a_rate",
        "budget_counts_in_line",
        "budget_counts_where_nobody_drives",
    ],
)
def test_line(case: str, run: Run) -> None:
    """Run a case that checks everything itself."""
    run(case)


def test_each_attempt_counts(workshop: Workshop, service: Service, tag: str) -> None:
    """A retry takes its own place in the queue, and the response says how long it waited there."""
    url = service.url(tag=tag, scenario="error:code=11202,times=1")
    result = ask(workshop, url, max_attempts=3, backoff=1000, max_concurrency=1)
    assert result.status == "OK", result
    assert result.attempts == 2
    # The pause between the attempts does not count as queueing.
    assert 0 <= result.t_queue < result.t_total / 2


def test_waiting_is_timed(workshop: Workshop, service: Service) -> None:
    """The second of two requests waits for the rate."""
    first, second = ask_often(workshop, service.url(), questions=2, max_rate=2)
    assert first.t_queue < second.t_queue
    assert 200_000 < second.t_queue <= second.t_first_text
    assert second.t_first_text <= second.t_total
