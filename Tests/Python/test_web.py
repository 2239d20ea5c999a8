"""The recipes of docs/web.md, with real servers: they stream, stop, and report errors."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from service import ROOT, Service

PROGRAMS = {
    document: dict(re.findall(r"```python\n# (\w+)\.py\n(.*?)```", text, re.DOTALL))
    for document in ("web.md", "web.zh-CN.md")
    if (text := (ROOT / "docs" / document).read_text(encoding="utf-8"))
}
SERVERS = {
    "fastapi_app": ["uvicorn", "fastapi_app:app"],
    "flask_app": ["gunicorn", "--worker-class=gthread", "--threads=4", "flask_app:app"],
    "django_app": ["uvicorn", "django_app:application"],
}

Serve = Callable[..., httpx.Client]


def command(program: str, port: int) -> list[str]:
    server, *options = SERVERS[program]
    bind = ["--port", str(port)] if server == "uvicorn" else ["--bind", f"127.0.0.1:{port}"]
    return [sys.executable, "-m", server, *bind, *options]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def serve(service: Service, tmp_path: Path) -> Iterator[Serve]:
    """Run a program from the documents; its clients ask the local service."""
    with contextlib.ExitStack() as running:

        def run(program: str, **query: str) -> httpx.Client:
            (tmp_path / f"{program}.py").write_text(PROGRAMS["web.md"][program], encoding="utf-8")
            port = free_port()
            server = subprocess.Popen(
                command(program, port),
                cwd=tmp_path,
                env=environment(service, **query),
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )
            running.callback(server.communicate)
            running.callback(server.terminate)
            client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
            running.enter_context(client)
            wait_until_it_listens(port, server)
            return client

        yield run


def environment(service: Service, **query: str) -> dict[str, str]:
    """Return the environment of a program from the documents."""
    credentials = {f"IFLYTEK_SPARK_{k.upper()}": v for k, v in service.credentials.items()}
    return {
        **os.environ,
        **credentials,
        "IFLYTEK_SPARK_API_URL": service.url(**query),
        "IFLYTEK_SPARK_LLM_DOMAIN": "generalv3.5",
        "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
    }


def wait_until_it_listens(port: int, server: subprocess.Popen[str]) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert server.poll() is None, server.communicate()[1]
        time.sleep(0.05)
    pytest.fail("the server does not listen")


def test_both_languages_have_the_same_programs() -> None:
    assert PROGRAMS["web.md"] == PROGRAMS["web.zh-CN.md"]
    assert {*SERVERS, "tasks"} == set(PROGRAMS["web.md"])


@pytest.mark.parametrize("program", SERVERS)
def test_an_answer_and_a_stream(serve: Serve, program: str) -> None:
    client = serve(program)
    whole = client.get("/answer", params={"question": "6 times 7"})
    assert whole.status_code == 200
    assert "**42**" in whole.json()["answer"]
    assert whole.json()["sid"].startswith("cht")
    with client.stream("GET", "/stream", params={"question": "6 times 7"}) as response:
        pieces = list(response.iter_text())
    if program == "fastapi_app":
        data = re.findall("event: text\ndata: (.*)\n\n", "".join(pieces))
        assert "**42**" in "".join(map(json.loads, data))
        assert "event: done\n" in pieces[-1]
    else:
        assert "**42**" in "".join(pieces)


@pytest.mark.parametrize("program", SERVERS)
def test_a_reader_who_leaves_stops_the_service(
    serve: Serve, service: Service, tag: str, program: str
) -> None:
    # A few words per second.
    client = serve(program, tag=tag, scenario="slow:delay_ms=20,bytes=8")
    with client.stream("GET", "/stream", params={"question": "Hello"}) as response:
        next(response.iter_raw())
    (record,) = service.records(tag, wait=25)
    assert record["ended"] in ("client_close", "client_drop")


@pytest.mark.parametrize("program", SERVERS)
def test_an_error_before_and_after_the_first_word(serve: Serve, tag: str, program: str) -> None:
    client = serve(program, tag=tag, scenario="error:code=11200")
    failed = client.get("/answer", params={"question": "Hello"})
    assert failed.status_code == 502
    assert "11200" in failed.json()["error"]
    streamed = client.get("/stream", params={"question": "Hello"})
    assert streamed.status_code == 200
    assert "11200" in streamed.text
    assert ("event: error\n" in streamed.text) == (program == "fastapi_app")


@pytest.mark.parametrize("program", ["fastapi_app", "flask_app"])
def test_a_busy_service_is_told(serve: Serve, tag: str, program: str) -> None:
    client = serve(program, tag=tag, scenario="error:code=11202")
    busy = client.get("/answer", params={"question": "Hello"})
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")


# The broker and the results are files here.
TASKS = """
app.conf.broker_transport_options = {
    "data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "queue"
}
if __name__ == "__main__":
    print(ask.delay("6 times 7").get(timeout=60))
"""


def test_celery(service: Service, tmp_path: Path) -> None:
    for folder in ("queue", "results"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tasks.py").write_text(PROGRAMS["web.md"]["tasks"] + TASKS, encoding="utf-8")
    where = {
        **environment(service),
        "BROKER_URL": "filesystem://",
        "RESULT_BACKEND": f"file://{tmp_path}/results",
    }
    options = ["--pool=prefork", "--concurrency=1", "--without-gossip", "--without-mingle"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "tasks", "worker", *options],
        cwd=tmp_path,
        env=where,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        done = subprocess.run(
            [sys.executable, "tasks.py"],
            cwd=tmp_path,
            env=where,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        assert "**42**" in done.stdout, done.stderr
    finally:
        worker.terminate()
        worker.wait(30)
