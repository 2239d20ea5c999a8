"""One user at a time: a second is refused, the first continues, and closing ends its wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from service import MakeAsyncChat, MakeChat, Service
from sparkchat import CancelledError, Message, StateError, Tool
from test_async_conversation import BEFORE, CALL, unchanged


def slow_questions() -> Iterator[str]:
    while True:
        time.sleep(0.05)
        yield "Hello"


async def stuck_questions() -> AsyncIterator[str]:
    yield "Hello"
    await asyncio.Event().wait()


def test_a_refused_task_takes_no_events_from_the_other(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        stream = async_chat("count:n=300").stream("Count.")
        texts: list[str] = []

        async def read() -> None:
            async for text in stream.text():
                texts.append(text)

        task, refused = asyncio.create_task(read()), 0
        while not task.done():
            await asyncio.sleep(0)
            if not task.done():
                with pytest.raises(StateError, match="another task"):
                    await stream.finish()
                refused += 1
        await task
        assert refused > 0
        assert texts == [f"{number} " for number in range(300)]

    asyncio.run(main())


@pytest.mark.parametrize("place", ["answer", "tool"])
def test_a_conversation_is_for_one_task_at_a_time(
    async_chat: MakeAsyncChat, tag: str, place: str
) -> None:
    async def main() -> None:
        running, go_on, runs = asyncio.Event(), asyncio.Event(), 0

        async def look(where: str) -> str:
            """Look."""
            nonlocal runs
            runs += 1
            running.set()
            await go_on.wait()
            return f"seen {where}"

        talk = async_chat(CALL, tag=tag).conversation(BEFORE, tools=[look])
        stream = talk.stream("Look!")
        task = asyncio.create_task(stream.finish())
        await (running.wait() if place == "tool" else asyncio.sleep(0))
        for method in (stream.finish, stream.__anext__):
            with pytest.raises(StateError, match="another task"):
                await method()
        with pytest.raises(StateError, match="still answering"):
            await talk.ask("Hello")
        go_on.set()
        assert "seen up" in (await task).text
        assert runs == 1
        assert len(talk.messages) == 6

    asyncio.run(main())


@pytest.mark.parametrize("method", ["finish", "__anext__"])
@pytest.mark.parametrize("is_raised", [True, False])
def test_a_tool_cannot_wait_for_itself(
    async_chat: MakeAsyncChat, tag: str, method: str, is_raised: bool
) -> None:
    async def main() -> None:
        runs = 0

        async def look(where: str) -> str:
            """Look."""
            nonlocal runs
            runs += 1
            return str(await getattr(stream, method)())

        client = async_chat(CALL, tag=tag)
        talk = client.conversation(BEFORE, tools=[look], raise_tool_errors=is_raised)
        stream = talk.stream("Look!")
        if is_raised:
            with pytest.raises(StateError, match="waits for this stream"):
                await stream.finish()
            assert unchanged(talk)
        else:
            assert "waits for this stream" in (await stream.finish()).text
            assert len(talk.messages) == 6
        assert runs == 1
        assert (await talk.ask("Hello")).text

    asyncio.run(main())


def test_a_tool_that_waits_for_itself_is_an_error_for_the_model(chat: MakeChat, tag: str) -> None:
    def look(where: str) -> str:
        """Look."""
        return str(stream.finish())

    talk = chat(CALL, tag=tag).conversation(tools=[look])
    stream = talk.stream("Look!")
    assert "StateError: a tool waits for the answer" in stream.finish().text
    assert talk.messages[-1] == Message("assistant", stream.response.text)


def test_a_refused_thread_leaves_the_turn_alone(chat: MakeChat, tag: str) -> None:
    running, go_on = threading.Event(), threading.Event()

    def look(**_: Any) -> str:
        running.set()
        assert go_on.wait(30)
        return "seen"

    talk = chat(CALL, tag=tag).conversation(BEFORE, tools=[Tool("look", "Look.", function=look)])
    stream = talk.stream("Look!")
    thread = threading.Thread(target=stream.finish)
    thread.start()
    assert running.wait(30)
    with pytest.raises(StateError, match="another thread waits"):
        stream.finish()
    go_on.set()
    thread.join(30)
    assert "seen" in stream.response.text
    assert len(talk.messages) == 6


def test_a_batch_is_for_one_task_at_a_time(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        refused = 0

        async def questions() -> AsyncIterator[str]:
            nonlocal refused
            for number in range(4):
                with pytest.raises(StateError, match="another task awaits this batch"):
                    await anext(batch)
                refused += 1
                yield f"1+{number}"

        batch = async_chat().batch_iter(questions())
        came = [index async for index, _ in batch]
        assert sorted(came) == [0, 1, 2, 3]
        assert refused == 4

    asyncio.run(main())


def test_closing_a_conversation_ends_the_task_that_waits(
    async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    async def main() -> None:
        talk = async_chat("stall:at=middle", tag=tag).conversation(BEFORE)
        stream = talk.stream("Hello")
        task = asyncio.create_task(stream.finish())
        await asyncio.to_thread(service.wait_for_questions, tag, 1)
        stream.close()
        with pytest.raises(CancelledError):
            await asyncio.wait_for(task, 30)
        assert unchanged(talk)

    asyncio.run(main())


@pytest.mark.parametrize("questions", [lambda: ["Hello"], slow_questions, stuck_questions])
def test_closing_a_batch_ends_the_task_that_waits(
    async_chat: MakeAsyncChat, service: Service, tag: str, questions: Callable[[], Any]
) -> None:
    async def main() -> None:
        batch = async_chat("stall:at=middle", tag=tag).batch_iter(questions())
        task = asyncio.create_task(anext(batch, "the end"))
        await asyncio.to_thread(service.wait_for_questions, tag, 1)
        batch.close()
        left = batch.left
        assert await asyncio.wait_for(task, 30) == "the end"
        assert batch.left == left
        records = await asyncio.to_thread(service.records, tag)
        assert 0 < len(records) <= len(left)
        assert {record["ended"] for record in records} <= {"client_close", "client_drop"}

    asyncio.run(main())


def test_what_came_while_no_task_waited_is_kept(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        slow = "#scenario slow:delay_ms=50,bytes=1000000\nHello"
        batch = async_chat().batch_iter(["1+1", slow, slow])
        came = [await anext(batch)]
        rows = batch._rows
        while len(rows.ended._answers) + len(rows._ready) < 2:
            await asyncio.sleep(0.01)
        batch.close()
        came += [result async for result in batch]
        assert sorted(index for index, _ in came) == [0, 1, 2]
        assert batch.left == []

    asyncio.run(main())


def test_a_source_that_closes_its_batch(chat: MakeChat) -> None:
    def questions() -> Iterator[str]:
        yield "1+1"
        batch.close()
        yield "1+2"

    batch = chat().batch_iter(questions(), max_concurrency=1)
    came = [index for index, _ in batch]
    assert came == [0]
    assert batch.left == [(1, "1+2")]
