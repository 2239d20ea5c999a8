"""Limits that processes share."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crowd import ask_together
from redis_server import redis_url
from service import MakeAsyncChat, MakeChat, Service, running_service
from sparkchat import (
    ConfigError,
    InvalidArgumentError,
    LimiterError,
    Spark,
    StateError,
    Status,
    Stream,
)
from sparkchat.limiters import FileLimiter, Limiter, RedisLimiter

__all__ = ["redis_url"]

Make = Callable[..., Limiter]


@pytest.fixture(params=["file", "redis"])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def settings(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings of a limiter that only this test uses, for `limited.py`."""
    if kind == "file":
        return {"kind": kind, "at": str(tmp_path / "limit")}
    return {"kind": kind, "at": request.getfixturevalue("redis_url"), "name": tmp_path.name}


@pytest.fixture
def make(settings: dict[str, Any]) -> Make:
    """Make limiters that share one limit."""

    def made(**limits: Any) -> Limiter:
        given = {**settings, **limits}
        kinds = {"file": FileLimiter, "redis": RedisLimiter}
        return kinds[given.pop("kind")](given.pop("at"), **given)

    return made


def test_no_more_begin_in_a_second(make: Make) -> None:
    limiters, starts = [make(max_rate=20), make(max_rate=20)], []
    for attempt in range(1, 26):
        limiter = limiters[attempt % 2]
        while wait := limiter.acquire(attempt):
            assert wait <= 1.2
            time.sleep(wait)
        starts.append(time.monotonic())
        limiter.report(attempt, Status.OK, 0)
        limiter.release(attempt)
    # The times noted here are a little later than those that the limiter has counted.
    assert all(later - start > 0.98 for start, later in zip(starts, starts[20:], strict=False))
    assert isinstance(limiters[0], Limiter)


def test_no_more_are_under_way(make: Make) -> None:
    one, other = make(max_concurrency=3), make(max_concurrency=3)
    assert [one.acquire(1), other.acquire(2), one.acquire(3)] == [0, 0, 0]
    assert one.acquire(4) > 0
    assert other.acquire(5) > 0
    one.release(2 if isinstance(one, FileLimiter) else 1)
    assert other.acquire(6) == 0
    # Releasing an attempt that has not begun has no effect.
    one.release(99)
    assert other.acquire(7) > 0


def test_all_are_held_after_a_refusal(make: Make) -> None:
    one, other = make(max_concurrency=3), make(max_concurrency=3)
    assert one.acquire(1) == 0
    one.report(1, Status.ERR_CONTENT_FILTERED, 10013)
    assert other.acquire(2) == 0
    one.report(1, Status.ERR_RATE_LIMITED, 11202)
    assert other.acquire(3) > 0.5


def test_a_slow_limit(make: Make) -> None:
    limiter = make(max_rate=0.25)
    assert limiter.acquire(1) == 0
    assert 3 < limiter.acquire(2) <= 4.2


def test_a_share_returns_from_a_process_that_is_killed(
    make: Make, settings: dict[str, Any], clean_python: dict[str, str]
) -> None:
    if settings["kind"] == "redis":
        settings["lease"] = 1
    program = (
        "import json, sys, time\n"
        "from sparkchat.limiters import FileLimiter, RedisLimiter\n"
        "given = json.loads(sys.argv[1])\n"
        "kind = {'file': FileLimiter, 'redis': RedisLimiter}[given.pop('kind')]\n"
        "limiter = kind(given.pop('at'), max_concurrency=2, **given)\n"
        "print(limiter.acquire(1), limiter.acquire(2), flush=True)\n"
        "time.sleep(60)\n"
    )
    limiter = make(max_concurrency=2)
    with subprocess.Popen(
        [sys.executable, "-c", program, json.dumps(settings)],
        stdout=subprocess.PIPE,
        env=clean_python,
        encoding="utf-8",
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "0.0 0.0\n"
        # A living process keeps its share, even for longer than its lease.
        deadline = time.monotonic() + (2.5 if settings["kind"] == "redis" else 0.1)
        while time.monotonic() < deadline:
            assert limiter.acquire(1) > 0
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while limiter.acquire(1) > 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert limiter.acquire(2) == 0


def test_a_child_is_a_process_of_its_own(make: Make) -> None:
    limiter = make(max_concurrency=2)
    assert limiter.acquire(1) == 0
    child = os.fork()
    if child == 0:
        # In another process, the same number is another attempt.
        has_begun = limiter.acquire(1) == 0
        limiter.release(1)
        os._exit(0 if has_begun and limiter.acquire(2) == 0 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    if isinstance(limiter, FileLimiter):
        assert limiter.acquire(2) == 0


def test_its_thread_ends_with_it(redis_url: str, tmp_path: Path) -> None:
    limiter = RedisLimiter(redis_url, name=tmp_path.name, max_concurrency=1, lease=1)
    before = set(threading.enumerate())
    assert limiter.acquire(1) == 0
    (renewal,) = set(threading.enumerate()) - before
    renewal.join(1)
    assert renewal.is_alive()
    # The question is still running, but nobody can release it any more.
    del limiter
    renewal.join(20)
    assert not renewal.is_alive()


def test_it_goes_along_when_pickled(make: Make) -> None:
    limiter = make(max_concurrency=1)
    like = pickle.loads(pickle.dumps(limiter))
    assert limiter.acquire(1) == 0
    assert like.acquire(2) > 0


def test_bad_limits(make: Make, tmp_path: Path) -> None:
    for limits in ({"max_rate": -1}, {"max_concurrency": -1}, {"max_rate": 5, "settle": -1}):
        with pytest.raises(InvalidArgumentError):
            make(**limits)
    for wrong in ({"max_rate": "5"}, {"max_concurrency": 1.5}, {"max_rate": 5, "settle": None}):
        with pytest.raises(TypeError, match=f"{[*wrong][-1]} must be"):
            make(**wrong)
    for none in ({}, {"max_rate": 0, "max_concurrency": 0}):
        with pytest.raises(InvalidArgumentError, match="has no limit"):
            make(**none)
    with pytest.raises(FileNotFoundError):
        FileLimiter(tmp_path / "none" / "limit", max_rate=5)


def test_a_client_asks_it(make: Make, chat: MakeChat, async_chat: MakeAsyncChat) -> None:

    limiter = make(max_concurrency=1)
    client = chat("echo", limiter=limiter)
    questions = [f"question {number}" for number in range(6)]
    assert [str(answer) for answer in client.batch(questions)] == questions
    assert client.with_options(temperature=0.1).invoke("Hello").text
    answers = asyncio.run(async_chat("echo", limiter=limiter).batch(questions))
    assert [str(answer) for answer in answers] == questions
    assert client.conversation().ask("Hello").text
    # All attempts were released.
    assert limiter.acquire(-1) == 0
    limiter.release(-1)


def test_a_stream_that_is_left_gives_back_its_share(make: Make, chat: MakeChat) -> None:
    client = chat("stall:at=middle", limiter=make(max_concurrency=1))
    for _ in range(3):
        with client.stream("Hello") as stream:
            next(stream)


def test_retries_pass_it(make: Make, chat: MakeChat, service: Service, tag: str) -> None:
    class Noted:
        def __init__(self, limiter: Limiter) -> None:
            self.acquired = 0
            self.release, self.report, self._limiter = limiter.release, limiter.report, limiter

        def acquire(self, attempt: int) -> float:
            wait = self._limiter.acquire(attempt)
            self.acquired += not wait
            return wait

    limiter = Noted(make(max_rate=50))
    settings = {"max_attempts": 3, "retry_backoff": (0.01, 0.02), "tag": tag}
    assert chat("error:code=10012,times=2", limiter=limiter, **settings).invoke("Hello").text
    assert limiter.acquired == len(service.records(tag)) == 3


def test_what_it_raises(chat: MakeChat) -> None:
    class Broken:
        def acquire(self, attempt: int) -> float:
            raise LookupError("no limit here")

        def report(self, attempt: int, status: Status, service_code: int) -> None: ...
        def release(self, attempt: int) -> None: ...

    with pytest.raises(LimiterError) as caught:
        chat(limiter=Broken()).invoke("Hello")
    assert str(caught.value.__cause__) == "no limit here"
    with pytest.raises(TypeError, match="limiter must have acquire, report and release"):
        Spark(limiter=5)  # type: ignore[arg-type]


@pytest.mark.parametrize("use", [next, Stream.finish])
def test_it_cannot_use_the_stream_that_asks_it(
    chat: MakeChat, use: Callable[[Stream], object]
) -> None:
    class Using:
        stream: Stream | None = None

        def acquire(self, attempt: int) -> float:
            if self.stream is not None:
                use(self.stream)
            return 0

        def report(self, attempt: int, status: Status, service_code: int) -> None: ...

        def release(self, attempt: int) -> None: ...

    limiter = Using()
    limiter.stream = chat(limiter=limiter).stream("Hello")
    with pytest.raises(LimiterError) as caught:
        limiter.stream.finish()
    assert isinstance(caught.value.__cause__, StateError)
    assert "the stream whose call it is in" in str(caught.value.__cause__)
    # It can use others.
    limiter.stream = chat().stream("Hello")
    assert chat(limiter=limiter).invoke("1+1").text == "1 + 1 = **2**."


def test_what_a_crash_has_torn_begins_with_silence(tmp_path: Path) -> None:
    path = tmp_path / "limit"
    limiter = FileLimiter(path, max_rate=0.1)
    whole = path.read_text(encoding="utf-8")
    for torn in ("{", "\0" * 80, whole[:-9], whole[:20] + "\n", whole.replace("0.0", '"x"')):
        path.write_text(torn, encoding="utf-8")
        assert 5 < FileLimiter(path, max_rate=0.1).acquire(1) <= 10
    # A file from before a restart of the machine does not count.
    for before in (
        '{"until":{"1.1":9e9},"running":{},"last":9e9,"held":9e9}',
        # Without a rate, the last start is not noted.
        '{"until":{},"running":{},"last":0.0,"held":9e9}',
    ):
        path.write_text(before, encoding="utf-8")
        assert limiter.acquire(2) == 0


@pytest.mark.parametrize(("call", "number"), [("open", errno.EMFILE), ("pwrite", errno.ENOSPC)])
def test_an_end_that_could_not_be_noted_is_noted_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chat: MakeChat, call: str, number: int
) -> None:
    limiter = FileLimiter(tmp_path / "limit", max_concurrency=1)

    def fail(*arguments: Any) -> int:
        raise OSError(number, os.strerror(number))

    with chat("stall:at=middle", limiter=limiter).stream("Hello") as stream:
        next(stream)
        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            stream.close()
    assert limiter.acquire(1) == 0


def test_a_fork_while_the_file_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter, children = FileLimiter(tmp_path / "limit", max_concurrency=2), []

    def fork_in_the_middle(*arguments: Any) -> bytes:
        monkeypatch.undo()
        children.append(os.fork())
        if not children[0]:
            signal.pause()
        return os.pread(*arguments)

    monkeypatch.setattr(os, "pread", fork_in_the_middle)
    try:
        assert limiter.acquire(1) == 0
        with open(tmp_path / "limit", "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.kill(children[0], signal.SIGKILL)
        os.waitpid(children[0], 0)


@pytest.mark.parametrize("text", ["a letter\n", '{"until":5}', "[1]", '{"else": {}}', "null"])
def test_what_no_limiter_has_written_is_left_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    limiter = FileLimiter(path, max_rate=5)
    path.write_text(text, encoding="utf-8")
    for asked in (lambda: FileLimiter(path, max_rate=5), lambda: limiter.acquire(1)):
        with pytest.raises(ConfigError, match=r"notes\.txt is not a limiter's file.*its own file"):
            asked()
    assert path.read_text(encoding="utf-8") == text
    with pytest.raises(ConfigError, match="/dev/null is not a limiter's file"):
        FileLimiter("/dev/null", max_rate=5)


def test_four_processes_use_the_limit_and_keep_it(settings: dict[str, Any], tag: str) -> None:
    """`make prove` does this for longer and checks each answer; a busy machine delays some."""
    with running_service("--max-rate", "30", "--max-concurrency", "12", "--quiet") as limited:
        together = {**settings, "max_rate": 20, "max_concurrency": 8}
        found, rate = ask_together(limited, together, processes=4, seconds=2, tag=tag)
    assert set(found) == {"Response"}
    assert rate > 0
