"""Many questions at once: in order, bounded, and none disturbs the others."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from service import MakeAsyncChat, MakeChat, Service
from sparkchat import (
    AsyncSpark,
    InvalidArgumentError,
    Message,
    RateLimitError,
    Response,
    Spark,
    StateError,
    TruncatedError,
)
from test_interrupt import Program

Ask = Callable[..., Any]


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, chat: MakeChat, async_chat: MakeAsyncChat) -> Ask:
    """Run a batch with either client: `ask(client settings, questions, ...)`."""

    def run(settings: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        if request.param == "sync":
            return chat(**settings).batch(*arguments, **options)

        async def main() -> Any:
            return await async_chat(**settings).batch(*arguments, **options)

        return asyncio.run(main())

    return run


def test_answers_are_in_order(ask: Ask, transport: str) -> None:
    questions = [f"question {number}" for number in range(60)]
    settings = {"scenario": "echo", "transport": transport}
    answers = ask(settings, questions, max_concurrency=7)
    assert all(isinstance(answer, Response) for answer in answers)
    assert [answer.text for answer in answers] == questions
    assert answers[0].usage.total_tokens > 0


def test_questions_have_any_form(ask: Ask) -> None:
    questions = ["1+1", [("system", "Be brief."), Message("user", "1+2")], ("user", "1+3")]
    answers = ask({}, iter(questions), temperature=0.5)
    assert [str(result)[-6:-3] for result in answers] == ["**2", "**3", "**4"]
    assert ask({}, []) == []


def test_no_more_are_under_way_than_may_be(ask: Ask, service: Service, tag: str) -> None:
    settings = {"scenario": "stall:at=request", "tag": tag, "total_timeout": 0.2}
    seen: list[tuple[int, int, int]] = []
    answers = ask(
        settings,
        ["Hello"] * 6,
        max_concurrency=2,
        return_exceptions=True,
        on_progress=lambda *counts: seen.append((*counts, len(service.records(tag, wait=0)))),
    )
    assert [isinstance(answer, TimeoutError) for answer in answers] == [True] * 6
    assert [done for done, _, _ in seen] == [1, 2, 3, 4, 5, 6]
    assert {total for _, total, _ in seen} == {6}
    # Besides the finished requests, at most one more is under way.
    assert all(begun <= done + 1 for done, _, begun in seen)
    assert len(service.records(tag)) == 6


MIXED = [
    "1+1",
    "#scenario error:code=11202\nHello",
    "#scenario drop:after=2\nHello",
    ("assistant", "nobody asked"),
    5,
    "1+2",
]


def test_errors_stand_in_their_places(ask: Ask) -> None:
    answers = ask({}, MIXED, return_exceptions=True)
    kinds = [Response, RateLimitError, TruncatedError, InvalidArgumentError, TypeError, Response]
    assert [type(answer) for answer in answers] == kinds
    assert answers[2].response.text
    assert answers[5].text


def test_the_first_error_of_the_list_is_raised_once_all_are_over(
    ask: Ask, service: Service, tag: str
) -> None:
    progress: list[int] = []
    with pytest.raises(RateLimitError):
        ask({"tag": tag}, MIXED, on_progress=lambda done, _: progress.append(done))
    assert progress == [1, 2, 3, 4, 5, 6]
    assert len(service.records(tag)) == 4


def test_what_is_wrong_with_all_of_them_is_raised_at_once(
    ask: Ask, service: Service, tag: str
) -> None:
    progress: list[int] = []
    rules: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"temperature": "hot"}, TypeError),
        ({"heat": 5}, TypeError),
        ({"top_k": 0}, InvalidArgumentError),
        ({"max_concurrency": 0}, InvalidArgumentError),
        ({"max_concurrency": "2"}, TypeError),
    ]
    for options, error in rules:
        with pytest.raises(error):
            ask(
                {"tag": tag},
                ["Hello"],
                return_exceptions=True,
                on_progress=lambda done, _: progress.append(done),
                **options,
            )
    for questions in ("Hello", {"role": "user", "content": "Hello"}, Message("user", "Hello"), 5):
        with pytest.raises(TypeError, match="a list of questions"):
            ask({"tag": tag}, questions)
    assert progress == []


def test_what_the_callback_raises_stops_all(ask: Ask, service: Service, tag: str) -> None:
    class Enough(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Enough

    questions = ["#scenario stall:at=middle\nHello"] * 3 + ["Hello"]
    with pytest.raises(Enough):
        ask({"tag": tag}, questions, on_progress=stop)
    ends = [record["ended"] for record in service.records(tag)]
    assert len(ends) == 4
    assert sum(end in ("client_close", "client_drop") for end in ends) == 3


def test_progress_is_not_awaited(ask: Ask) -> None:
    async def progress(done: int, total: int) -> None:
        raise AssertionError

    with pytest.raises(TypeError, match="on_progress must be a plain function"):
        ask({}, ["Hello"], on_progress=progress)


def test_a_closed_client(chat: MakeChat) -> None:
    client = chat()
    client.close()
    with pytest.raises(StateError):
        client.batch(["Hello"])


def test_it_needs_no_thread(chat: MakeChat) -> None:
    before, seen = threading.active_count(), set()
    chat("echo").batch(
        ["Hello"] * 20,
        on_progress=lambda *_: seen.add((threading.get_ident(), threading.active_count())),
    )
    assert seen == {(threading.get_ident(), before)}


def test_other_threads_run_meanwhile(chat: MakeChat) -> None:
    client, ticks = chat("stall", total_timeout=0.5), 0
    thread = threading.Thread(
        target=client.batch, args=(["Hello"],), kwargs={"return_exceptions": True}
    )
    thread.start()
    while thread.is_alive():
        thread.join(0.01)
        ticks += 1
    assert ticks > 5


def test_cancelling_the_task_stops_all(
    async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    async def main() -> None:
        client = async_chat("stall:at=middle", tag=tag)
        task = asyncio.create_task(client.batch(["Hello"] * 5, max_concurrency=3))
        await asyncio.to_thread(service.wait_for_questions, tag, 3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        records = await asyncio.to_thread(service.records, tag)
        assert len(records) == 3
        assert {record["ended"] for record in records} <= {"client_close", "client_drop"}

    asyncio.run(main())


def test_ctrl_c_stops_all(service: Service, clean_python: dict[str, str], tag: str) -> None:
    body = """
    try:
        chat.batch(["Hello"] * 5, max_concurrency=3)
    except KeyboardInterrupt:
        say("interrupted")
        time.sleep(60)
    """
    url = service.url(scenario="stall:at=middle", tag=tag)
    with Program(body, service, clean_python, url) as program:
        service.wait_for_questions(tag, 3)
        program.process.send_signal(signal.SIGINT)
        program.wait_for("interrupted")
        records = service.records(tag)
        assert len(records) == 3
        assert {record["ended"] for record in records} <= {"client_close", "client_drop"}


def test_thousands_of_questions(async_chat: MakeAsyncChat, chat: MakeChat) -> None:
    questions = [f"question {number}" for number in range(1500)]
    client: Spark | AsyncSpark = chat("echo")
    assert [str(a) for a in chat("echo").batch(questions, max_concurrency=200)] == questions
    client = async_chat("echo")
    answers = asyncio.run(client.batch(questions, max_concurrency=200))
    assert [str(answer) for answer in answers] == questions
