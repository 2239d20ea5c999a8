"""Batches whose questions the service refuses: what is asked again, and what ends all."""

from __future__ import annotations

import pytest

from batches import QUICK, Counted, Iterate, iterate
from service import MakeChat, Service
from sparkchat import (
    AuthenticationError,
    BatchStoppedError,
    OverloadedError,
    Phase,
    QuotaError,
    RateLimitError,
    Response,
    Status,
)
from sparkchat._runtime.row import Row

__all__ = ["iterate"]


def test_waiting_in_line_loses_nothing(iterate: Iterate) -> None:
    settings = {"scenario": "echo", "max_rate": 100, "queue_timeout": 0.05}
    results = list(iterate(settings, Counted(most=60), max_concurrency=60))
    assert sorted(index for index, _ in results) == list(range(60))
    assert all(isinstance(result, Response) for _, result in results)


def test_a_question_that_is_an_iterator_can_be_asked_again(iterate: Iterate) -> None:
    settings = {"scenario": "echo", "max_rate": 20, "queue_timeout": 0.01}
    questions = [iter([("system", "Be brief."), f"question {number}"]) for number in range(5)]
    results = dict(iterate(settings, questions, max_concurrency=5))
    assert {at: str(result) for at, result in results.items()} == {
        number: f"question {number}" for number in range(5)
    }


def test_the_deadline_of_a_row_includes_the_queue(iterate: Iterate) -> None:
    class Closed:
        def acquire(self, attempt: int) -> float:
            return 60

        def report(self, attempt: int, status: Status, service_code: int) -> None: ...

        def release(self, attempt: int) -> None: ...

    settings = {"limiter": Closed(), "total_timeout": 0.05}
    results = dict(iterate(settings, ["1+1"] * 3, max_concurrency=2))
    assert sorted(results) == [0, 1, 2]
    assert {result.phase for result in results.values()} == {Phase.TOTAL}


@pytest.mark.parametrize(
    ("code", "error"),
    [(11202, RateLimitError), (11203, RateLimitError), (10110, OverloadedError)],
)
def test_refusals_lose_no_row(
    iterate: Iterate, code: int, error: type[Exception], service: Service, tag: str
) -> None:
    settings = {"scenario": f"error:code={code},times=3", "tag": tag, **QUICK}
    results = list(iterate(settings, Counted("1+{}", most=4), max_concurrency=4))
    assert all(isinstance(result, Response) for _, result in results), results
    assert len(service.records(tag)) == 7
    # A question that is always refused fails alone, and is named.
    questions = ["1+1", f"#scenario error:code={code}\nHello", "2+2"]
    results = dict(iterate(QUICK, questions))  # type: ignore[assignment]
    assert [type(results[index]) for index in range(3)] == [Response, error, Response]  # type: ignore[call-overload]


@pytest.mark.parametrize(("code", "error"), [(11201, QuotaError), (11200, PermissionError)])
def test_what_is_used_up_ends_all(
    iterate: Iterate, code: int, error: type[Exception], service: Service, tag: str
) -> None:
    questions = ["1+1", "1+2", f"#scenario error:code={code}\nHello", *["1+3"] * 200]
    batch, came = iterate({"tag": tag}, questions, max_concurrency=2), []
    with pytest.raises(BatchStoppedError) as caught:
        for index, answer in batch:
            came.append(index)
            assert isinstance(answer, Response)
    assert isinstance(caught.value.__cause__, error)
    assert caught.value.service_code == code
    assert (2, questions[2]) in caught.value.left
    assert {0, 1} <= set(came)
    asked = {*came, *(index for index, _ in caught.value.left)}
    assert asked == set(range(len(asked)))
    assert len(service.records(tag)) < 20


@pytest.mark.parametrize("code", [11202, 10008])
def test_what_is_always_refused_ends_all(iterate: Iterate, code: int) -> None:
    settings = {**QUICK, "scenario": f"error:code={code}", "retry_budget": 0.2}
    with pytest.raises(BatchStoppedError) as caught:
        list(iterate(settings, Counted("1+{}"), max_concurrency=2))
    assert isinstance(caught.value.__cause__, RateLimitError | OverloadedError)
    assert caught.value.left == [(0, "1+0"), (1, "1+1")]


def test_a_running_question_decides_whether_everything_is_refused(chat: MakeChat) -> None:
    rows = chat(**QUICK, retry_budget=0).batch_iter(["Hello", "1+1"])._rows
    rows._held = {place: Row(place, "Hello") for place in range(2)}
    refusal = OverloadedError("busy")
    refusal.retryable = True
    for _ in range(2):
        rows._settle(rows._held[1], refusal)
    assert rows.reason is refusal
    # It began before the refusals.
    rows._settle(rows._held[0], chat().invoke("Hello"))
    assert rows.reason is None
    assert rows._again


def test_batch_keeps_what_came_before(chat: MakeChat) -> None:
    questions = ["1+1", "#scenario error:code=11201\nHello", *["1+2"] * 50]
    with pytest.raises(BatchStoppedError) as caught:
        chat().batch(questions, max_concurrency=1, return_exceptions=True)
    assert len(caught.value.results) == 52
    assert caught.value.results[0].text
    assert caught.value.left == list(enumerate(questions))[1:]


def test_wrong_credentials_end_all(chat: MakeChat) -> None:
    client = chat(api_secret="wrong", clock_correction=False)
    with pytest.raises(BatchStoppedError) as caught:
        list(client.batch_iter(Counted(most=100)))
    assert isinstance(caught.value.__cause__, AuthenticationError)


def test_the_first_is_refused_and_the_rate_falls(
    chat: MakeChat, service: Service, tag: str
) -> None:
    """The whole batch slows down, so the rows are not refused one by one."""
    settings = {"scenario": "error:code=11202,times=1", "tag": tag, **QUICK}
    results = list(chat(**settings).batch_iter(Counted("1+{}", most=4), max_concurrency=1))
    assert all(isinstance(result, Response) for _, result in results)
    assert len(service.records(tag)) == 5
