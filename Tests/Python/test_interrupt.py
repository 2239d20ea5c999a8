"""Ctrl-C in the middle of an answer, with real signals in a separate process."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap

import pytest

from service import Service

PRELUDE = """
import signal, sys, threading, time, os
from sparkchat import Spark, CancelledError
chat = Spark(*sys.argv[2:5], url=sys.argv[1], environment=False)
def say(*words):
    print(*words, flush=True)
"""


class Program:
    """A Python process that says when it is ready for the signal."""

    def __init__(self, body: str, service: Service, environment: dict[str, str], url: str) -> None:
        secrets = service.credentials
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                PRELUDE + textwrap.dedent(body),
                url,
                secrets["app_id"],
                secrets["api_key"],
                secrets["api_secret"],
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment,
        )

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *unused: object) -> None:
        self.process.kill()
        self.process.communicate()

    def wait_for(self, word: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip() == word:
                return
        assert self.process.stderr is not None
        raise AssertionError(self.process.stderr.read())

    def result(self) -> tuple[int, str, str]:
        output, errors = self.process.communicate(timeout=30)
        return self.process.returncode, output, errors


@pytest.mark.parametrize(
    "call",
    [
        "for chunk in chat.stream('Hello'): pass",
        "chat.invoke('Hello')",
        "chat.conversation().ask('Hello')",
    ],
)
@pytest.mark.parametrize("place", ["middle", "request"])
def test_ctrl_c_ends_the_wait(
    service: Service, clean_python: dict[str, str], tag: str, call: str, place: str
) -> None:
    body = f"""
    try:
        {call}
    except KeyboardInterrupt:
        say("interrupted")
        time.sleep(60)
    """
    url = service.url(scenario=f"stall:at={place}", tag=tag)
    with Program(body, service, clean_python, url) as program:
        service.wait_for_questions(tag, 1)
        program.process.send_signal(signal.SIGINT)
        program.wait_for("interrupted")
        # The process still sleeps, so the exception closed the connection.
        (record,) = service.records(tag)
        assert record["ended"] in ("client_close", "client_drop")


def test_ctrl_c_without_a_handler_ends_the_program(
    service: Service, clean_python: dict[str, str], tag: str
) -> None:
    body = """
    for chunk in chat.stream("Hello"):
        pass
    """
    url = service.url(scenario="stall", tag=tag)
    with Program(body, service, clean_python, url) as program:
        service.wait_for_questions(tag, 1)
        program.process.send_signal(signal.SIGINT)
        code, _, errors = program.result()
    assert code == -signal.SIGINT
    assert "KeyboardInterrupt" in errors


def test_a_handler_that_returns_does_not_disturb_the_answer(
    service: Service, clean_python: dict[str, str]
) -> None:
    body = """
    handled = []
    signal.signal(signal.SIGALRM, lambda *unused: handled.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    text = chat.invoke("#scenario slow:delay_ms=1,content=All of it.").text
    signal.setitimer(signal.ITIMER_REAL, 0)
    say(text)
    say(len(handled) > 2)
    """
    with Program(body, service, clean_python, service.url()) as program:
        code, output, errors = program.result()
    assert (code, output) == (0, "All of it.\nTrue\n"), errors


def test_a_handler_may_cancel_and_close(service: Service, clean_python: dict[str, str]) -> None:
    body = """
    stream = chat.stream("Hello")
    def stop(*unused):
        say(stream.response.outcome)
        stream.cancel()
        stream.close()
    signal.signal(signal.SIGUSR1, stop)
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
    try:
        for chunk in stream:
            pass
    except CancelledError:
        say("cancelled")
    """
    with Program(body, service, clean_python, service.url(scenario="stall:at=middle")) as program:
        code, output, errors = program.result()
    assert (code, output) == (0, "pending\ncancelled\n"), errors


def test_an_exception_of_a_handler_closes_the_stream(
    service: Service, clean_python: dict[str, str]
) -> None:
    body = """
    class Stop(Exception): pass
    def stop(*unused):
        raise Stop
    signal.signal(signal.SIGUSR1, stop)
    threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
    stream = chat.stream("Hello")
    try:
        for chunk in stream:
            pass
    except Stop:
        say(stream.response.outcome, bool(stream.response.text))
    """
    with Program(body, service, clean_python, service.url(scenario="stall:at=middle")) as program:
        code, output, errors = program.result()
    assert (code, output) == (0, "cancelled True\n"), errors


def test_a_program_that_ends_with_an_open_stream_ends_cleanly(
    service: Service, clean_python: dict[str, str], tag: str
) -> None:
    body = """
    stream = chat.stream("Hello")
    next(stream), next(stream)
    cycle = [stream]
    cycle.append(cycle)
    """
    url = service.url(scenario="stall:at=middle", tag=tag)
    with Program(body, service, clean_python, url) as program:
        assert program.result() == (0, "", "")
    assert service.records(tag)[0]["ended"] in ("client_close", "client_drop")
