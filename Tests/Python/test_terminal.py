"""`python -m sparkchat`: in a terminal of its own, and with its input from elsewhere."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode

import pytest

from service import Service

LOCAL_CLIENT = Path(__file__).with_name("local_client.py")


@pytest.fixture
def environment(service: Service, clean_python: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """What the program needs to find the local service."""
    credentials = {f"IFLYTEK_SPARK_{k.upper()}": str(v) for k, v in service.credentials.items()}
    home = {"HOME": str(tmp_path), "TERM": "xterm", "PYTHONWARNINGS": "error"}
    return {**clean_python, **credentials, **home, "LOCAL_BASE": service.base()}


class Typed:
    """The program in a terminal, and who types into it."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, str(LOCAL_CLIENT), "-m", "sparkchat", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(theirs)
        self.seen = ""

    def __enter__(self) -> Typed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def expect(self, text: str) -> str:
        """Return what is printed up to a text."""
        end = time.monotonic() + 30
        while text not in self.seen:
            if not select.select([self._ours], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"{text!r} is not in {self.seen!r}")
            try:
                data = os.read(self._ours, 4096)
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"the program has ended: {self.seen!r}")
            self.seen += data.decode(errors="replace").replace("\r\n", "\n")
        before, _, self.seen = self.seen.partition(text)
        return before

    def ask(self, line: str) -> str:
        """Type a line, and return what is printed up to the next prompt."""
        self.type(line + "\n")
        if line:
            self.expect(line)
        return self.expect("> ")

    def end(self) -> int:
        self.type("\x04")
        return self.process.wait(30)


def _take_terminal() -> None:
    """Make the terminal the one whose Ctrl-C the program gets."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def typed(environment: dict[str, str]) -> Iterator[Typed]:
    with Typed(environment) as program:
        yield program


def test_it_remembers_and_forgets(typed: Typed) -> None:
    greeting = typed.expect("> ")
    assert "generalv3.5 at ws://127.0.0.1" in greeting
    assert "SecretNotReal" not in greeting
    typed.ask("My name is Ada.")
    assert "Ada" in typed.ask("What is my name?")
    assert "a new conversation" in typed.ask("/new")
    assert "Ada" not in typed.ask("What is my name?")
    typed.ask("")
    assert typed.end() == 0


def test_saving_loading_and_other_models(typed: Typed, tmp_path: Path) -> None:
    typed.expect("> ")
    assert "generalv3.5 at" in typed.ask("/model")
    typed.ask("My name is Ada.")
    assert "2 messages are in" in typed.ask("/save ~/talk.json")
    assert "Ada" in (tmp_path / "talk.json").read_text()
    typed.ask("/new")
    assert "2 messages are from" in typed.ask(f"/load {tmp_path}/talk.json")
    assert "4.0Ultra at" in typed.ask("/model 4.0Ultra")
    assert "Ada" in typed.ask("What is my name?")
    for line, said in {
        "/load nothing.json": "error: ",
        f"/load {LOCAL_CLIENT}": "error: ",
        "/save /nowhere/talk.json": "error: ",
        "/save": "needs the name of a file",
        "/model none-such": "error: ",
        "/dance": "there is no /dance",
        "/help": "Ctrl-D",
    }.items():
        assert said in typed.ask(line), line
    assert "Ada" in typed.ask("What is my name?")
    assert typed.end() == 0


def test_ctrl_c_stops_an_answer_and_not_the_chat(
    typed: Typed, service: Service, environment: dict[str, str], tag: str
) -> None:
    typed.expect("> ")
    typed.ask("My name is Ada.")
    typed.type("#scenario stall:at=middle\n")
    typed.expect("stall:at=middle")
    typed.type("Half a quest\x03")
    assert "question is forgotten" in typed.expect("> ")
    assert "Ada" in typed.ask("What is my name?")
    typed.type("half a line\x03")
    typed.expect("Ctrl-D ends the chat")
    typed.expect("> ")
    assert "Ada" in typed.ask("What is my name?")
    assert typed.end() == 0


def test_errors_do_not_end_the_chat(typed: Typed) -> None:
    typed.expect("> ")
    typed.ask("My name is Ada.")
    said = typed.ask("#scenario error:code=10013")
    assert "error: " in said
    assert "sid: cht" in said
    assert "Traceback" not in said
    assert "Ada" in typed.ask("What is my name?")
    assert typed.end() == 0


@pytest.mark.parametrize("can_dim", [True, False])
def test_reasoning_is_dimmed(environment: dict[str, str], can_dim: bool) -> None:
    colours = {} if can_dim else {"NO_COLOR": "1"}
    with Typed({**environment, **colours}, "--model", "x1", "--system", "Be brief.") as typed:
        typed.expect("> ")
        said = typed.ask("1+1")
        thoughts, _, answer = said.partition("\x1b[22m\n\n" if can_dim else "\n\n")
        assert ("\x1b[2m" in thoughts) is can_dim
        assert len(thoughts) > 10
        assert "**2**" in answer
        assert "\x1b[2m" not in answer
        assert typed.end() == 0


def run(
    environment: dict[str, str], *arguments: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(LOCAL_CLIENT), "-m", "sparkchat", *arguments],
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_one_question(environment: dict[str, str]) -> None:
    for done in (run(environment, "1", "+", "1"), run(environment, typed="1 + 1\n")):
        assert (done.returncode, done.stderr) == (0, "")
        assert "**2**" in done.stdout
        assert "\x1b" not in done.stdout
    done = run({**environment, "LOCAL_QUERY": "scenario=citations"}, "Hello")
    assert "\n[1] " in done.stdout


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
    """Over WebSocket nothing says why an answer ended, but both numbers are there."""
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
        text=True,
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
        text=True,
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
                [sys.executable, str(LOCAL_CLIENT), "-m", "sparkchat", "--model", "x1", "1+1"],
                env=environment,
                stdout=out,
                stderr=subprocess.PIPE,
                text=True,
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
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert said in done.stdout
