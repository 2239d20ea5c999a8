"""The command `sparkchat serve`, and its application inside another one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fastapi
import httpx
import pytest

from redis_server import running_redis
from service import ROOT, MakeAsyncChat, Service, running_service
from serving import completion, events, serving
from sparkchat.serve import create_app
from terminals import environment

__all__ = ["environment"]

Run = Callable[..., "Running"]


class Running:
    """The running command."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        command = [sys.executable, "-m", "sparkchat", "serve", "--port=0", *arguments]
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        found = re.fullmatch(r"listening at (http://\S+/v1)\n", line)
        assert found, line + self.process.stderr.read()
        self.base = found[1]

    def end(self, number: int = signal.SIGINT) -> tuple[str, str]:
        """Stop the command, and return what it has printed."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=30)


@pytest.fixture
def run(environment: dict[str, str], service: Service) -> Iterator[Run]:
    """Run the command, with arguments and variables, for models at the service's addresses."""
    started: list[Running] = []
    where = [
        f"--proxy=http://127.0.0.1:{service.ready['proxy_port']}",
        f"--ca-file={service.ca_file}",
    ]

    def start(*arguments: str, **variables: str) -> Running:
        running = Running({**environment, **variables}, *where, *arguments)
        started.append(running)
        return running

    yield start
    for running in started:
        running.process.kill()
        running.process.communicate()


def refused(environment: dict[str, str], *arguments: str, status: int = 2) -> str:
    """Return the error output of a command that does not serve."""
    command = [sys.executable, "-m", "sparkchat", "serve", *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", timeout=60
    )
    assert (done.returncode, done.stdout) == (status, "")
    return done.stderr


def test_it_serves_and_prints_nothing_of_texts_and_keys(run: Run, service: Service) -> None:
    running = run("--verbose", SPARKCHAT_SERVE_KEY="the-server-s-key")
    headers = {"Authorization": "Bearer the-server-s-key"}
    assert httpx.get(running.base + "/models").status_code == 401
    question = "a-very-private-question"
    for model in ("max", "x1", "lite"):
        for stream in (False, True):
            answer = completion(running.base, question, model=model, stream=stream, headers=headers)
            assert answer.status_code == 200
            assert stream or question in answer.text
    broken = f"#scenario error:code=10014,after=2\n{question}"
    completion(running.base, broken, stream=True, headers=headers)
    completion(running.base, question, model="a-very-private-model", headers=headers)
    with httpx.Client() as client:
        client.get(running.base + "/a-very-private-path?a-very-private-query", headers=headers)
    out, err = running.end()
    assert running.process.returncode == 130
    assert out == ""
    assert "chat x1: answered, tokens" in err
    assert "service code 10014" in err
    for secret in ("private", "the-server-s-key", *service.credentials.values(), "Traceback"):
        assert str(secret) not in err


def test_a_target_that_is_a_whole_url(run: Run) -> None:
    running = run()
    server = urlsplit(running.base)
    connection = HTTPConnection(server.hostname or "", server.port)
    connection.request("GET", f"{running.base}/models")
    with connection.getresponse() as response:
        assert (response.status, b'"list"' in response.read()) == (200, True)


def test_without_verbose_it_says_nothing(run: Run) -> None:
    running = run()
    assert completion(running.base).status_code == 200
    assert running.end(signal.SIGTERM) == ("", "")


def test_answers_that_have_begun_may_end(run: Run) -> None:
    running = run()
    body = {"model": "max", "stream": True, "messages": [
        {"role": "user", "content": "#scenario slow:delay_ms=10,bytes=20\n1+1"}]}  # fmt: skip
    url = running.base + "/chat/completions"
    with httpx.stream("POST", url, json=body, timeout=30) as response:
        running.process.send_signal(signal.SIGINT)
        text = response.read().decode()
    assert text.endswith("data: [DONE]\n\n")
    assert running.process.wait(30) == 130


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)]
)
def test_answers_that_do_not_end_are_cut_and_not_ended(
    number: signal.Signals, status: int, run: Run
) -> None:
    running = run("--grace=1")
    body = {"model": "max", "stream": True, "messages": [
        {"role": "user", "content": "#scenario stall:at=middle\n1+1"}]}  # fmt: skip
    url = running.base + "/chat/completions"
    with httpx.stream("POST", url, json=body, timeout=30) as response:
        running.process.send_signal(number)
        text = response.read().decode()
    assert json.loads(events(text)[-1])["error"]["code"] == "server_stopped"
    assert "[DONE]" not in text
    assert '"finish_reason":"' not in text
    _, err = running.process.communicate(timeout=30)
    assert running.process.returncode == status
    assert "Traceback" not in err


def test_names_of_ones_own(run: Run, tmp_path: Path, service: Service) -> None:
    names = tmp_path / "models.json"
    names.write_text(json.dumps({"gpt-4o": {"model": "4.0Ultra"}}), encoding="utf-8")
    running = run(f"--models={names}", "--max-concurrency=2", "--max-rate=50")
    assert "42" in completion(running.base, "6 times 7", model="gpt-4o").text
    assert "gpt-4o" in httpx.get(running.base + "/models", timeout=30).text


@pytest.mark.parametrize("where", [None, "file", "redis"])
def test_limits_hold_for_all_models_and_servers(
    where: str | None, environment: dict[str, str], tmp_path: Path
) -> None:
    models = ("max", "lite", "4.0Ultra", "ours")
    names = tmp_path / "models.json"
    names.write_text(json.dumps({"ours": {"model": "max"}}), encoding="utf-8")
    with ExitStack() as stack:
        limited = stack.enter_context(
            # Above the limit, as requests may be delayed on the way, but below twice the limit.
            running_service("--max-rate=15", "--max-concurrency=7", "--pace=20", "--quiet")
        )
        options = ["--max-rate=8", "--max-concurrency=4", f"--models={names}"]
        if where is not None:
            place = stack.enter_context(running_redis()) if where == "redis" else tmp_path / "limit"
            options.append(f"--limit={place}")
        servers = [
            Running(
                environment,
                f"--proxy=http://127.0.0.1:{limited.ready['proxy_port']}",
                f"--ca-file={limited.ca_file}",
                *options,
            )
            for _ in range(1 if where is None else 2)
        ]
        stack.callback(lambda: [server.end() for server in servers])
        asked = [(server.base, model) for server in servers for model in models] * 3
        with ThreadPoolExecutor(len(asked)) as pool:
            answers = list(pool.map(lambda one: completion(one[0], model=one[1]), asked))
        # No request was refused and retried.
        assert len(limited.records("")) == len(asked)
    assert {answer.status_code for answer in answers} == {200}


def test_other_addresses_with_a_key(run: Run) -> None:
    running = run("--host=0.0.0.0", "--allow-origin=https://app.example", "--api-key=the-key")
    base = running.base.replace("0.0.0.0", "127.0.0.1")
    assert base != running.base
    headers = {"Host": "spark.example", "Authorization": "Bearer the-key"}
    assert completion(base, headers=headers).status_code == 200
    assert completion(base, headers={"Host": "localhost"}).status_code == 401
    browser = {**headers, "Origin": "https://app.example"}
    assert "access-control-allow-origin" in completion(base, headers=browser).headers


def test_wrong_usage(environment: dict[str, str], tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.com"):
        assert "is in reach of other machines" in refused(environment, "--host", host)
    assert "needs an API key" in refused(environment, "--allow-origin=*")
    assert "needs --max-rate" in refused(environment, "--limit=/tmp/limit")
    for option, value, range in (
        ("--port", "99999", "0 to 65535"),
        ("--port", "http", "0 to 65535"),
        ("--max-rate", "-1", "0 to 100000"),
        ("--max-rate", "nan", "0 to 100000"),
        ("--max-concurrency", "1.5", "0 to 1000000"),
        ("--max-body", "-5", "1 to "),
        ("--grace", "-1", "0 to 86400"),
    ):
        said = refused(environment, f"{option}={value}")
        assert f"{option}: {value} is not a" in said and range in said
    assert "missing" in refused(
        environment, f"--limit={tmp_path}/missing/limit", "--max-rate=1", status=1
    )
    broken = tmp_path / "models.json"
    for text in ("{", "[]", '{"ours": 1}', '{"ours": {"modell": "max"}}'):
        broken.write_text(text, encoding="utf-8")
        assert "models.json" in refused(environment, f"--models={broken}")


def test_failures(environment: dict[str, str], clean_python: dict[str, str]) -> None:
    command = [sys.executable, "-m", "sparkchat", "serve", "--port=0"]
    done = subprocess.run(
        command, env=clean_python, capture_output=True, encoding="utf-8", timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "IFLYTEK_SPARK_APP_ID" in done.stderr
    # As if the extra were not installed.
    program = "import sys; sys.modules['uvicorn'] = None; from sparkchat._cli.main import main; "
    code = program + "sys.exit(main(['serve']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 1
    assert "pip install starlette uvicorn (they are the extra `serve` of" in done.stderr


PROGRAMS = {
    document: dict(re.findall(r"```python\n# (\w+)\.py\n(.*?)```", text, re.DOTALL))
    for document in ("serve.md", "serve.zh-CN.md")
    if (text := (ROOT / "docs" / document).read_text(encoding="utf-8"))
}


def test_the_programs_of_the_documents(run: Run, environment: dict[str, str]) -> None:
    assert PROGRAMS["serve.md"] == PROGRAMS["serve.zh-CN.md"]
    asks = [sys.executable, "-c", PROGRAMS["serve.md"]["client"]]
    where = {**environment, "BASE_URL": run().base}
    done = subprocess.run(asks, env=where, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stdout) == (0, "6 × 7 = **42**."), done.stderr


def test_the_application_of_the_documents(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in service.credentials.items():
        monkeypatch.setenv(f"IFLYTEK_SPARK_{name.upper()}", value)
    monkeypatch.setenv("IFLYTEK_SPARK_API_URL", service.url())
    monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "generalv3.5")
    names: dict[str, Any] = {}
    exec(PROGRAMS["serve.md"]["app"], names)
    with serving(names["app"]) as base:
        answer = completion(base.replace("/v1", "/spark/v1"), "6 times 7")
    assert "42" in answer.text


def test_inside_another_application(async_chat: MakeAsyncChat) -> None:
    outer = fastapi.FastAPI()
    outer.mount("/spark", create_app(async_chat()))

    @outer.middleware("http")
    async def pass_on(request: fastapi.Request, call_next: Any) -> Any:
        return await call_next(request)

    with serving(outer) as base:
        inside = base.replace("/v1", "/spark/v1")
        assert "42" in completion(inside, "6 times 7").text
        assert completion(inside, "6 times 7", stream=True).text.endswith("data: [DONE]\n\n")
        assert httpx.get(base + "/models").status_code == 404
    assert "SPARKCHAT_SERVE_KEY" not in os.environ
