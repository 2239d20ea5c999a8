"""`python -m sparkchat` with a question, and with redirected input."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest

from service import Service
from terminals import LOCAL_CLIENT, environment, run

__all__ = ["environment"]


def test_one_question(environment: dict[str, str]) -> None:
    for done in (run(environment, "1", "+", "1"), run(environment, typed="1 + 1\n")):
        assert (done.returncode, done.stderr) == (0, "")
        assert "**2**" in done.stdout
        assert "\x1b" not in done.stdout
    done = run({**environment, "LOCAL_QUERY": "scenario=citations"}, "Hello")
    assert "[1] " not in done.stdout
    assert done.stderr.startswith("[1] ")


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        (
            "finish:reason=length",
            "was cut at the limit of tokens; --max-tokens raises the limit.\n",
        ),
        ("finish:reason=length,shows=reasoning", "answer: the limit of tokens went into reasoning"),
        ("finish:reason=length,shows=nothing", "answer: the limit of tokens was reached before it"),
        ("finish:reason=content_filter", "moderation stopped the answer; ask in other words.\n"),
        ("finish:reason=max_tokens", "was cut at the limit of tokens"),
        ("finish:reason=sensitive", "moderation stopped the answer"),
        ("finish:reason=Paused", 'ended the answer with "Paused", so it may not be whole'),
        ("finish:reason=abort,shows=half", 'ended the answer with "abort", so it may not be whole'),
        (
            "finish:reason=abort,shows=nothing",
            'no answer: the service ended it with "abort"; ask again.',
        ),
        ("finish:reason=stop,shows=nothing", "The answer is empty; ask again"),
        ("finish:reason=stop", ""),
        ("finish:reason=STOP", ""),
    ],
)
def test_answer_that_did_not_end_as_it_should(
    environment: dict[str, str], service: Service, scenario: str, told: str
) -> None:
    query = urlencode({"scenario": scenario})
    over_http = {"LOCAL_PASSWORD": service.password, "LOCAL_QUERY": query}
    done = run({**environment, **over_http}, "--transport", "http", "--max-tokens", "99", "Hello")
    assert done.returncode == 0
    assert told in done.stderr
    assert bool(told) is bool(done.stderr)


def test_answer_that_has_as_many_tokens_as_it_may(environment: dict[str, str]) -> None:
    """Over WebSocket the service does not say why an answer ended, but both numbers are known."""
    done = run(environment, "--max-tokens", "2", "Hello, who are you?")
    assert "The answer was probably cut at the limit of tokens; --max-tokens" in done.stderr
    assert run(environment, "--max-tokens", "999", "Hello, who are you?").stderr == ""


def test_one_question_that_fails(environment: dict[str, str], service: Service) -> None:
    query = urlencode({"scenario": "drop:after=2"})
    done = run({**environment, "LOCAL_QUERY": query}, "Hello")
    assert done.returncode == 1
    assert done.stdout.startswith("H")
    assert done.stdout.endswith("\n")
    assert done.stderr.startswith("error: ")
    without = {key: value for key, value in environment.items() if "API_SECRET" not in key}
    done = subprocess.run(
        [sys.executable, "-m", "sparkchat", "Hello"],
        env=without,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "IFLYTEK_SPARK_API_SECRET" in done.stderr


@pytest.mark.parametrize(
    ("closed", "status", "said"),
    [
        ("<&-", 1, "error: there is no question"),
        (">&-", 1, "error: the standard output is closed"),
        ("2>&-", 0, "**2**"),
        ("<&- >&- 2>&-", 1, ""),
    ],
)
def test_streams_that_are_closed(
    environment: dict[str, str], closed: str, status: int, said: str
) -> None:
    question = [] if closed == "<&-" else ["1+1"]
    program = [sys.executable, str(LOCAL_CLIENT), "-m", "sparkchat", *question]
    done = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *program],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == status
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_output_that_nobody_takes(environment: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open("/dev/full", "wb") as full, os.fdopen(writing, "wb") as broken:
        for out, status, said in [(full, 1, "No space left"), (broken, 128 + signal.SIGPIPE, "")]:
            done = subprocess.run(
                [sys.executable, str(LOCAL_CLIENT), "-m", "sparkchat", "1+1"],
                env=environment,
                stdout=out,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                timeout=60,
            )
            assert done.returncode == status
            assert "Traceback" not in done.stderr
            assert "Exception ignored" not in done.stderr
            assert said in done.stderr if said else done.stderr == ""


def test_output_in_ascii(environment: dict[str, str]) -> None:
    done = run({**environment, "PYTHONIOENCODING": "ascii"}, "6 times 7")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "6 \\xd7 7 = **42**.\n"


def asked(service: Service, tag: str) -> str:
    (request,) = service.requests(tag)
    question = request["payload"]["message"]["text"][-1]["content"]
    assert isinstance(question, str)
    return question


@pytest.mark.parametrize("kind", ["pipe", "file", "socket"])
@pytest.mark.parametrize("brought", ["6 times 7\n", "  if x:\n    你好\n", "", " \n"])
def test_a_question_and_what_is_brought(
    environment: dict[str, str], service: Service, tag: str, tmp_path: Path, kind: str, brought: str
) -> None:
    path = tmp_path / "brought"
    path.write_text(brought, encoding="utf-8")
    if kind == "file":
        reading = os.open(path, os.O_RDONLY)
    elif kind == "pipe":
        reading, writing = os.pipe()
        os.write(writing, brought.encode())
        os.close(writing)
    else:
        ours, theirs = socket.socketpair()
        with ours:
            ours.sendall(brought.encode())
        reading = theirs.detach()
    try:
        done = ask_with(environment, tag, reading)
    finally:
        os.close(reading)
    assert (done.returncode, done.stderr) == (0, "")
    said = f"what is this:\n\n{brought}" if brought.strip() else "what is this:"
    assert asked(service, tag) == said


def test_a_question_and_nothing_that_is_brought(
    environment: dict[str, str], service: Service, tag: str
) -> None:
    """The command reads neither a terminal, even if no one types, nor a device."""
    ours, theirs = pty.openpty()
    for number, given in enumerate((theirs, subprocess.DEVNULL)):
        done = ask_with(environment, f"{tag}-{number}", given)
        assert (done.returncode, done.stderr) == (0, "")
        assert asked(service, f"{tag}-{number}") == "what is this:"
    os.close(ours)
    os.close(theirs)


def ask_with(environment: dict[str, str], tag: str, given: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(LOCAL_CLIENT), "-m", "sparkchat", "what", "is", "this:"],
        env={**environment, "LOCAL_QUERY": urlencode({"tag": tag})},
        stdin=given,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.mark.parametrize("typed", ["", " \n"])
def test_an_input_without_a_question(environment: dict[str, str], typed: str) -> None:
    done = run(environment, typed=typed)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: there is no question\nhint: ")


def test_its_help(clean_python: dict[str, str]) -> None:
    for option, said in {"--help": "IFLYTEK_SPARK_APP_ID", "--version": "OpenSSL"}.items():
        done = subprocess.run(
            [sys.executable, "-m", "sparkchat", option],
            env=clean_python,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert said in done.stdout
