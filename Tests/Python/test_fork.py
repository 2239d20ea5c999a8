"""Processes made by fork: what was made before is refused, what is made after works."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from service import MakeChat, Service
from sparkchat import CancelledError, ForkedError, RateLimitError, Spark, StateError


def in_child(work: Callable[[], None]) -> None:
    """Run some work in a forked process; it must come to an end there without an error."""
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


def test_the_parents_client_is_refused_and_a_new_one_works(chat: MakeChat) -> None:
    client = chat()
    expected = client.invoke("Hello").text

    def work() -> None:
        with pytest.raises(ForkedError, match="client") as caught:
            client.invoke("Hello")
        assert isinstance(caught.value, StateError)
        assert chat().invoke("Hello").text == expected

    in_child(work)
    assert client.invoke("Hello").text == expected


def test_the_parents_stream_goes_on(chat: MakeChat) -> None:
    stream = chat("count:n=500", tls=True).stream("Count.")
    texts = stream.text()
    first = next(texts)

    def work() -> None:
        with pytest.raises(ForkedError):
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
        with pytest.raises(ForkedError):
            next(stream)

    in_child(work)
    stream.close()
    thread.join(10)
    assert not thread.is_alive()


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
