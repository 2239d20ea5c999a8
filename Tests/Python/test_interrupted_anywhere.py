"""Ctrl-C at every place where Python checks for it: nothing is left half done, and none is lost."""

from __future__ import annotations

import asyncio
import gc
import operator
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeVar

import pytest

from census import descriptors
from interrupting import Interrupts
from service import MakeAsyncChat, MakeChat
from sparkchat import AsyncConversation, Conversation, Message, Spark, SparkError, Status

BEFORE = [Message("user", "My name is Li Lei."), Message("assistant", "Hello, Li Lei!")]
ASKED = "What is my name?"
CALL = "#scenario function_call:name=look,arguments={},times=1\nLook!"
FAILING = "#scenario error:code=10013\nHello"

T = TypeVar("T")


def look() -> str:
    """Look."""
    return "seen"


@pytest.fixture(autouse=True)
def no_garbage() -> None:
    """Collect what earlier tests left; its descriptors would be closed during this test."""
    gc.collect()


@pytest.fixture
def swallowed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Exceptions that no one can catch."""
    raised: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda failure: raised.append(failure.exc_value))
    return raised


def ask(talk: Conversation) -> None:
    talk.ask(ASKED)


def iterate(talk: Conversation) -> None:
    for _ in talk.stream(ASKED):
        pass


def leave(talk: Conversation) -> None:
    with talk.stream(ASKED) as answer:
        next(answer)


def close(talk: Conversation) -> None:
    answer = talk.stream(ASKED)
    next(answer)
    answer.close()


def call_a_tool(talk: Conversation) -> None:
    talk.ask(CALL)


def fail(talk: Conversation) -> None:
    with pytest.raises(SparkError):
        talk.ask(FAILING)


def add(talk: Conversation) -> None:
    talk.add(["And I am 12.", ("assistant", "Good.")])


def add_a_system_message(talk: Conversation) -> None:
    talk.add(["And I am 12.", ("system", "Be brief.")])


@pytest.mark.parametrize(
    "use", [ask, iterate, leave, close, call_a_tool, fail, add, add_a_system_message]
)
def test_the_history_is_what_it_was(
    chat: MakeChat, use: Callable[[Conversation], None], swallowed: list[Any]
) -> None:
    interrupts, count = Interrupts(), 0
    talk = chat().conversation(BEFORE, tools=[look])
    before = descriptors()
    while interrupts.run(lambda: use(talk)):
        count += 1
        assert talk.messages == BEFORE, interrupts.last
        assert descriptors() == before, interrupts.last
        assert not swallowed, interrupts.last
    assert count > 30
    assert talk.ask("Hello").text


def make(client: Spark) -> None:
    client.with_options(user_id="another").close()


def invoke(client: Spark) -> None:
    client.invoke("Hello")


def stream(client: Spark) -> None:
    with client.stream("Hello") as answer:
        for _ in answer.text():
            pass


def break_off(client: Spark) -> None:
    for _ in client.stream("Hello"):
        break


def batch(client: Spark) -> None:
    client.batch(["Hello", FAILING, "1+1"], return_exceptions=True)


@pytest.mark.parametrize("use", [make, invoke, stream, break_off, batch])
def test_no_descriptor_is_left(
    chat: MakeChat, use: Callable[[Spark], None], swallowed: list[Any]
) -> None:
    interrupts, count = Interrupts(), 0
    client = chat()
    before = descriptors()
    while interrupts.run(lambda: use(client)):
        count += 1
        assert descriptors() == before, interrupts.last
        assert not swallowed, interrupts.last
    assert count > 30
    assert client.invoke("Hello").text


def test_no_question_of_a_batch_is_lost(chat: MakeChat) -> None:
    interrupts, count, client = Interrupts(), 0, chat()
    questions, came, kept = iter(""), [], client.batch_iter([])

    def iterate() -> None:
        nonlocal questions, came, kept
        questions, came = iter(["1+1", "1+2", "1+3"]), []  # type: ignore[assignment]
        kept = client.batch_iter(questions)
        for index, _ in kept:
            came.append(index)

    while interrupts.run(iterate):
        count += 1
        if "BatchIterator" in interrupts.last or "Rows" in interrupts.last:
            read = 3 - operator.length_hint(questions)
            came += [index for index, _ in kept]
            places = [*came, *(index for index, _ in kept.left)]
            # An answer that was on its way to the loop may be gone.
            on_the_way = kept._rows._answered - len(came)
            assert read - len(places) <= on_the_way, interrupts.last
            assert len(places) == len(set(places)), interrupts.last
    assert count > 30


class Counting:
    """Notes which attempts are under way."""

    def __init__(self) -> None:
        self.running: set[int] = set()

    def acquire(self, attempt: int) -> float:
        if self.running:
            return 0.01
        self.running.add(attempt)
        return 0

    def report(self, attempt: int, status: Status, service_code: int) -> None: ...

    def release(self, attempt: int) -> None:
        self.running.discard(attempt)


@pytest.mark.parametrize("use", [invoke, stream, break_off, batch])
def test_no_share_of_a_limit_is_left(
    chat: MakeChat, use: Callable[[Spark], None], swallowed: list[Any]
) -> None:
    # Python prints what is raised where a callback begins: no one can catch it.
    interrupts = Interrupts(callbacks={"_acquire", "_report", "_note_end"})
    count, limiter = 0, Counting()
    client = chat(limiter=limiter)
    # If the last exchange is freed, the next call raises the interrupt.
    while interrupts.run(lambda: (use(client), client.invoke("Hello"))):
        count += 1
        assert not limiter.running, interrupts.last
        assert not swallowed, interrupts.last
    assert count > 30


async def async_ask(talk: AsyncConversation) -> None:
    await talk.ask(ASKED)


async def async_iterate(talk: AsyncConversation) -> None:
    async for _ in talk.stream(ASKED):
        pass


async def async_leave(talk: AsyncConversation) -> None:
    async with talk.stream(ASKED) as answer:
        await answer.__anext__()


async def async_call_a_tool(talk: AsyncConversation) -> None:
    await talk.ask(CALL)


async def async_fail(talk: AsyncConversation) -> None:
    with pytest.raises(SparkError):
        await talk.ask(FAILING)


ASYNC_USES = [async_ask, async_iterate, async_leave, async_call_a_tool, async_fail]
AsyncUse = Callable[[AsyncConversation], Coroutine[Any, Any, None]]


# Unless it is ignored, this warning keeps the coroutine alive.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize("use", [async_iterate, async_call_a_tool])
def test_an_interrupted_loop(
    async_chat: MakeAsyncChat, use: AsyncUse, swallowed: list[Any]
) -> None:
    interrupts, count = Interrupts(), 0
    talk = async_chat().conversation(BEFORE, tools=[look])
    gc.collect()
    gc.freeze()
    before = descriptors()
    while interrupts.run(lambda: asyncio.run(use(talk))):
        count += 1
        # asyncio's own garbage: a task, its exception, and the frames in it.
        gc.collect()
        assert talk.messages == BEFORE, interrupts.last
        assert descriptors() == before, interrupts.last
        assert not swallowed, interrupts.last
    gc.unfreeze()
    assert count > 30
    assert asyncio.run(talk.ask("Hello")).text


class CancelledAt(Awaitable[None]):
    """Awaits work, and cancels its task at the n-th wait."""

    def __init__(self, work: Coroutine[Any, Any, None], at: int) -> None:
        self._work, self._at = work, at
        self.has_come_to_it = False

    def __await__(self) -> Generator[Any, None, None]:
        waits = 0
        while True:
            try:
                waiting = self._work.send(None)
            except StopIteration:
                return
            if waits == self._at:
                self.has_come_to_it = True
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            waits += 1
            try:
                yield waiting
            except BaseException as error:
                self._work.throw(error)
                raise AssertionError("the cancellation was swallowed") from error


async def run_cancelled(use: AsyncUse, talk: AsyncConversation, at: int) -> bool:
    """Return whether the task was cancelled; if not, it waits fewer times."""
    cancelled = CancelledAt(use(talk), at)

    async def wait() -> None:
        await cancelled

    (result,) = await asyncio.gather(asyncio.create_task(wait()), return_exceptions=True)
    assert isinstance(result, asyncio.CancelledError) == cancelled.has_come_to_it
    return cancelled.has_come_to_it


@pytest.mark.parametrize("use", ASYNC_USES)
def test_a_task_that_is_cancelled_at_any_await(async_chat: MakeAsyncChat, use: AsyncUse) -> None:
    async def main() -> None:
        talk = async_chat().conversation(BEFORE, tools=[look])
        await talk.ask("Hello")
        messages, before, at = talk.messages, descriptors(), 0
        while await run_cancelled(use, talk, at):
            at += 1
            assert talk.messages == messages
            assert descriptors() == before
        assert at > 0
        assert (await talk.ask("Hello")).text

    asyncio.run(main())
