"""The command `sparkchat`: its subcommands, its exit statuses, and its own messages."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

import sparkchat
from terminals import environment, run

__all__ = ["environment"]

COMMANDS = ("batch", "chat", "doctor", "models", "serve")
# What the entry point of an installed package does.
PROGRAM = (
    "import sys; from sparkchat._cli.main import main; sys.argv[0] = 'sparkchat'; sys.exit(main())"
)


def plain(
    environment: dict[str, str], *arguments: str, **options: object
) -> subprocess.CompletedProcess[str]:
    """Run the command without the local service."""
    settings: dict[str, object] = {"capture_output": True, "timeout": 60, **options}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=environment,
        encoding="utf-8",
        **settings,  # type: ignore[call-overload]
    )


@pytest.fixture
def nobody(clean_python: dict[str, str]) -> dict[str, str]:
    """An environment without credentials."""
    return clean_python


def test_models(nobody: dict[str, str]) -> None:
    done = plain(nobody, "models")
    assert (done.returncode, done.stderr) == (0, "")
    head, *lines = done.stdout.splitlines()
    assert head.split() == [
        *("name", "context", "max_tokens", "WebSocket", "HTTP", "takes", "other", "names")
    ]
    assert [line.split()[0] for line in lines] == [m.name for m in sparkchat.models()]
    ultra = next(line for line in lines if line.startswith("4.0Ultra"))
    for word in ("32,768", "4.0Ultra", "system, tools, search", "spark-ultra"):
        assert word in ultra


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(nobody: dict[str, str], command: str) -> None:
    done = plain(nobody, *command.split(), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: sparkchat {command}".rstrip() + " [-h]")
    assert "Exit status: " in done.stdout
    for word in COMMANDS:
        assert f"\n  {word} " in done.stdout or command


@pytest.mark.parametrize("word", COMMANDS)
def test_commands_come_first(nobody: dict[str, str], word: str) -> None:
    done = plain(nobody, "--model", "x1", word)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"the command {word} has to come first" in done.stderr


def test_chat_is_the_same_as_without(environment: dict[str, str]) -> None:
    for arguments, typed in ((["chat", "6", "times", "7"], ""), (["chat"], "6 times 7")):
        done = run(environment, *arguments, typed=typed)
        assert (done.returncode, done.stdout, done.stderr) == (0, "6 × 7 = **42**.\n", "")


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ((), "IFLYTEK_SPARK_APP_ID, IFLYTEK_SPARK_API_KEY and IFLYTEK_SPARK_API_SECRET are"),
        (("APP_ID",), "IFLYTEK_SPARK_API_KEY and IFLYTEK_SPARK_API_SECRET are"),
        (("APP_ID", "API_KEY"), "IFLYTEK_SPARK_API_SECRET is"),
    ],
)
@pytest.mark.parametrize("where", [(), ("--model", "x1"), ("--transport", "http")])
def test_all_that_is_missing_at_once(
    nobody: dict[str, str], there: tuple[str, ...], said: str, where: tuple[str, ...]
) -> None:
    found = {f"IFLYTEK_SPARK_{name}": "0123456789abcdef" for name in there}
    done = plain({**nobody, **found}, *where, "Hello")
    assert (done.returncode, done.stdout) == (1, "")
    first, hint = done.stderr.splitlines()
    assert first == f"error: {said} not set"
    assert "or for HTTP IFLYTEK_SPARK_API_PASSWORD; the console at xfyun.cn shows" in hint
    assert "sparkchat_" not in done.stderr


def test_a_password_where_it_is_of_no_use(nobody: dict[str, str]) -> None:
    found = {"IFLYTEK_SPARK_API_PASSWORD": "0123456789abcdef"}
    done = plain({**nobody, **found}, "--transport", "websocket", "Hello")
    assert (done.returncode, done.stdout) == (1, "")
    assert "API_SECRET are not set, and an API password is for HTTP only" in done.stderr
    assert "set them, or ask over HTTP;" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--model", "none-such", "Hello"], 1, "error: "),
        (["--url", "ftp://example.com", "Hello"], 1, "error: "),
        (["--temperature", "warm", "Hello"], 2, "--temperature"),
        (["--no-such-option", "Hello"], 2, "--no-such-option"),
        (["models", "all"], 2, "all"),
    ],
)
def test_what_else_is_wrong(
    nobody: dict[str, str], arguments: list[str], status: int, said: str
) -> None:
    """The mistake is reported before missing credentials."""
    done = plain(nobody, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert "not set" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["models"], ["--help"], ["doctor", "--help"]])
def test_output_that_nobody_takes(nobody: dict[str, str], arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as broken:
        done = plain(
            nobody, *arguments, capture_output=False, stdout=broken, stderr=subprocess.PIPE
        )
    assert done.stderr == ""
    # argparse ignores write errors when it prints its help.
    assert done.returncode in ({141} if arguments == ["models"] else {0, 141})


def test_ctrl_c_while_it_reads_a_question(environment: dict[str, str]) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with program:
        assert program.stdin is not None
        program.stdin.write(b"half a question")
        program.stdin.flush()
        # Once this part has been read, the command waits for the rest.
        while fcntl.ioctl(program.stdin, termios.FIONREAD, bytes(4)) != bytes(4):
            time.sleep(0.01)
        program.send_signal(signal.SIGINT)
        program.wait(30)
        said = program.communicate()
    assert (program.returncode, said) == (128 + signal.SIGINT, (b"", b""))


def test_installed(wheel_python: Path) -> None:
    """pip installs it as a program."""
    program = wheel_python.parent / "sparkchat"
    done = subprocess.run([program, "models"], capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("name ")
    usage = subprocess.run(
        [program, "--help"], capture_output=True, encoding="utf-8", timeout=60
    ).stdout
    assert usage.startswith("usage: sparkchat [-h]")
