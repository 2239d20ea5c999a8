"""Nothing is left behind: no object, no descriptor, no thread, no exchange with the service."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from census import descriptors, memory, threads
from service import MakeAsyncChat, MakeChat, Service
from sparkchat import AsyncSpark, BatchIterator, CancelledError, Spark, SparkError, Stream, Text
from sparkchat._runtime.event_loop import running_group


def stopped(service: Service, tag: str) -> bool:
    """Return whether the service saw the client leave."""
    (record,) = service.records(tag)
    return record["ended"] in ("client_close", "client_drop")


def test_leaving_the_loop_stops_the_service(chat: MakeChat, service: Service, tag: str) -> None:
    for event in chat("stall:at=middle", tag=tag).stream("Hello"):
        if isinstance(event, Text):
            break
    assert stopped(service, tag)


def test_an_abandoned_stream_leaves_nothing_for_the_next(chat: MakeChat) -> None:
    client = chat()
    expected = client.invoke("Hello").text
    for _ in range(3):
        next(client.stream("#scenario count:n=1000"))
        assert client.invoke("Hello").text == expected


def test_leaving_the_loop_over_texts_stops_the_service(
    chat: MakeChat, service: Service, tag: str
) -> None:
    for _ in chat("stall:at=middle", tag=tag).stream("Hello").text():
        break
    assert stopped(service, tag)


def test_dropping_the_last_reference_stops_the_service(
    chat: MakeChat, service: Service, tag: str
) -> None:
    stream = chat("stall:at=middle", tag=tag).stream("Hello")
    next(stream)
    next(stream)
    del stream
    assert stopped(service, tag)


def test_the_end_of_the_block_stops_the_service(chat: MakeChat, service: Service, tag: str) -> None:
    with chat("stall:at=middle", tag=tag).stream("Hello") as stream:
        next(stream)
        next(stream)
    assert stopped(service, tag)


def test_an_exception_in_the_block_stops_the_service(
    chat: MakeChat, service: Service, tag: str
) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        chat("stall:at=middle", tag=tag).stream("Hello") as stream,
    ):
        next(stream)
        next(stream)
        raise ZeroDivisionError
    assert stopped(service, tag)


def finish_a_stream(client: Spark) -> Stream:
    stream = client.stream("#scenario text:content=Hi")
    list(stream)
    return stream


def fail_a_stream(client: Spark) -> Stream:
    stream = client.stream("#scenario drop:after=1")
    with pytest.raises(SparkError):
        list(stream)
    return stream


def abandon_a_stream(client: Spark) -> Stream:
    stream = client.stream("#scenario stall:at=middle")
    next(stream)
    return stream


def close_a_stream(client: Spark) -> Stream:
    stream = abandon_a_stream(client)
    stream.close()
    return stream


@pytest.mark.parametrize("use", [finish_a_stream, fail_a_stream, abandon_a_stream, close_a_stream])
def test_streams_and_clients_go_away_without_the_collector(
    chat: MakeChat, use: Callable[[Spark], Stream]
) -> None:
    gc.collect()
    gc.disable()
    try:
        client = chat()
        stream = use(client)
        response = weakref.ref(stream)
        owner = weakref.ref(client)
        del stream
        assert response() is None
        del client
        assert owner() is None
    finally:
        gc.enable()


def test_an_error_does_not_keep_its_stream(chat: MakeChat) -> None:
    stream = chat("drop:after=1").stream("Hello")
    reference = weakref.ref(stream)
    try:
        list(stream)
    except SparkError as error:
        kept = error.with_traceback(None)
    del stream
    assert reference() is None
    assert kept.response is not None


class Job:
    """Refers to itself, so that only the garbage collector frees what it holds, in any order."""

    def __init__(self) -> None:
        self.held: list[object] = [self]


@pytest.mark.parametrize("kind", ["stream", "conversation"])
def test_the_collector_may_free_streams(
    chat: MakeChat, service: Service, tag: str, kind: str, unraisable: list[object]
) -> None:
    client = chat("stall:at=middle", tag=tag)
    job = Job()
    asked = client if kind == "stream" else client.conversation()
    stream = asked.stream("Hello")
    next(stream)
    job.held += [asked, stream]
    del job, asked, stream
    gc.collect()
    assert stopped(service, tag)
    assert unraisable == []


@pytest.mark.parametrize("kind", ["stream", "conversation"])
def test_the_collector_may_free_streams_of_a_loop(
    async_chat: MakeAsyncChat, service: Service, tag: str, kind: str, unraisable: list[object]
) -> None:
    failures: list[dict[str, Any]] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: failures.append(what))
        client = async_chat("stall:at=middle", tag=tag)
        job = Job()
        asked = client if kind == "stream" else client.conversation()
        stream = asked.stream("Hello")
        await anext(stream)
        job.held += [asked, stream]
        del job, asked, stream
        await asyncio.to_thread(gc.collect)
        await asyncio.sleep(0.1)
        assert len(running_group()._group) == 0
        assert (await async_chat().invoke("1+1")).text == "1 + 1 = **2**."

    asyncio.run(main())
    assert stopped(service, tag)
    assert failures == unraisable == []


def finish_a_batch(client: Spark) -> BatchIterator:
    batch = client.batch_iter(["1+1", "1+2"])
    assert len(list(batch)) == 2
    return batch


def close_a_batch(client: Spark) -> BatchIterator:
    batch = client.batch_iter(["1+1", "#scenario stall:at=middle"])
    next(batch)
    batch.close()
    return batch


def test_what_has_ended_holds_no_descriptor(chat: MakeChat) -> None:
    client = chat()
    before = descriptors()
    streams = [use(client) for use in (finish_a_stream, fail_a_stream, close_a_stream)]
    batches = [use(client) for use in (finish_a_batch, close_a_batch)]
    assert descriptors() == before
    assert len(streams + batches) == 5


async def end_in_all_ways(client: AsyncSpark) -> list[object]:
    scenarios = ["text:content=Hi", "drop:after=1", "stall:at=middle", "stall:at=middle"]
    streams = [client.stream(f"#scenario {scenario}") for scenario in scenarios]
    finished, failed, closed, cancelled = streams
    await finished.finish()
    with pytest.raises(SparkError):
        await failed.finish()
    await closed.__anext__()
    closed.close()
    task = asyncio.create_task(cancelled.finish())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    batches = [client.batch_iter(["1+1"]), client.batch_iter(["1+1", "#scenario stall:at=middle"])]
    assert len([answer async for answer in batches[0]]) == 1
    await batches[1].__anext__()
    batches[1].close()
    return [*streams, *batches]


def test_what_has_ended_keeps_nothing_of_its_loop(async_chat: MakeAsyncChat) -> None:
    client = async_chat()
    asyncio.run(end_in_all_ways(client))
    gc.collect()
    before = descriptors()
    kept = asyncio.run(end_in_all_ways(client))
    gc.collect()
    assert descriptors() == before
    assert len(kept) == 6


def test_no_thread_outlives_its_call(chat: MakeChat) -> None:
    before = threads()
    chat().invoke("Hello")
    with pytest.raises(TimeoutError):
        chat("stall", total_timeout=0.2).invoke("Hello")
    assert threads() == before


def test_hundreds_of_exchanges_leave_nothing(chat: MakeChat) -> None:
    client = chat(tls=True)

    def round_of_exchanges(count: int) -> None:
        for _ in range(count):
            for use in (finish_a_stream, fail_a_stream, abandon_a_stream, close_a_stream):
                use(client)
            client.invoke("#scenario count:n=300")

    round_of_exchanges(20)
    gc.collect()
    before = descriptors(), memory()
    round_of_exchanges(60)
    gc.collect()
    assert descriptors() == before[0]
    assert memory() - before[1] < 4 << 20


def test_thousands_of_requests_leave_nothing(chat: MakeChat) -> None:
    client = chat()
    messages = [("user", "x" * 10_000)] * 3

    def many(count: int) -> None:
        for _ in range(count):
            client.stream(messages, extra={"parameter": {"chat": {"note": "y" * 1000}}})
            with pytest.raises(SparkError):
                client.stream(messages, temperature=1.5)

    many(300)
    before = descriptors(), memory()
    many(1500)
    assert descriptors() == before[0]
    assert memory() - before[1] < 4 << 20


def test_closing_a_client_while_it_is_used_is_safe(chat: MakeChat) -> None:
    for _ in range(20):
        client = chat("count:n=50")
        thread = threading.Thread(target=client.close)
        stream = client.stream("Count.")
        thread.start()
        assert stream.finish().text.endswith("49 ")
        thread.join()


def test_the_response_of_a_closed_stream_is_a_copy(chat: MakeChat) -> None:
    stream = chat("stall:at=middle,after=3").stream("Hello")
    while not stream.response.text:
        next(stream)
    during = stream.response
    stream.close()
    with pytest.raises(CancelledError):
        next(stream)
    after = stream.response
    del stream
    gc.collect()
    assert during.text == after.text != ""
