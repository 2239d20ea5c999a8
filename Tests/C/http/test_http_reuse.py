"""Connections that are kept for the next request, and those that cannot be kept."""

from __future__ import annotations

import pytest
from support.asking import Answer, ask_often
from support.service import Service
from support.workshop import Workshop

COLD, RESUMED, WARM = 1, 2, 3


class Asked:
    """Sends several requests with one client; returns their connections."""

    def __init__(self, workshop: Workshop, service: Service, tag: str) -> None:
        self._workshop = workshop
        self._service = service
        self._tag = tag
        self.answers: list[Answer] = []

    def __call__(
        self,
        questions: int,
        *options: str,
        scheme: str = "https",
        text: str = "Hello",
        **query: str,
    ) -> list[int]:
        url = self._service.url(scheme, tag=self._tag, **query)
        count = ("questions", str(questions))
        self.answers = ask_often(self._workshop, url, text, *count, *options)
        return [record["request_on_connection"] for record in self.records()]

    def records(self) -> list[dict[str, object]]:
        """Return the service's records."""
        return self._service.records(self._tag)

    def statuses(self) -> set[str]:
        """Return how the requests ended."""
        return {str(answer.status) for answer in self.answers}


@pytest.fixture
def asked(workshop: Workshop, service: Service, tag: str) -> Asked:
    """Return an object that sends requests."""
    return Asked(workshop, service, tag)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("via", ["invoke", "stream", "pull", "group"])
def test_next_question_uses_the_same_connection(asked: Asked, via: str, scheme: str) -> None:
    assert asked(4, "via", via, scheme=scheme) == [1, 2, 3, 4]
    assert asked.statuses() == {"OK"}
    assert len({record["conn"] for record in asked.records()}) == 1
    # Every request counts its own bytes.
    assert len({answer.sent for answer in asked.answers[1:]}) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_connection_that_was_there_before_is_warm(asked: Asked, scheme: str) -> None:
    asked(3, scheme=scheme)
    assert [answer.connection for answer in asked.answers] == [COLD, WARM, WARM]


@pytest.mark.parametrize(
    "scenario", ["body:framing=length", "json_body", "sse:done=bare", "coalesce", "body:trailers=1"]
)
def test_every_body_with_an_end_leaves_the_connection(asked: Asked, scenario: str) -> None:
    assert asked(3, scenario=scenario) == [1, 2, 3]


@pytest.mark.parametrize(
    "scenario", ["connection:how=close", "body:framing=close", "connection:http10=1"]
)
def test_connection_that_closes_is_not_kept(asked: Asked, scenario: str) -> None:
    assert asked(3, scenario=scenario) == [1, 1, 1]
    assert asked.statuses() == {"OK"}
    assert [answer.attempts for answer in asked.answers] == [1, 1, 1]


def test_nothing_is_kept_where_that_is_not_wanted(asked: Asked) -> None:
    assert asked(3, "max_idle", "0") == [1, 1, 1]
    # TLS sessions are still resumed.
    assert [answer.connection for answer in asked.answers] == [COLD, RESUMED, RESUMED]


def test_one_is_enough_for_one_question_after_the_other(asked: Asked) -> None:
    assert asked(3, "max_idle", "1") == [1, 2, 3]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("how", ["silent", "close"])
def test_connection_that_the_server_has_closed_is_replaced_unseen(
    asked: Asked, scheme: str, how: str
) -> None:
    # Without retries: the caller does not notice that the pool's connection has died.
    scenario = f"connection:how={how},idle=20"
    order = asked(3, "pause_ms", "200", "max_attempts", "1", scheme=scheme, scenario=scenario)
    assert order == [1, 1, 1]
    assert asked.statuses() == {"OK"}
    assert [answer.attempts for answer in asked.answers] == [1, 1, 1]
    assert len({answer.text for answer in asked.answers}) == 1


def test_connection_that_ends_without_a_word_is_replaced(asked: Asked) -> None:
    scenario = "connection:how=silent,keep=2"
    order = asked(6, "pause_ms", "50", "max_attempts", "1", scenario=scenario)
    assert asked.statuses() == {"OK"}
    assert order == [1, 2, 1, 2, 1, 2]


@pytest.mark.parametrize(
    "scenario",
    [
        "error:code=11200,how=inband",
        "error:code=10013,after=2,how=event",
        "drop:after=2",
        "bad_json:after=1",
        "bad_chunk:kind=size",
        "stall:at=middle",
    ],
)
def test_failed_answer_leaves_nothing_to_the_next_question(asked: Asked, scenario: str) -> None:
    text = f"#scenario {scenario},times=1\nHello"
    asked(2, "idle_timeout", "100", "max_attempts", "1", text=text)
    first, second = asked.answers
    assert first.status != "OK"
    assert second.status == "OK"
    assert second.text.startswith("Hello!")
    assert (second["code"], second["reasoning"]) == (0, "")


def test_refusal_with_a_whole_body_may_keep_the_connection(asked: Asked) -> None:
    asked(2, "max_attempts", "1", text="#scenario error:code=10907,times=1\nHello")
    assert [answer.status for answer in asked.answers] == [
        "ERR_CONTEXT_LENGTH",
        "OK",
    ]


def test_stopped_answer_takes_its_connection_with_it(asked: Asked) -> None:
    order = asked(3, "via", "pull", "cancel_after", "2", scenario="count:n=100000")
    assert order == [1, 1, 1]
    assert asked.statuses() == {"ERR_CANCELLED"}
    assert {record["ended"] for record in asked.records()} == {"client_drop"}


def test_left_open_body_is_given_up_and_not_used_again(asked: Asked) -> None:
    # The answer is complete with [DONE]; the end of the body matters only for the connection.
    assert asked(3, "close_timeout", "100", scenario="no_close") == [1, 1, 1]
    assert asked.statuses() == {"OK"}


def test_connections_are_kept_for_each_client_alone(asked: Asked) -> None:
    assert asked(2) == [1, 2]
    assert asked(2) == [1, 2, 1, 2]
