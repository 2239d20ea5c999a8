"""The emulator in the background of a shell: `eval "$(... --print-env)"`."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

from test_process import ready_line, running

USER = """\
eval "$("$PYTHON" -W error -m spark_emulator --print-env "$@")"
"$PYTHON" -c "$PROGRAM"
kill "$SPARK_EMULATOR_PID"
"""
# Asks as the variables say, and prints them.
PROGRAM = """\
import json, os, ssl, urllib.request
trusted = os.environ.get("SSL_CERT_FILE")
context = ssl.create_default_context(cafile=trusted) if trusted else None
address = os.environ["SPARKCHAT_TEST_SERVICE"].replace("ws", "http", 1)
urllib.request.urlopen(f"{address}/_emulator/health", context=context).close()
print(json.dumps(dict(os.environ)))
"""


def use_in_a_shell(folder: Path, *arguments: str) -> dict[str, str]:
    """Start the emulator in a shell, ask it, and stop it; return the variables of its programs."""
    given = {
        "PATH": os.environ["PATH"],
        "PYTHON": sys.executable,
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "PROGRAM": PROGRAM,
        "TMPDIR": str(folder),
        "no_proxy": "example.com",
        "IFLYTEK_SPARK_API_PASSWORD": "elsewhere",
    }
    command = ["sh", "-c", USER, "sh", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=given, capture_output=True, encoding="utf-8", timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    variables: dict[str, str] = json.loads(done.stdout)
    wait_for_end(int(variables["SPARK_EMULATOR_PID"]))
    return variables


def wait_for_end(process: int) -> None:
    for _ in range(500):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    raise AssertionError("the emulator is still running")


def test_variables(tmp_path: Path) -> None:
    odd = """a 'secret' "of" $HOME `id` \\\n and a line"""
    variables = use_in_a_shell(tmp_path, "--app-id", "deadbeef", "--api-secret", odd)
    assert variables["IFLYTEK_SPARK_APP_ID"] == "deadbeef"
    assert variables["IFLYTEK_SPARK_API_SECRET"] == odd
    assert variables["no_proxy"] == "127.0.0.1,example.com"
    assert "IFLYTEK_SPARK_API_PASSWORD" not in variables
    server = variables["SPARKCHAT_TEST_SERVICE"]
    assert re.fullmatch(r"ws://127\.0\.0\.1:\d+", server)
    assert variables["IFLYTEK_SPARK_API_URL"] == f"{server}/v3.5/chat"
    # No certificate is left, and none replaces the system's.
    assert "SSL_CERT_FILE" not in variables
    assert not list(tmp_path.iterdir())


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as free:
            free.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_tls(tmp_path: Path) -> None:
    host, shown = ("::1", r"\[::1\]") if has_ipv6() else ("127.0.0.1", r"127\.0\.0\.1")
    variables = use_in_a_shell(tmp_path, "--ca-file", "ca.pem", "--host", host)
    assert variables["SSL_CERT_FILE"] == str(tmp_path / "ca.pem")
    assert re.fullmatch(rf"wss://{shown}:\d+", variables["SPARKCHAT_TEST_SERVICE"])


def test_where_it_cannot_start() -> None:
    with running("--quiet") as process:
        port = str(ready_line(process)["ws_port"])
        with running("--print-env", "--port", port) as second:
            out, err = second.communicate(timeout=10)
            assert (second.returncode, out) == (1, "")
            assert "in use" in err
    with running("--print-env", "--exit-with-stdin") as process:
        assert process.wait(timeout=10) == 2
