"""Any number of questions: read as needed, and answered in order or as the answers come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from batches import Counted, Iterate, iterate
from service import MakeAsyncChat, MakeChat
from sparkchat import (
    BatchStoppedError,
    InvalidArgumentError,
    Response,
)
from sparkchat._runtime.rows import Rows

__all__ = ["iterate"]


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
