"""A client in an environment of its own: one process that does one job after another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peers.environments import NotAvailable, install, is_installed
from programs import ROOT

PROGRAMS = Path(__file__).resolve().parent / "programs"
PATIENCE = 120


class Process:
    """A running client, which does one job after another."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, job: dict[str, Any]) -> dict[str, Any]:
        """Have a job done, and return what its user sees."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        watch = threading.Timer(PATIENCE, self._process.kill)
        watch.start()
        line = self._process.stdout.readline()
        watch.cancel()
        assert line, "the client's process ended"
        found: dict[str, Any] = json.loads(line)
        return found


def prepare(name: str, *, make: bool) -> Path:
    """Return the Python that has the client. Install it only if `make` is true."""
    folder = ROOT / "build" / f"venv-client-{name}"
    requirements = PROGRAMS / f"requirements-{name}.txt"
    if make:
        install(folder, requirements, [sys.executable, "-m", "venv"])
    elif not is_installed(folder, requirements):
        raise NotAvailable("not installed; `make prove` installs it")
    return folder / "bin" / "python"


@contextmanager
def running(name: str, python: Path, ready: dict[str, Any], log: Path) -> Iterator[Process]:
    """Start a client that finds the emulator at the service's addresses; end it with the block."""
    # Without the developer's own account and proxy.
    own = ("IFLYTEK_", "SPARKAI_", "OPENAI_", "LANGCHAIN_", "LANGSMITH_", "LITELLM_")
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(own) and not key.lower().endswith("_proxy")
    }
    environment |= {
        "SSL_CERT_FILE": ready["ca_file"],
        "https_proxy": f"http://127.0.0.1:{ready['proxy_port']}",
        "no_proxy": "127.0.0.1",
        # Without this it fetches a table of prices.
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    with (
        log.open("w") as output,
        subprocess.Popen(
            [python, "-B", PROGRAMS / f"with_{name}.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            env=environment,
        ) as process,
    ):
        try:
            yield Process(process)
        finally:
            process.kill()
