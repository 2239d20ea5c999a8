"""`sparkchat serve` with other people's clients of OpenAI's interface, as they come from PyPI."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clients.asking import PATIENCE, PROGRAMS, prepare
from peers.environments import NotAvailable
from programs import ROOT
from rows import Effort, Row
from spark_emulator import Emulator
from support.images import png

CLIENTS = ("langchain_openai", "pydantic_ai")
_STOPPED = ("client_close", "client_drop")


def run(effort: Effort) -> list[Row]:
    """Run the trials of each client."""
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch) / "picture.png"
        image.write_bytes(png(64, 48))
        return [try_client(name, effort, image) for name in CLIENTS]


def try_client(name: str, effort: Effort, image: Path) -> Row:
    """Run the trials of one client, against a server and an emulator of its own."""
    row = Row(f"{name} with sparkchat serve")
    try:
        python = prepare(name, make=effort.long)
    except NotAvailable as reason:
        row.skipped = str(reason)
        return row
    with Emulator() as emulator, serving(emulator) as base:
        done = subprocess.run(
            [python, "-B", PROGRAMS / f"served_{name}.py"],
            env={"PATH": os.environ["PATH"], "BASE_URL": base, "IMAGE": str(image)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        records = emulator.records(wait=20)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    row.tried = len(results)
    row.failures += [f"{trial}: {complaint}" for trial, complaint in results if complaint]
    if done.returncode != 0:
        row.failures.append(f"it ended with {done.returncode}: {done.stderr[-1000:]}")
    stalled = [r for r in records if any("#scenario stall" in text for text in r["requests"])]
    row.figures = f"{len(records)} requests, {len(stalled)} of them cancelled"
    if len(stalled) != 3:
        row.failures.append(f"{len(stalled)} requests were cancelled instead of 3")
    for record in stalled:
        if record["ended"] not in _STOPPED:
            row.failures.append(f"the service was not stopped: {record['ended']}")
    return row


@contextmanager
def serving(emulator: Emulator) -> Iterator[str]:
    """Run the server with the service's own addresses, and yield its base URL."""
    ready = emulator.ready
    own = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    environment = own | {
        "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
        "SPARKCHAT_LIBRARY": str(ROOT / "build" / "lib" / "libsparkchat.so.0"),
        "IFLYTEK_SPARK_APP_ID": ready["app_id"],
        "IFLYTEK_SPARK_API_KEY": ready["api_key"],
        "IFLYTEK_SPARK_API_SECRET": ready["api_secret"],
    }
    where = [f"--proxy=http://127.0.0.1:{ready['proxy_port']}", f"--ca-file={ready['ca_file']}"]
    command = [sys.executable, "-m", "sparkchat", "serve", "--port=0", *where]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        said = server.stderr.readline()
        found = re.search(r"http://\S+", said)
        assert found, said + server.stderr.read()
        try:
            yield found[0]
        finally:
            server.terminate()
            server.communicate(timeout=60)
