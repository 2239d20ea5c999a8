"""Processes made by fork: clients and conversations work in the child, streams do not."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import threading
import time
import traceback
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest

from pictures import png
from service import MakeAsyncChat, MakeChat, Service
from sparkchat import (
    AsyncConversation,
    CancelledError,
    ForkedError,
    Image,
    InvalidArgumentError,
    Message,
    RateLimitError,
    Spark,
    SparkTimeoutError,
    StateError,
    ToolCall,
    ToolLimitError,
    ToolResult,
)


def in_child(work: Callable[[], None]) -> None:
    """Run work in a forked process, which must end without an error."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    raise AssertionError("the child hangs")


TOLD = r"asked in the parent process, before fork\(\); ask again in this process"
BEFORE = [("user", "My name is Li Lei."), ("assistant", "Hello, Li Lei!")]


@pytest.mark.parametrize("is_used", [False, True])
def test_the_parents_client_works_in_the_child(
    chat: MakeChat, transport: str, is_used: bool
) -> None:
    client = chat("echo", transport=transport)
    if is_used:
        assert client.invoke("parent").text == "parent"

    def work() -> None:
        assert client.invoke("child").text == "child"
        assert client.batch(["a", "b"])[1].text == "b"
        # A grandchild can ask, too.
        in_child(lambda: check(client.with_options(temperature=0.5)))

    def check(like: Spark) -> None:
        assert like.invoke("grandchild").text == "grandchild"

    in_child(work)
    in_child(work)
    assert client.invoke("parent").text == "parent"


def test_copies_share_limits_in_the_child_as_well(chat: MakeChat) -> None:
    client = chat("stall:at=middle", max_concurrency=1, queue_timeout=0.1)

    def work() -> None:
        with client.stream("Hello") as stream:
            next(stream), next(stream)
            with pytest.raises(SparkTimeoutError):
                client.with_options(temperature=0.5).invoke("Hello")

    in_child(work)


def test_a_client_that_is_closed_stays_closed(chat: MakeChat) -> None:
    client = chat()
    client.close()

    def work() -> None:
        with pytest.raises(StateError, match="closed"):
            client.invoke("Hello")

    in_child(work)


def test_many_threads_of_a_child(chat: MakeChat) -> None:
    client = chat("echo")

    def work() -> None:
        with ThreadPoolExecutor(8) as pool:
            questions = [f"question {number}" for number in range(40)]
            answers = pool.map(lambda question: client.invoke(question).text, questions)
            assert list(answers) == questions

    in_child(work)


def test_an_asynchronous_client_works_in_the_child(async_chat: MakeAsyncChat) -> None:
    client = async_chat("echo")

    async def ask(question: str) -> None:
        assert (await client.invoke(question)).text == question
        assert "".join([text async for text in client.stream(question).text()]) == question

    async def main() -> None:
        talk = async_chat().conversation(BEFORE)
        stream = async_chat("stall:at=middle").stream("Hello")
        await stream.__anext__()

        async def remember() -> None:
            assert "Li Lei" in (await talk.ask("What is my name?")).text
            with pytest.raises(ForkedError, match=TOLD):
                # Events that were received before the fork may come first.
                async for _ in stream:
                    pass

        in_child(lambda: in_new_loop(ask("child")))
        in_child(lambda: in_new_loop(remember()))
        await remember_in_parent(talk)

    async def remember_in_parent(talk: AsyncConversation) -> None:
        assert "Li Lei" in (await talk.ask("What is my name?")).text

    asyncio.run(ask("parent"))
    asyncio.run(main())


def in_new_loop(main: Coroutine[Any, Any, None]) -> None:
    # asyncio believes that the parent's loop runs in this thread.
    asyncio._set_running_loop(None)
    asyncio.run(main)


def test_conversations_go_on_in_the_child(chat: MakeChat) -> None:
    talk = chat().conversation(BEFORE)
    with_image = chat(path="/v2.1/image").conversation([Image(png(64, 64)), *BEFORE])
    before, before_image = talk.messages, with_image.messages

    def work() -> None:
        assert talk.messages == before
        assert "Li Lei" in talk.ask("What is my name?").text
        assert len(talk.messages) == 4
        talk.restore(talk.save())
        assert with_image.messages == before_image
        with_image.add("What is in it?")

    in_child(work)
    assert (talk.messages, with_image.messages) == (before, before_image)


def test_a_conversation_keeps_settings_and_tools_in_the_child(chat: MakeChat, tag: str) -> None:
    def look() -> str:
        """Look."""
        return "seen"

    talk = chat("function_call:name=look,arguments={}", tag=tag).conversation(
        BEFORE, tools=[look], max_rounds=2, raise_tool_errors=True
    )
    talk.add([Message("user", "Look!"), Message("assistant", "", (ToolCall("a", "look", "{}"),))])

    def work() -> None:
        with pytest.raises(InvalidArgumentError, match="has no result"):
            talk.add("Hello")
        talk.add(ToolResult("a", "seen"))
        with pytest.raises(ToolLimitError):
            talk.ask()

    in_child(work)


def test_a_question_of_the_parents_stays_the_parents(chat: MakeChat) -> None:
    talk = chat().conversation(BEFORE)
    stream = talk.stream("#scenario count:n=500\nCount.")
    next(stream)

    def work() -> None:
        assert talk.messages == [Message(*message) for message in BEFORE]
        assert "Li Lei" in talk.ask("What is my name?").text
        with pytest.raises(ForkedError, match=TOLD):
            next(stream)
        stream.close()
        assert len(talk.messages) == 4

    in_child(work)
    assert stream.finish().text.endswith("499 ")
    assert len(talk.messages) == 4


def test_the_parents_stream_goes_on(chat: MakeChat) -> None:
    stream = chat("count:n=500", tls=True).stream("Count.")
    texts = stream.text()
    first = next(texts)

    def work() -> None:
        with pytest.raises(ForkedError, match=TOLD):
            next(stream)
        stream.close()

    in_child(work)
    in_child(stream.close)
    in_child(stream.cancel)
    assert first + "".join(texts) == "".join(f"{number} " for number in range(500))


def test_a_stream_that_a_thread_waits_in_does_not_hang_the_child(chat: MakeChat) -> None:
    stream = chat("stall:at=middle").stream("Hello")

    def wait() -> None:
        with contextlib.suppress(CancelledError):
            list(stream)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.2)

    def work() -> None:
        with pytest.raises(ForkedError, match=TOLD):
            next(stream)

    in_child(work)
    stream.close()
    thread.join(10)
    assert not thread.is_alive()


shared: list[Spark] = []


def ask_the_parents(question: str) -> str:
    return shared[0].invoke(question).text


def test_pools_of_processes_that_share_a_client(chat: MakeChat) -> None:
    shared[:] = [chat("echo")]
    questions = [f"question {number}" for number in range(6)]
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        assert pool.map_async(ask_the_parents, questions).get(60) == questions
    with ProcessPoolExecutor(2, mp_context=context) as executor:
        assert list(executor.map(ask_the_parents, questions, timeout=60)) == questions
    shared.clear()


def ask(arguments: tuple[str, dict[str, Any], str]) -> str:
    url, credentials, question = arguments
    return Spark(url=url, **credentials, environment=False).invoke(question).text


def fail(arguments: tuple[str, dict[str, Any]]) -> None:
    url, credentials = arguments
    Spark(url=url, **credentials, environment=False).invoke("Hello")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_pools_of_processes(service: Service, chat: MakeChat, method: str) -> None:
    chat().invoke("Hello")
    url = service.url(scenario="echo")
    refusing = service.url(scenario="error:code=11202")
    with multiprocessing.get_context(method).Pool(2) as pool:
        questions = [f"question {number}" for number in range(6)]
        jobs = [(url, service.credentials, question) for question in questions]
        assert pool.map_async(ask, jobs).get(60) == questions
        with pytest.raises(RateLimitError) as caught:
            pool.apply_async(fail, ((refusing, service.credentials),)).get(60)
        assert caught.value.service_code == 11202
