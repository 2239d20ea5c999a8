"""Event loops: many streams in one, one client in many, and nothing left when they are closed."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from limits import needs_descriptors

from census import descriptors, threads
from service import MakeAsyncChat, Service
from sparkchat import AsyncStream, StateError, Text
from test_fork import in_child

Runner = Callable[[Coroutine[Any, Any, Any]], Any]


def run_with_uvloop(main: Coroutine[Any, Any, Any]) -> Any:
    uvloop = pytest.importorskip("uvloop")
    loop = uvloop.new_event_loop()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Runner:
    return asyncio.run if request.param == "asyncio" else run_with_uvloop


@needs_descriptors(2500)
def test_2000_streams_at_once_in_one_loop(async_chat: MakeAsyncChat, run: Runner) -> None:
    async def main() -> None:
        client = async_chat()
        barrier, waiting = asyncio.Event(), 0

        async def ask(number: int) -> None:
            nonlocal waiting
            stream = client.stream(f"#scenario echo:chunks=4\nquestion {number}")
            # Now it is connected, with the request under way.
            await stream.__anext__()
            waiting += 1
            if waiting == 2000:
                barrier.set()
            await barrier.wait()
            assert "".join([text async for text in stream.text()]) == f"question {number}"

        before = threads()
        await asyncio.gather(*(ask(number) for number in range(2000)))
        assert threads() == before

    run(main())


@needs_descriptors(2500)
def test_streams_end_in_any_way_at_once(async_chat: MakeAsyncChat, run: Runner) -> None:
    async def main() -> None:
        client = async_chat("echo")
        tasks = []
        for number in range(300):
            scenario = "#scenario stall:at=middle\n" if number % 3 == 0 else ""
            scenario = "#scenario drop:after=1\n" if number % 3 == 1 else scenario
            client = async_chat()
            tasks.append(asyncio.create_task(client.invoke(f"{scenario}1+{number}")))
        done, pending = await asyncio.wait(tasks[1::3] + tasks[2::3], timeout=60)
        assert not pending
        assert sum(task.exception() is None for task in done) == 100
        for task in tasks[::3]:
            assert not task.done()
            task.cancel()
        results = await asyncio.gather(*tasks[::3], return_exceptions=True)
        assert {type(result) for result in results} == {asyncio.CancelledError}

    run(main())


@needs_descriptors(2500)
def test_one_client_serves_loops_in_many_threads(async_chat: MakeAsyncChat, run: Runner) -> None:
    client = async_chat("echo:chunks=5", tls=True)

    async def main(name: int) -> None:
        async def ask(number: int) -> None:
            question = f"loop {name}, question {number}"
            assert (await client.invoke(question)).text == question

        await asyncio.gather(*(ask(number) for number in range(25)))

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(lambda n=n: run(main(n))) for n in range(16)]:
            future.result(60)


def test_loops_one_after_the_other_leave_nothing(async_chat: MakeAsyncChat, run: Runner) -> None:
    client = async_chat()

    async def main() -> None:
        await asyncio.gather(*(client.invoke("Hello") for _ in range(3)))
        kept.append(client.stream("#scenario stall:at=middle"))
        await kept[-1].__anext__()

    kept: list[AsyncStream] = []
    run(main())
    kept.clear()
    gc.collect()
    before = descriptors()
    for _ in range(10):
        run(main())
        kept.clear()
    gc.collect()
    assert descriptors() == before


def test_a_closed_loop_lets_go_though_somebody_keeps_it(
    async_chat: MakeAsyncChat, run: Runner
) -> None:
    async def main() -> asyncio.AbstractEventLoop:
        await async_chat().invoke("Hello")
        async for event in async_chat("stall:at=middle").stream("Hello"):
            if isinstance(event, Text):
                break
        return asyncio.get_running_loop()

    run(main())
    gc.collect()
    before = descriptors()
    loops = [run(main()) for _ in range(3)]
    gc.collect()
    assert descriptors() == before
    assert all(loop.is_closed() for loop in loops)


def test_a_stream_of_a_closed_loop(async_chat: MakeAsyncChat, run: Runner) -> None:
    client = async_chat()

    async def begin() -> AsyncStream:
        stream = client.stream("#scenario stall:at=middle")
        await stream.__anext__()
        return stream

    async def go_on(stream: AsyncStream) -> None:
        with pytest.raises(StateError, match="another event loop"):
            await stream.finish()

    stream = run(begin())
    run(go_on(stream))
    stream.close()
    assert str(stream.response.outcome) == "cancelled"


def test_without_a_loop(async_chat: MakeAsyncChat) -> None:
    coroutine = async_chat().stream("Hello").__anext__()
    with pytest.raises(StateError, match="no event loop of asyncio"):
        coroutine.send(None)
    # A stream may be made before there is a loop.
    stream = async_chat().stream("Hello")
    assert asyncio.run(stream.finish()).text


def test_streams_go_away_without_the_collector(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        client = async_chat()
        for scenario in ("text:content=Hi", "drop:after=1", "stall:at=middle"):
            stream = client.stream(f"#scenario {scenario}")
            with contextlib.suppress(ConnectionError):
                if scenario.startswith("stall"):
                    await stream.__anext__()
                else:
                    await stream.finish()
            gone = weakref.ref(stream)
            del stream
            assert gone() is None
        before = descriptors()
        await asyncio.sleep(0.05)
        assert descriptors() <= before

    gc.collect()
    gc.disable()
    try:
        asyncio.run(main())
    finally:
        gc.enable()


def test_the_collector_finds_streams_in_another_thread(
    async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    async def main() -> None:
        cycle: list[Any] = [async_chat("stall:at=middle", tag=tag).stream("Hello")]
        cycle.append(cycle)
        await cycle[0].__anext__()
        del cycle
        await asyncio.to_thread(gc.collect)
        (record,) = await asyncio.to_thread(service.records, tag)
        assert record["ended"] in ("client_close", "client_drop")

    gc.collect()
    gc.disable()
    try:
        asyncio.run(main())
    finally:
        gc.enable()


def test_tasks_that_are_never_finished(
    async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    loop = asyncio.new_event_loop()
    task = loop.create_task(async_chat("stall:at=middle", tag=tag).invoke("Hello"))
    loop.run_until_complete(asyncio.to_thread(service.wait_for_questions, tag, 1))
    loop.close()
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    del task
    gc.collect()
    (record,) = service.records(tag)
    assert record["ended"] in ("client_close", "client_drop")


@pytest.mark.parametrize("older", ["stream", "group"])
def test_the_collector_frees_a_closed_loop_in_any_order(
    async_chat: MakeAsyncChat, service: Service, tag: str, older: str, unraisable: list[object]
) -> None:
    gc.collect()
    loop = asyncio.new_event_loop()
    client = async_chat("stall:at=middle", tag=tag)
    # The collector finalizes objects in the order of their creation.
    if older == "stream":
        task = loop.create_task(client.stream("Hello").finish())
    else:
        loop.run_until_complete(async_chat().invoke("1+1"))
        task = loop.create_task(client.invoke("Hello"))
    loop.run_until_complete(asyncio.to_thread(service.wait_for_questions, tag, 1))
    loop.close()
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    del loop, task
    gc.collect()
    (record,) = service.records(tag)
    assert record["ended"] in ("client_close", "client_drop")
    assert unraisable == []


def test_a_forked_child_has_loops_of_its_own(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        stream = async_chat("count:n=3000").stream("Count.")
        await stream.__anext__()

        def work() -> None:
            async def ask() -> None:
                assert (await async_chat().invoke("1+1")).text

            asyncio.run(ask())

        thread_count = threading.active_count()
        in_child(work)
        assert threading.active_count() == thread_count
        assert (await stream.finish()).text.endswith("2999 ")

    asyncio.run(main())


def test_anyio_on_asyncio(async_chat: MakeAsyncChat, service: Service, tag: str) -> None:
    anyio = pytest.importorskip("anyio")

    async def main() -> None:
        client, answers = async_chat("echo"), []

        async def ask(question: str) -> None:
            answers.append((await client.invoke(question)).text)

        async with anyio.create_task_group() as group:
            for number in range(20):
                group.start_soon(ask, f"question {number}")
        assert sorted(answers) == sorted(f"question {number}" for number in range(20))
        with anyio.move_on_after(0.3) as scope:
            await async_chat("stall:at=middle", tag=tag).invoke("Hello")
        assert scope.cancelled_caught
        (record,) = await anyio.to_thread.run_sync(service.records, tag)
        assert record["ended"] in ("client_close", "client_drop")

    anyio.run(main, backend="asyncio")
