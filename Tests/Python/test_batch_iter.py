"""Any number of questions: read as needed, and answered in order or as the answers come."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

import pytest

from service import MakeAsyncChat, MakeChat, Service
from sparkchat import (
    AuthenticationError,
    BatchStoppedError,
    InvalidArgumentError,
    OverloadedError,
    Phase,
    QuotaError,
    RateLimitError,
    Response,
    StateError,
    Status,
)
from sparkchat._runtime.rows import Row, Rows
from test_interrupt import Program

Iterate = Callable[..., Iterator[tuple[int, Any]]]

QUICK = {"max_attempts": 3, "retry_backoff": (0.01, 0.02)}


class Counted:
    """Endless questions, and how many of them were read."""

    def __init__(self, question: str = "question {}", most: int = 10**9) -> None:
        self.read = 0
        self._question = question
        self._most = most

    def __iter__(self) -> Iterator[str]:
        while self.read < self._most:
            self.read += 1
            yield self._question.format(self.read - 1)

    async def __aiter__(self) -> AsyncIterator[str]:
        for question in self:
            yield question


@pytest.fixture(params=["sync", "async", "async source"])
def iterate(
    request: pytest.FixtureRequest, chat: MakeChat, async_chat: MakeAsyncChat
) -> Iterator[Iterate]:
    """Iterate over the results of questions with either client, one step at a time."""
    loop = asyncio.new_event_loop()

    def steps(settings: dict[str, Any], questions: Iterable[Any], **options: Any) -> Any:
        if request.param == "sync":
            with chat(**settings).batch_iter(questions, **options) as batch:
                yield from batch
            return
        if request.param == "async source" and isinstance(questions, list):
            questions = Given(questions)
        batch = async_chat(**settings).batch_iter(questions, **options)
        try:
            while True:
                try:
                    yield loop.run_until_complete(batch.__anext__())
                except StopAsyncIteration:
                    return
        finally:
            loop.run_until_complete(batch.aclose())

    yield steps
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


class Given:
    """A list whose items have to be awaited one by one."""

    def __init__(self, questions: list[Any]) -> None:
        self._questions = questions

    async def __aiter__(self) -> AsyncIterator[Any]:
        for question in self._questions:
            await asyncio.sleep(0.001)
            yield question


@pytest.mark.parametrize("ordered", [False, True])
def test_no_more_is_read_than_needed(iterate: Iterate, ordered: bool) -> None:
    questions, indexes = Counted(), []
    batch = iterate({"scenario": "echo"}, questions, max_concurrency=4, ordered=ordered)
    assert questions.read == 0
    for taken, (index, answer) in enumerate(batch, 1):
        indexes.append(index)
        assert answer.text == f"question {index}"
        # Questions that are under way or whose result was not taken yet, and one that an
        # asynchronous source has ready.
        assert questions.read <= taken + 4 * (4 if ordered else 1) + 1
        if taken == 300:
            break
    batch.close()
    assert len(set(indexes)) == 300
    if ordered:
        assert indexes == list(range(300))


def test_a_slow_one_holds_up_the_others_only_in_order(iterate: Iterate) -> None:
    questions: list[Any] = ["#scenario slow:delay_ms=400,bytes=1000000\nHello", *["1+1"] * 30]
    options = {"max_concurrency": 4}
    came = [index for index, _ in iterate({}, questions, **options)]
    assert sorted(came) == list(range(31))
    assert came[0] != 0
    came = [index for index, _ in iterate({}, questions, ordered=True, **options)]
    assert came == list(range(31))


def test_what_has_come_is_handed_out_before_more_is_waited_for(iterate: Iterate) -> None:
    questions = Slow("1+1", "1+2", "1+3", "1+4", "1+5", "1+6")
    read = {index: questions.read for index, _ in iterate({}, questions)}
    assert sorted(read) == [0, 1, 2, 3, 4, 5]
    assert read[0] < 6


def test_a_slow_loop_loses_nothing(chat: MakeChat) -> None:
    answers = []
    for _, answer in chat(total_timeout=1.5).batch_iter(Counted(most=6), max_concurrency=4):
        answers.append(answer)
        time.sleep(0.6)
    assert len(answers) == 6
    assert all(isinstance(answer, Response) for answer in answers)


class Slow:
    """Questions that take a while to come, and how many of them were read."""

    def __init__(self, *questions: str) -> None:
        self.read = 0
        self._questions = questions

    def __iter__(self) -> Iterator[str]:
        for question in self._questions:
            time.sleep(0.3)
            self.read += 1
            yield question

    async def __aiter__(self) -> AsyncIterator[str]:
        for question in self._questions:
            await asyncio.sleep(0.3)
            self.read += 1
            yield question


def test_a_bad_row_has_its_place_and_its_name(iterate: Iterate) -> None:
    questions = ["1+1", 5, "#scenario error:code=10013\nHello", "2+2"]
    results = dict(iterate({}, questions))
    assert sorted(results) == [0, 1, 2, 3]
    assert results[0].text and results[3].text
    assert isinstance(results[1], TypeError)
    assert "question 1: " in str(results[1])
    assert results[2].index == 2
    assert str(results[2]).startswith("question 2: ")


def test_batch_names_the_row(chat: MakeChat) -> None:
    with pytest.raises(Exception, match="question 1: ") as caught:
        chat().batch(["1+1", "#scenario error:code=10013\nHello"])
    assert caught.value.index == 1  # type: ignore[attr-defined]


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


def test_what_a_source_raises_comes_behind_its_answers(iterate: Iterate) -> None:
    class Broken(Counted):
        def __iter__(self) -> Iterator[str]:
            yield from ("1+1", "1+2", "1+3")
            raise LookupError("no more")

    batch, came = iterate({}, Broken()), []
    with pytest.raises(LookupError, match="no more"):
        for index, answer in batch:
            came.append(index)
            assert answer.text
    assert sorted(came) == [0, 1, 2]


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


def test_arguments(iterate: Iterate) -> None:
    for questions in ("Hello", {"role": "user"}, 5):
        with pytest.raises(TypeError, match="a list of questions"):
            list(iterate({}, questions))  # type: ignore[arg-type]
    for options, error in (
        ({"max_concurrency": 0}, InvalidArgumentError),
        ({"ordered": 1}, TypeError),
        ({"heat": 5}, TypeError),
    ):
        with pytest.raises(error):
            list(iterate({}, ["Hello"], **options))  # type: ignore[arg-type]
    assert list(iterate({}, [])) == []
    with pytest.raises(TypeError, match=r"batch_iter\(\) got an unexpected keyword"):
        list(iterate({}, ["Hello"], heat=5))  # type: ignore[call-arg]


def test_a_second_thread_is_refused_and_the_first_goes_on(chat: MakeChat) -> None:
    refused: list[str] = []

    def come_between() -> None:
        for use in (lambda: next(batch), batch.close):
            with pytest.raises(StateError) as caught:
                use()
            refused.append(caught.value.message)

    def questions() -> Iterator[str]:
        for number in range(4):
            second = threading.Thread(target=come_between)
            second.start()
            second.join()
            yield f"{number}+1"

    with chat().batch_iter(questions()) as batch:
        answers = dict(batch)
    assert refused == ["another thread uses this batch"] * 8
    assert {at: str(answer) for at, answer in answers.items()} == {
        number: f"{number} + 1 = **{number + 1}**." for number in range(4)
    }


def test_leaving_stops_what_is_under_way(chat: MakeChat, service: Service, tag: str) -> None:
    questions = ["1+1", *["#scenario stall:at=middle\nHello"] * 5]
    for index, _ in chat(tag=tag).batch_iter(questions, max_concurrency=3):
        assert index == 0
        break
    gc.collect()
    ends = [record["ended"] for record in service.records(tag)]
    assert len(ends) >= 3
    assert sum(end in ("client_close", "client_drop") for end in ends) == len(ends) - 1


def test_what_is_closed_keeps_what_came(chat: MakeChat) -> None:
    questions = ["1+1", "1+2", *["#scenario stall:at=middle\nHello"] * 2]
    batch = chat().batch_iter(questions, max_concurrency=4)
    came = [next(batch)]
    batch.close()
    came += list(batch)
    places = [index for index, _ in came] + [index for index, _ in batch.left]
    assert sorted(places) == [0, 1, 2, 3]
    assert {2, 3} <= {index for index, _ in batch.left}
    batch.close()


def test_leaving_the_loop_of_an_event_loop(
    async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    async def main() -> None:
        waiting: asyncio.Queue[str] = asyncio.Queue()

        async def questions() -> AsyncIterator[str]:
            yield "1+1"
            yield "#scenario stall:at=middle\nHello"
            yield await waiting.get()

        async for index, _ in async_chat(tag=tag).batch_iter(questions()):
            assert index == 0
            break
        gc.collect()
        records = await asyncio.to_thread(service.records, tag)
        assert len(records) == 2
        assert {task.get_name() for task in asyncio.all_tasks()} == {
            asyncio.current_task().get_name()  # type: ignore[union-attr]
        }

    asyncio.run(main())


def test_answers_come_while_the_source_waits(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        answered = asyncio.Event()

        async def questions() -> AsyncIterator[str]:
            yield "1+1"
            # The next question needs the first answer.
            await answered.wait()
            yield "1+2"

        came = []
        async for index, _ in async_chat().batch_iter(questions()):
            came.append(index)
            answered.set()
        assert came == [0, 1]

    asyncio.run(main())


async def from_queue(questions: asyncio.Queue[str]) -> AsyncIterator[str]:
    while True:
        yield await questions.get()


def test_a_batch_that_has_stopped_reads_no_further(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        questions: asyncio.Queue[str] = asyncio.Queue()
        questions.put_nowait("Hello")
        batch = async_chat("error:code=11201").batch_iter(from_queue(questions))
        with pytest.raises(BatchStoppedError):
            await batch.__anext__()
        questions.put_nowait("1+1")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert questions.get_nowait() == "1+1"

    asyncio.run(main())


@pytest.mark.parametrize("steps", range(6))
@pytest.mark.parametrize("is_cancelled", [False, True])
def test_what_was_read_when_it_is_closed_is_left(
    async_chat: MakeAsyncChat, steps: int, is_cancelled: bool
) -> None:
    async def main() -> None:
        questions: asyncio.Queue[str] = asyncio.Queue()
        batch = async_chat("stall:at=middle").batch_iter(from_queue(questions))
        task = asyncio.create_task(anext(batch, None))
        await asyncio.sleep(0.01)
        questions.put_nowait("1+1")
        for _ in range(steps):
            await asyncio.sleep(0)
        if is_cancelled:
            task.cancel()
        else:
            batch.close()
        assert await asyncio.gather(task, return_exceptions=True)
        assert questions.qsize() + len(batch.left) == 1

    asyncio.run(main())


def test_a_source_that_closes_the_batch(chat: MakeChat, async_chat: MakeAsyncChat) -> None:
    def questions() -> Iterator[str]:
        yield "1+1"
        batch.close()
        yield "1+2"

    async def awaited() -> AsyncIterator[str]:
        for question in questions():
            yield question

    async def main() -> None:
        nonlocal batch
        if hasattr(asyncio, "eager_task_factory"):
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        for source in (questions(), awaited()):
            batch = async_chat().batch_iter(source)
            assert [index async for index, _ in batch] == []
            assert batch.left == [(0, "1+1"), (1, "1+2")]

    batch: Any = chat().batch_iter(questions())
    assert list(batch) == []
    assert batch.left == [(0, "1+1"), (1, "1+2")]
    asyncio.run(main())


def test_a_question_that_waits_for_others_to_end_costs_nothing(
    async_chat: MakeAsyncChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    monkeypatch.setattr(
        Rows, "work", lambda *given, work=Rows.work: (looks.append(1), work(*given))
    )

    async def main() -> None:
        refused = asyncio.Event()

        async def questions() -> AsyncIterator[str]:
            yield "#scenario stall:at=middle\nHello"
            yield "#scenario error:code=11201\nHello"
            await refused.wait()
            yield "1+1"

        batch = async_chat().batch_iter(questions())
        task = asyncio.create_task(batch.__anext__())
        while batch._rows.reason is None:
            await asyncio.sleep(0.01)
        refused.set()
        await asyncio.sleep(0.1)
        batch.close()
        with pytest.raises(BatchStoppedError):
            await task
        assert [index for index, _ in batch.left] == [0, 1, 2]

    asyncio.run(main())
    assert len(looks) < 100


def test_cancelling_stops_all(async_chat: MakeAsyncChat, service: Service, tag: str) -> None:
    async def main() -> None:
        batch = async_chat("stall:at=middle", tag=tag).batch_iter(Counted(), max_concurrency=3)

        async def work() -> None:
            async for _ in batch:
                pass

        task = asyncio.create_task(work())
        await asyncio.to_thread(service.wait_for_questions, tag, 3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [index for index, _ in batch.left] == [0, 1, 2]
        records = await asyncio.to_thread(service.records, tag)
        assert {record["ended"] for record in records} <= {"client_close", "client_drop"}

    asyncio.run(main())


def test_ctrl_c_keeps_what_came(service: Service, clean_python: dict[str, str], tag: str) -> None:
    body = """
    questions = ["1+1"] * 20 + ["#scenario stall:at=middle\\nHello"] * 5
    batch, came = chat.batch_iter(questions, max_concurrency=3), []
    try:
        for index, answer in batch:
            came.append(index)
    except KeyboardInterrupt:
        came += [index for index, _ in batch]
        left = [index for index, _ in batch.left]
        is_right = sorted(came) == list(range(20)) and left == [20, 21, 22]
        say("right" if is_right else f"{came} {left}")
        time.sleep(60)
    """
    with Program(body, service, clean_python, service.url(tag=tag)) as program:
        service.wait_for_questions(tag, 23)
        program.process.send_signal(signal.SIGINT)
        program.wait_for("right")


def test_the_first_is_refused_and_the_rate_falls(
    chat: MakeChat, service: Service, tag: str
) -> None:
    """The whole batch slows down, so the rows are not refused one by one."""
    settings = {"scenario": "error:code=11202,times=1", "tag": tag, **QUICK}
    results = list(chat(**settings).batch_iter(Counted("1+{}", most=4), max_concurrency=1))
    assert all(isinstance(result, Response) for _, result in results)
    assert len(service.records(tag)) == 5
