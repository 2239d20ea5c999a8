"""The command lines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from client import Target
from http_client import HttpTarget
from raw import RawClient
from raw_http import RawHttp

KEYS = ["host", "ws_port", "wss_port", "proxy_port", "ca_file", "app_id", "api_key", "api_secret",
        "api_password", "maas_password", "token_key", "coding_key", "pid", "ports"]  # fmt: skip
PORTS = ["blackhole", "reset", "close", "garbage", "tls_wrong_name", "tls_untrusted", "tls_expired",
         "tls_old", "tls_blackhole"]  # fmt: skip


@contextmanager
def running(*arguments: str, module: str = "spark_emulator") -> Iterator[subprocess.Popen[str]]:
    root = str(Path(__file__).parent.parent)
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": root},
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def ready_line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line: dict[str, Any] = json.loads(process.stdout.readline())
    return line


def test_ready_line_and_file(tmp_path: Path) -> None:
    ready_file, ca_file = tmp_path / "ready.json", tmp_path / "ca.pem"
    with running(
        *("--ready-file", str(ready_file), "--ca-file", str(ca_file), "--app-id", "deadbeef"),
        *("--api-key", "k" * 32, "--api-secret", "s" * 32),
    ) as process:
        ready = ready_line(process)
        assert list(ready) == KEYS
        assert list(ready["ports"]) == PORTS
        assert ready == json.loads(ready_file.read_text(encoding="utf-8"))
        assert os.listdir(tmp_path)
        assert not list(tmp_path.glob("*.tmp"))
        assert (ready["pid"], ready["ca_file"]) == (process.pid, str(ca_file))
        answer = Target(ready).ask("Hello", app_id="deadbeef", tls=True)
        assert answer.text.startswith("Hello!")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=5)
        assert (process.returncode, out) == (0, "")
        assert len(err.splitlines()) == 1
        assert ca_file.exists()


@pytest.mark.parametrize("ending", ["interrupt", "stdin"])
def test_ends_cleanly_in_the_middle_of_exchanges(ending: str) -> None:
    with running("--quiet", "--exit-with-stdin") as process:
        ready = ready_line(process)
        target = Target(ready)
        assert Path(ready["ca_file"]).exists()

        with (
            RawClient(target.url()),
            RawClient(target.url(tls=True), context=target.trust()),
            RawHttp(HttpTarget(target)) as stalled,
            RawHttp(HttpTarget(target), tls=True) as idle,
        ):
            stalled.send(scenario="stall:at=first")
            stalled.head()
            idle.send(scenario="single")
            idle.head()
            if ending == "stdin":
                assert process.stdin is not None
                process.stdin.close()
                process.wait(timeout=5)
            else:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=5)
            assert process.returncode == 0
            assert process.stderr is not None
            assert process.stderr.read() == ""
        assert not Path(ready["ca_file"]).exists()


def test_wrong_arguments() -> None:
    for option, value in (("--port", "many"), ("--tls-port", "99999"), ("--pace", "-1")):
        with running(option, value) as process:
            assert process.wait(timeout=10) == 2
    with running("--target", "nowhere", module="spark_emulator.relay") as process:
        assert process.wait(timeout=10) == 2
    with running("--target", "a:1", "--plan", "x", module="spark_emulator.relay") as process:
        assert process.wait(timeout=10) == 2


def test_fixed_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with running("--quiet") as process:
        port = str(ready_line(process)["ws_port"])
    with running("--quiet", "--port", port, "--pace", "1", "--strict") as process:
        ready = ready_line(process)
        assert str(ready["ws_port"]) == port
        with running("--quiet", "--port", port) as second:
            assert second.wait(timeout=10) == 1
    # Even the emulator that could not start has removed its certificate.
    assert os.listdir(tmp_path) == []


def test_relay_command_line(target: Target) -> None:
    arguments = ("--target", target.host(), "--plan", "down:fin@5", "--exit-with-stdin")
    with running(*arguments, module="spark_emulator.relay") as process:
        ready = ready_line(process)
        assert list(ready) == ["port"]

        with RawClient(target.url(port=ready["port"]), read_head=False) as client:
            assert client.read_rest() == b"HTTP/"
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=5) == 0
