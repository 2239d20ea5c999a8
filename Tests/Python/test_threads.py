"""One client in many threads, and one stream in several."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from service import MakeChat
from sparkchat import CancelledError, Event, Outcome, Spark, Stream, Text


def test_answers_are_never_mixed(chat: MakeChat) -> None:
    client = chat("echo:chunks=8", tls=True)

    def ask(number: int) -> None:
        for turn in range(10):
            question = f"thread {number}, turn {turn}: " + chr(0x4E00 + number) * 40
            if turn % 2:
                assert client.invoke(question).text == question
            else:
                assert "".join(client.stream(question).text()) == question

    with ThreadPoolExecutor(32) as pool:
        for future in [pool.submit(ask, number) for number in range(32)]:
            future.result(timeout=60)


def test_other_threads_run_while_one_waits(chat: MakeChat) -> None:
    client = chat("stall:at=middle", total_timeout=1)
    ticks = 0
    done = threading.Event()

    def wait() -> None:
        with pytest.raises(TimeoutError):
            client.invoke("Hello")
        done.set()

    thread = threading.Thread(target=wait)
    thread.start()
    while not done.is_set():
        time.sleep(0.01)
        ticks += 1
    thread.join()
    # Not a measurement: a call that blocked Python would leave only a few.
    assert ticks > 10


def waiting_stream(client: Spark) -> Stream:
    """Return a stream that has received some text and will receive no more."""
    stream = client.stream("#scenario stall:at=middle,after=2")
    while len(stream.response.text) == 0:
        next(stream)
    return stream


class Reader(threading.Thread):
    """Reads a stream to its end."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self.stream = stream
        self.events: list[Event] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            for event in self.stream:
                self.events.append(event)
        except BaseException as error:
            self.error = error


@pytest.mark.parametrize("how", ["cancel", "close"])
def test_another_thread_can_stop_a_stream(chat: MakeChat, how: str) -> None:
    reader = Reader(waiting_stream(chat()))
    reader.start()
    time.sleep(0.1)
    getattr(reader.stream, how)()
    reader.join(10)
    assert not reader.is_alive()
    assert isinstance(reader.error, CancelledError)
    assert reader.stream.response.outcome is Outcome.CANCELLED


def test_another_thread_can_look_at_what_there_is(chat: MakeChat) -> None:
    reader = Reader(waiting_stream(chat()))
    reader.start()
    time.sleep(0.1)
    response = reader.stream.response
    assert response.outcome is Outcome.PENDING
    assert response.text
    assert "pending" in repr(reader.stream)
    reader.stream.close()
    reader.join(10)
    assert reader.stream.response.text.startswith(response.text)


def test_two_threads_share_the_events_of_a_stream(chat: MakeChat) -> None:
    stream = chat("count:n=3000").stream("Count.")
    readers = [Reader(stream) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(30)
        assert reader.error is None
    texts = [e.content for reader in readers for e in reader.events if isinstance(e, Text)]
    assert sorted(map(int, texts)) == list(range(3000))


def test_many_streams_are_cancelled_at_random_moments(chat: MakeChat) -> None:
    client = chat(tls=True)

    def cancel_after(number: int) -> None:
        stream = client.stream("#scenario count:n=2000")
        timer = threading.Timer(number * 0.002, stream.cancel)
        timer.start()
        try:
            text = "".join(stream.text())
            assert text.endswith("1999 ")
        except CancelledError:
            assert stream.response.outcome is Outcome.CANCELLED
        timer.join()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(cancel_after, range(48)))


def test_a_stream_can_be_closed_while_it_is_opened_elsewhere(chat: MakeChat) -> None:
    client = chat()
    for _ in range(30):
        stream = client.stream("#scenario count:n=200")
        closer = threading.Thread(target=stream.close)
        closer.start()
        with contextlib.suppress(CancelledError):
            list(stream)
        closer.join()
        assert stream.response.outcome in (Outcome.COMPLETE, Outcome.CANCELLED)
