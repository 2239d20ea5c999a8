"""The local Spark service that the tests talk to, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from .compiler import bare_environment
from .paths import LIBRARY, ROOT


class Service:
    """Runs the emulator until `stop`; it also ends when this process does."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.ca_file = folder / "ca.pem"
        self._log = folder / "emulator.log"
        ready_file = folder / "ready.json"
        command = [sys.executable, "-m", "spark_emulator", "--exit-with-stdin", "--quiet"]
        command += ["--ready-file", str(ready_file), "--ca-file", str(self.ca_file), *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "Tests" / "Emulator")}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment
            )
        self.ready: dict[str, Any] = self._wait(ready_file)

    def _wait(self, ready_file: Path) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while not ready_file.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the emulator did not start:\n{self._log.read_text()}")
            time.sleep(0.02)
        ready: dict[str, Any] = json.loads(ready_file.read_text())
        return ready

    def stop(self) -> None:
        """End it and wait until it has ended."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def base(self, scheme: str) -> str:
        """Return `scheme://host:port`. Where TLS is used, the host is a name."""
        if scheme in ("wss", "https"):
            return f"{scheme}://localhost:{self.ready['wss_port']}"
        return f"{scheme}://127.0.0.1:{self.ready['ws_port']}"

    def url(self, scheme: str = "ws", path: str | None = None, **query: str) -> str:
        """Return the address of the model Max or of another path; `query` may hold `scenario` and
        `tag`."""
        path = path or ("/v3.5/chat" if scheme.startswith("ws") else "/v1/chat/completions")
        encoded = urllib.parse.urlencode(query, safe=":,=")
        return self.base(scheme) + path + (f"?{encoded}" if encoded else "")

    def credentials(self) -> dict[str, str]:
        """Return the variables that `sparkchat_config_load_environment` reads."""
        return {
            f"IFLYTEK_SPARK_{name.upper()}": self.ready[name]
            for name in ("app_id", "api_key", "api_secret", "api_password")
        }

    def environment(self) -> dict[str, str]:
        """Return all that a program under test is told."""
        ports = {
            f"SPARK_PORT_{name.upper()}": str(port) for name, port in self.ready["ports"].items()
        }
        return {
            **bare_environment(),
            **self.credentials(),
            **ports,
            "SPARK_WS": self.base("ws"),
            "SPARK_WSS": self.base("wss"),
            "SPARK_HTTP": self.base("http"),
            "SPARK_HTTPS": self.base("https"),
            "SPARK_CA": str(self.ca_file),
            "SPARK_LIBRARY": str(LIBRARY),
        }

    def records(self, tag: str, *, wait: float = 10) -> list[dict[str, Any]]:
        """Return what the service noted of the exchanges with this tag, once all are over."""
        query = urllib.parse.urlencode({"tag": tag, "wait": str(wait)})
        address = f"http{self.base('ws')[2:]}/_emulator/records?{query}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def wait_for_questions(self, tag: str, count: int) -> None:
        """Wait until so many questions with this tag have arrived."""
        deadline = time.monotonic() + 30
        while sum(len(record["requests"]) for record in self.records(tag, wait=0)) < count:
            assert time.monotonic() < deadline, "the question did not arrive"
            time.sleep(0.02)
