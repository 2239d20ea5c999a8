"""The asyncio client answers like the other client, and its tasks can be cancelled."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from service import MakeAsyncChat, MakeChat, Service
from sparkchat import (
    AsyncSpark,
    AsyncStream,
    CancelledError,
    EventKind,
    InvalidArgumentError,
    Outcome,
    RateLimitError,
    Spark,
    SparkError,
    SparkTimeoutError,
    StateError,
    Text,
    TruncatedError,
)


def test_the_surface_is_the_same() -> None:
    def surface(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    assert surface(AsyncSpark) == surface(Spark) | {"aclose"}


def test_invoke_answers_as_the_other_client_does(
    chat: MakeChat, async_chat: MakeAsyncChat, transport: str
) -> None:
    expected = chat(transport=transport).invoke("1+1")
    answer = asyncio.run(async_chat(transport=transport).invoke("1+1"))
    assert answer.text == expected.text
    assert answer.usage == expected.usage
    assert answer.outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    "scenario", ["reasoning", "citations", "function_call", "nul", "late_error", "empty_last"]
)
def test_the_events_are_those_of_the_other_client(
    chat: MakeChat, async_chat: MakeAsyncChat, scenario: str, transport: str
) -> None:
    async def main() -> list[Any]:
        return [event async for event in async_chat(scenario, transport=transport).stream("Hi")]

    def comparable(events: list[Any]) -> list[Any]:
        # Calls contain the exchange's id, and warnings the time.
        special = {EventKind.TOOL_CALL: "name", EventKind.WARNING: "code"}
        return [
            getattr(event, special[event.kind]) if event.kind in special else event
            for event in events
        ]

    expected = list(chat(scenario, transport=transport).stream("Hi"))
    assert comparable(asyncio.run(main())) == comparable(expected)


def test_texts_and_response(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        async with async_chat("count:n=300").stream("Count.") as stream:
            assert stream.response.outcome is Outcome.PENDING
            texts = [text async for text in stream.text()]
        assert texts == [f"{number} " for number in range(300)]
        assert stream.response.text == "".join(texts)
        assert stream.response.outcome is Outcome.COMPLETE
        assert [event async for event in stream] == []
        assert await stream.finish() is stream.response
        assert repr(stream).startswith("<sparkchat.AsyncStream complete sid=cht")

    asyncio.run(main())


def test_finishing_in_the_middle(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        stream = async_chat("count:n=300").stream("Count.")
        while not isinstance(await stream.__anext__(), Text):
            pass
        assert (await stream.finish()).text.endswith("299 ")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        ("error:code=11202,after=2", RateLimitError),
        ("drop:after=2", TruncatedError),
        ("stall:at=middle", SparkTimeoutError),
    ],
)
def test_the_exceptions_are_the_same(
    async_chat: MakeAsyncChat, scenario: str, kind: type[SparkError]
) -> None:
    async def main() -> None:
        client = async_chat(scenario, idle_timeout=0.3)
        with pytest.raises(kind) as caught:
            await client.invoke("Hello")
        assert caught.value.response is not None
        assert caught.value.response.text
        stream, seen = client.stream("Hello"), ""
        for _ in range(2):
            with pytest.raises(kind):
                seen += "".join([text async for text in stream.text()])
        # The stream yields the text first, and raises the failure after it.
        assert stream.response.text == caught.value.response.text

    asyncio.run(main())


def test_what_is_refused_before_it_is_sent(async_chat: MakeAsyncChat) -> None:
    client = async_chat()
    with pytest.raises(InvalidArgumentError):
        client.stream("Hello", temperature=5)
    with pytest.raises(TypeError, match=r"stream\(\) got an unexpected"):
        client.stream("Hello", heat=5)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"AsyncSpark\(\) got an unexpected"):
        async_chat(heat=5)
    client.close()
    with pytest.raises(StateError, match="closed"):
        client.stream("Hello")


def test_a_client_is_closed_by_its_block(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        async with async_chat() as client:
            stream = client.stream("Hello")
        with pytest.raises(StateError):
            await client.invoke("Hello")
        assert (await stream.finish()).text

    asyncio.run(main())


@pytest.mark.parametrize("place", ["request", "middle"])
@pytest.mark.parametrize("how", ["invoke", "stream", "text", "timeout"])
def test_cancelling_the_task_closes_the_connection(
    async_chat: MakeAsyncChat, service: Service, tag: str, transport: str, place: str, how: str
) -> None:
    client = async_chat(f"stall:at={place}", tag=tag, transport=transport)

    async def ask() -> None:
        if how == "stream":
            async for _ in client.stream("Hello"):
                pass
        elif how == "text":
            async for _ in client.stream("Hello").text():
                pass
        else:
            await client.invoke("Hello")

    async def main() -> None:
        if how == "timeout":
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(ask(), 0.3)
        else:
            task = asyncio.create_task(ask())
            await asyncio.to_thread(service.wait_for_questions, tag, 1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        # The loop still runs, so the cancellation closed the connection, not the end of the loop.
        records = await asyncio.to_thread(service.records, tag)
        assert [record["ended"] in ("client_close", "client_drop") for record in records] == [True]

    asyncio.run(main())


def test_cancelling_a_task_while_it_does_something_else(
    async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    async def ask() -> None:
        async for event in async_chat("stall:at=middle", tag=tag).stream("Hello"):
            if isinstance(event, Text):
                await asyncio.sleep(60)

    async def main() -> None:
        task = asyncio.create_task(ask())
        await asyncio.to_thread(service.wait_for_questions, tag, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        (record,) = await asyncio.to_thread(service.records, tag)
        assert record["ended"] in ("client_close", "client_drop")

    asyncio.run(main())


def test_cancelling_from_another_thread(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        stream = async_chat("stall:at=middle").stream("Hello")
        task = asyncio.create_task(stream.finish())
        await asyncio.sleep(0.2)
        await asyncio.to_thread(stream.cancel)
        with pytest.raises(CancelledError):
            await task
        assert stream.response.outcome is Outcome.CANCELLED
        stream = async_chat().stream("Hello")
        stream.cancel()
        with pytest.raises(CancelledError):
            await stream.finish()

    asyncio.run(main())


async def to_text(stream: AsyncStream) -> None:
    while not isinstance(await stream.__anext__(), Text):
        pass


@pytest.mark.parametrize("how", ["close", "block", "exception", "drop", "loop"])
def test_leaving_a_stream_stops_the_service(
    async_chat: MakeAsyncChat, service: Service, tag: str, how: str
) -> None:
    async def main() -> None:
        client = async_chat("stall:at=middle", tag=tag)
        stream = client.stream("Hello")
        if how == "loop":
            del stream
            async for event in client.stream("Hello"):
                if isinstance(event, Text):
                    break
        elif how == "block":
            async with stream:
                await to_text(stream)
        elif how == "exception":
            with pytest.raises(ZeroDivisionError):
                async with stream:
                    await to_text(stream)
                    raise ZeroDivisionError
        else:
            await to_text(stream)
            if how == "drop":
                del stream
            else:
                stream.close()
                stream.close()
                with pytest.raises(CancelledError):
                    await stream.__anext__()
                assert stream.response.outcome is Outcome.CANCELLED
                assert stream.response.text
        (record,) = await asyncio.to_thread(service.records, tag)
        assert record["ended"] in ("client_close", "client_drop")

    asyncio.run(main())


def test_everything_is_closed_in_the_same_ways(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        client = async_chat()
        made: list[Any] = [
            client.stream("Hello"),
            client.conversation().stream("Hello"),
            client.batch_iter(["Hello"]),
            await client.connect(),
            client,
        ]
        for closing in made:
            async with contextlib.aclosing(closing):
                pass
            async with closing:
                pass
            closing.close()
            assert await closing.close() is None
            assert await closing.aclose() is None

    asyncio.run(main())


@pytest.mark.parametrize("kind", ["stream", "conversation"])
def test_both_habits_of_closing(
    async_chat: MakeAsyncChat, service: Service, tag: str, kind: str
) -> None:
    async def main() -> None:
        client = async_chat("stall:at=middle", tag=tag)
        asked = client if kind == "stream" else client.conversation()
        async with contextlib.aclosing(asked.stream("Hello")) as stream:
            await stream.__anext__()
        with pytest.raises(CancelledError):
            await stream.__anext__()
        for _ in range(2):
            assert await stream.close() is None
            stream.close()
            assert await stream.aclose() is None
        async with contextlib.aclosing(asked.stream("Hello").text()) as texts:
            await texts.__anext__()
        assert await client.close() is None
        client.close()
        with pytest.raises(StateError, match="closed"):
            client.stream("Hello")
        records = await asyncio.to_thread(service.records, tag)
        assert {record["ended"] for record in records} <= {"client_close", "client_drop"}

    asyncio.run(main())


def test_a_stream_is_for_one_task_at_a_time(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        stream = async_chat("stall:at=middle").stream("Hello")
        task = asyncio.create_task(stream.finish())
        await asyncio.sleep(0.1)
        with pytest.raises(StateError, match="another task"):
            await stream.finish()
        assert not task.done()
        stream.close()
        with pytest.raises(CancelledError):
            await task

    asyncio.run(main())


def test_the_loop_does_other_things_meanwhile(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        client, ticks = async_chat("count:n=3000"), 0
        task = asyncio.create_task(client.invoke("Count."))
        while not task.done():
            await asyncio.sleep(0)
            ticks += 1
        assert ticks > 10
        assert (await task).text.endswith("2999 ")

    asyncio.run(main())


def test_a_reader_that_takes_its_time_loses_nothing(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        texts = []
        async for text in async_chat("count:n=1000", idle_timeout=0.2).stream("Count.").text():
            if len(texts) == 1:
                await asyncio.sleep(0.6)
            texts.append(text)
        assert texts == [f"{number} " for number in range(1000)]

    asyncio.run(main())
