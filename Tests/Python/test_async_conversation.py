"""Conversations for asyncio: the same history, the same tools, and async functions as tools."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from service import MakeAsyncChat, Service
from sparkchat import (
    AsyncConversation,
    AsyncConversationStream,
    CancelledError,
    Conversation,
    InvalidArgumentError,
    Message,
    SparkError,
    StateError,
    Text,
    Tool,
    ToolLimitError,
    ToolResult,
)

BEFORE = ["My name is Li Lei.", ("assistant", "Hello!")]
CALL = 'function_call:name=look,arguments={"where":"up"},times=1'


def unchanged(talk: AsyncConversation) -> bool:
    return talk.messages == [
        Message("user", "My name is Li Lei."),
        Message("assistant", "Hello!"),
    ]


async def look(where: str) -> str:
    """Look."""
    await asyncio.sleep(0.01)
    return f"seen {where}"


def test_the_surface_is_the_same() -> None:
    def surface(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    assert surface(AsyncConversation) == surface(Conversation)


def test_it_remembers(async_chat: MakeAsyncChat, transport: str) -> None:
    async def main() -> None:
        talk = async_chat(transport=transport).conversation(BEFORE, system="Be brief.")
        assert "Li Lei" in (await talk.ask("What is my name?")).text
        texts = [text async for text in talk.stream("1+1").text()]
        assert len(talk.messages) == 7
        assert talk.messages[-1] == Message("assistant", "".join(texts))
        other = async_chat(transport=transport).conversation()
        other.restore(talk.save())
        assert other.messages == talk.messages

    asyncio.run(main())


@pytest.mark.parametrize("use", ["ask", "stream"])
def test_async_functions_are_tools(
    async_chat: MakeAsyncChat, tag: str, transport: str, use: str
) -> None:
    def look_here(where: str) -> str:
        """Look."""
        return f"seen {where}"

    async def main() -> None:
        for function in (look, look_here):
            name = function.__name__
            client = async_chat(
                CALL.replace("look", name), tag=f"{tag}-{name}", transport=transport
            )
            talk = client.conversation(tools=[function])
            if use == "ask":
                await talk.ask("Look!")
            else:
                kinds = [str(event.kind) async for event in talk.stream("Look!")]
                assert kinds.count("ready") == 2
            result, answer = talk.messages[2:]
            assert isinstance(result, ToolResult)
            assert result.content == "seen up"
            assert isinstance(answer, Message)
            assert "seen up" in answer.content

    asyncio.run(main())


def test_what_a_tool_raises(async_chat: MakeAsyncChat, tag: str) -> None:
    async def look(where: str) -> str:
        """Look."""
        raise LookupError(f"nothing {where}")

    async def main() -> None:
        talk = async_chat(CALL, tag=tag).conversation(tools=[look])
        await talk.ask("Look!")
        result = talk.messages[2]
        assert isinstance(result, ToolResult)
        assert result.content == "error: LookupError: nothing up"
        client = async_chat(CALL, tag=f"{tag}-raise")
        talk = client.conversation(BEFORE, tools=[look], raise_tool_errors=True)
        with pytest.raises(LookupError):
            await talk.ask("Look!")
        assert unchanged(talk)

    asyncio.run(main())


def test_the_limit_of_rounds(async_chat: MakeAsyncChat) -> None:
    async def main() -> None:
        client = async_chat(CALL.replace(",times=1", ""))
        talk = client.conversation(BEFORE, tools=[look], max_rounds=1)
        with pytest.raises(ToolLimitError):
            await talk.ask("Look!")
        assert unchanged(talk)

    asyncio.run(main())


def test_a_tool_of_the_hosts(async_chat: MakeAsyncChat, tag: str) -> None:
    async def main() -> None:
        talk = async_chat(CALL, tag=tag).conversation(tools=[Tool("look", "Look.")])
        answer = await talk.ask("Look!")
        (call,) = answer.tool_calls
        talk.add(ToolResult(call.id, "seen by hand"))
        assert "seen by hand" in (await talk.ask()).text

    asyncio.run(main())


@pytest.mark.parametrize("scenario", ["error:code=10013,after=2", "drop:after=2"])
def test_a_failure_leaves_the_history(async_chat: MakeAsyncChat, scenario: str) -> None:
    async def main() -> None:
        talk = async_chat().conversation(BEFORE)
        stream = talk.stream(f"#scenario {scenario}\nHello")
        for _ in range(2):
            with pytest.raises(SparkError):
                await stream.finish()
        assert unchanged(talk)
        with pytest.raises(InvalidArgumentError):
            talk.stream("Hello", temperature=5)
        assert unchanged(talk)
        assert "Li Lei" in (await talk.ask("What is my name?")).text

    asyncio.run(main())


def test_what_is_too_long_is_asked_again_with_less(
    async_chat: MakeAsyncChat, service: Service, tag: str, transport: str
) -> None:
    async def main() -> None:
        client = async_chat("error:code=10907,times=1", tag=tag, transport=transport)
        talk = client.conversation(BEFORE * 3)
        assert (await talk.ask("What is my name?")).text
        assert len(talk.messages) == 8
        assert len(await asyncio.to_thread(service.requests, tag)) == 2

    asyncio.run(main())


async def to_text(stream: AsyncConversationStream) -> None:
    while not isinstance(await stream.__anext__(), Text):
        pass


@pytest.mark.parametrize("how", ["close", "block", "cancel", "drop", "task"])
def test_stopping(async_chat: MakeAsyncChat, service: Service, tag: str, how: str) -> None:
    async def main() -> None:
        talk = async_chat("stall:at=middle,times=1", tag=tag).conversation(BEFORE)
        stream = talk.stream("Hello")
        await to_text(stream)
        with pytest.raises(StateError, match="still answering"):
            await talk.ask("Hello")
        if how == "close":
            stream.close()
            stream.close()
        elif how == "block":
            async with stream:
                pass
        elif how == "cancel":
            stream.cancel()
            with pytest.raises(CancelledError):
                await stream.finish()
        elif how == "drop":
            del stream
        else:
            task = asyncio.create_task(stream.finish())
            await asyncio.to_thread(service.wait_for_questions, tag, 1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert unchanged(talk)
        (record,) = await asyncio.to_thread(service.records, tag)
        assert record["ended"] in ("client_close", "client_drop")
        assert "Li Lei" in (await talk.ask("What is my name?")).text

    asyncio.run(main())


@pytest.mark.parametrize("how", ["cancel", "close", "task"])
def test_stopping_while_a_tool_runs(
    async_chat: MakeAsyncChat, service: Service, tag: str, how: str
) -> None:
    async def main() -> None:
        running, go_on, outcomes = asyncio.Event(), asyncio.Event(), []

        async def look(where: str) -> str:
            """Look."""
            running.set()
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                outcomes.append("cancelled")
                raise
            return "seen"

        talk = async_chat(CALL, tag=tag).conversation(BEFORE, tools=[look])
        stream = talk.stream("Look!")
        task: asyncio.Task[Any] = asyncio.create_task(stream.finish())
        await running.wait()
        if how == "task":
            task.cancel()
        else:
            getattr(stream, how)()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([task], timeout=0.05)
        go_on.set()
        with pytest.raises(asyncio.CancelledError if how == "task" else CancelledError):
            await task
        assert outcomes == (["cancelled"] if how == "task" else [])
        assert unchanged(talk)
        assert len(await asyncio.to_thread(service.requests, tag)) == 1

    asyncio.run(main())
