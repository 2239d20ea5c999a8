"""Batches that are left, closed, cancelled or interrupted: no question is lost."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from batches import Counted, iterate
from service import MakeAsyncChat, MakeChat, Service
from sparkchat import (
    BatchStoppedError,
    StateError,
)
from test_interrupt import Program

__all__ = ["iterate"]


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
