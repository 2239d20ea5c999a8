"""The script part of `make demo`: the examples in both languages, and the chat."""

from __future__ import annotations

import time
from pathlib import Path

from support.compiler import bare_environment, run
from support.paths import ROOT
from support.service import Service
from terminal import Terminal

DEMO = ROOT / "scripts" / "demo.sh"
HELLO = "Hello! I am the **Spark emulator** 🤖"


def nothing_is_left(folder: Path) -> bool:
    """Return whether the demo has removed its files and ended its processes."""
    for command_line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder).encode() in command_line.read_bytes():
                return False
        except OSError:
            continue
    return not any(folder.iterdir())


def test_examples_say_the_same_in_c_and_in_python(tmp_path: Path) -> None:
    environment = {**bare_environment(), "TMPDIR": str(tmp_path)}
    # The script must work from another folder.
    result = run([DEMO], env=environment, cwd=tmp_path.parent, input="")
    assert result.returncode == 0, result.stdout + result.stderr
    _, from_c, from_python = result.stdout.split("\n---- ")
    c_lines, python_lines = from_c.splitlines()[1:], from_python.splitlines()[1:]
    assert [line for line in c_lines if line] == python_lines
    assert result.stdout.count(HELLO) == 6
    assert nothing_is_left(tmp_path)


def test_chat_in_a_terminal(tmp_path: Path) -> None:
    environment = {**bare_environment(), "TMPDIR": str(tmp_path), "TERM": "xterm"}
    with Terminal([DEMO], environment) as terminal:
        terminal.wait_for("you> ", patience=60)
        terminal.type("Please explain yourself at length\n")
        terminal.wait_for(r"\nI am the")
        terminal.type("\x03")
        terminal.wait_for(r"\(stopped; .*you> ")
        terminal.type("My name is Ada.\n")
        terminal.wait_for("Nice to meet you, Ada!.*you> ")
        terminal.type("\x04")
        assert terminal.exit_code() == 0
    assert nothing_is_left(tmp_path)


def test_ctrl_c_before_the_chat_stops_everything(tmp_path: Path) -> None:
    environment = {**bare_environment(), "TMPDIR": str(tmp_path)}
    with Terminal([DEMO], environment) as terminal:
        terminal.wait_for("== a plain call", patience=60)
        terminal.type("\x03")
        assert terminal.exit_code() == 130
    deadline = time.monotonic() + 10
    while not nothing_is_left(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert nothing_is_left(tmp_path)


def test_service_is_used_when_there_are_credentials(tmp_path: Path, service: Service) -> None:
    environment = {
        **service.environment(),
        "TMPDIR": str(tmp_path),
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss", scenario="echo"),
    }
    result = run([DEMO], env=environment, input="to the service\n")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[1:] == ["to the service"]
    assert "emulator" not in result.stdout
    assert nothing_is_left(tmp_path)


def test_failed_answer_is_the_demos_failure(service: Service) -> None:
    environment = {
        **service.environment(),
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss", scenario="error:code=11200"),
    }
    result = run([DEMO], env=environment, input="Hello\n")
    assert result.returncode == 1
