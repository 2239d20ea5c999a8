"""sparkchat.testing: the local service as an object, recording, and replaying."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from sparkchat import (
    AsyncSpark,
    ConfigError,
    InvalidRequestError,
    RateLimitError,
    Spark,
    SparkError,
    TruncatedError,
)
from sparkchat.langchain import ChatSparkLLM
from sparkchat.testing import SparkService, record, replay


def test_a_missing_package_is_one_line() -> None:
    # As if the extra were not installed.
    program = "import sys, runpy; sys.modules['aiohttp'] = None; "
    program += "runpy.run_module('sparkchat.testing', run_name='__main__')"
    where = {**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python" / "src")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=where, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: sparkchat.testing needs aiohttp: pip install aiohttp")


@pytest.fixture(scope="module")
def local() -> Iterator[SparkService]:
    with SparkService() as service:
        yield service


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "answers.json"


def settings(
    service: SparkService, transport: Any, scenario: str | None = None, **others: Any
) -> dict[str, Any]:
    """Return settings that lead to a scenario, without retries."""
    url = service.url(transport=transport, scenario=scenario)
    found = {**service.settings(transport), "url": url, "max_attempts": 1, "environment": False}
    return {**found, **others}


def test_a_client_of_the_service(local: SparkService, transport: Any) -> None:
    with Spark(**settings(local, transport)) as client:
        assert client.invoke("1+1").text == "1 + 1 = **2**."
    with pytest.raises(RateLimitError):
        Spark(**settings(local, transport, "error:code=11202")).invoke("1+1")


def test_records_of_the_service(local: SparkService) -> None:
    url = local.url(tls=True, tag="records")
    assert local.client(url=url).invoke("1+1").text == "1 + 1 = **2**."
    (request,) = local.requests("records")
    assert request["payload"]["message"]["text"] == [{"role": "user", "content": "1+1"}]
    local.reset()
    assert local.records("records", wait=0) == []


async def test_an_asynchronous_client(local: SparkService) -> None:
    async with local.async_client() as client:
        assert isinstance(client, AsyncSpark)
        assert (await client.invoke("1+1")).text == "1 + 1 = **2**."


def test_an_environment_for_programs(local: SparkService, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in local.environment().items():
        monkeypatch.setenv(name, value)
    assert Spark().invoke("1+1").text == "1 + 1 = **2**."
    assert ChatSparkLLM().invoke("1+1").content == "1 + 1 = **2**."


def test_another_model_of_the_service(local: SparkService) -> None:
    with local.client(model="4.0Ultra", max_attempts=1) as client:
        assert (client.domain, client.invoke("1+1").text) == ("4.0Ultra", "1 + 1 = **2**.")
    assert local.client(model="x1", transport="http").invoke("1+1").reasoning
    # This model is served over HTTP only.
    assert local.client(model="x2-flash").invoke("1+1").text
    assert Spark(**local.settings(model="lite"), environment=False).invoke("1+1").text
    url = local.url("/v4.0/chat", scenario="echo")
    assert local.client(url=url, model="4.0Ultra").invoke("Hello").text == "Hello"
    for mistake in ({"model": "gpt"}, {"model": "x2-flash", "transport": "websocket"}):
        with pytest.raises(ConfigError, match=mistake["model"]):
            local.client(**mistake)


def test_urls_that_lead_nowhere_are_refused(local: SparkService) -> None:
    with pytest.raises(ValueError, match=r"no port 'zz'; there are .*garbage"):
        local.url(port="zz")
    with pytest.raises(ValueError, match='use "websocket" or "http"'):
        local.url(transport="zz")  # type: ignore[arg-type]


def test_before_the_start(local: SparkService, file: Path) -> None:
    service = SparkService()
    service.stop()
    with pytest.raises(RuntimeError, match="not started"):
        service.client()
    file.write_text("an older recording", encoding="utf-8")
    recorder = record(file, **settings(local, "websocket"))
    recorder.stop()
    assert file.read_text(encoding="utf-8") == "an older recording"
    with recorder:
        recorder.client().invoke("Hello")
    replay(file).stop()


def test_what_was_recorded_is_replayed(local: SparkService, transport: Any, file: Path) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [("1+1", {}), ("你好", {}), ("1+1", {"top_k": 2})]
    with record(file, **settings(local, transport)) as recorder:
        client = recorder.client()
        recorded = [client.invoke(question, **options) for question, options in asked]
    with replay(file) as service:
        client = service.client()
        replayed = [client.invoke(question, **options) for question, options in asked]
        assert [(a.text, a.sid, a.usage) for a in replayed] == [
            (a.text, a.sid, a.usage) for a in recorded
        ]
        assert service.left == []
        with pytest.raises(InvalidRequestError, match=r"no further answer.*none is left"):
            client.invoke("1+1")


def test_what_is_different_from_the_recording_is_named(
    local: SparkService, transport: Any, file: Path
) -> None:
    with record(file, **settings(local, transport)) as recorder:
        recorder.client().invoke(["Hello"], top_k=3)
    text = {"websocket": "payload.message.text", "http": "messages"}[transport]
    with replay(file) as service, service.client(top_k=3) as client:
        for question, options, place in [
            ("Hello", {"top_k": 2}, "top_k"),
            ("Hello", {"top_k": 3, "max_tokens": 5}, "max_tokens"),
            ("1+1", {}, rf"{text}\[0\]\.content"),
            (["Hello", ("assistant", "Hi"), "1+1"], {}, text),
        ]:
            with pytest.raises(InvalidRequestError, match=f"is different in .*{place};") as caught:
                client.invoke(question, **options)
            assert "that the message names" in caught.value.hint
        assert client.invoke("Hello").text


@pytest.mark.parametrize("family", ["IFLYTEK_SPARK", "SPARKAI"])
def test_credentials_of_the_environment_are_used(
    local: SparkService, transport: Any, file: Path, family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in local.credentials.items():
        monkeypatch.setenv(f"{family}_{name.upper()}", value)
    place = settings(local, transport)
    chosen = {name: place[name] for name in ("url", "domain", "ca_file", "max_attempts")}
    with record(file, **chosen) as recorder:
        assert recorder.client().invoke("1+1").text == "1 + 1 = **2**."
    monkeypatch.undo()
    with pytest.raises(ConfigError, match="not set"):
        record(file, **chosen)


def test_other_settings_are_those_of_the_recorders_clients(
    local: SparkService, transport: Any, file: Path, tag: str
) -> None:
    url = local.url(transport=transport, tag=tag)
    chosen = settings(local, transport, temperature=0.25, user_id="bob") | {"url": url}
    with record(file, **chosen) as recorder:
        recorder.client().invoke("Hello")
        recorder.client(temperature=0.5).invoke("Hello")
    first, second = map(str, local.requests(tag))
    assert "'temperature': 0.25" in first
    assert "'bob'" in first
    assert "'temperature': 0.5" in second


@pytest.mark.parametrize(
    "others", [{"proxy": "http://localhost:1"}, {"ca_directory": "/"}, {"clock_correction": True}]
)
def test_what_the_recorder_cannot_do_is_refused(
    local: SparkService, file: Path, others: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match=f"takes no {next(iter(others))}"):
        record(file, **settings(local, "websocket", **others))


@pytest.mark.parametrize("place", ["no/such/a.json", "."])
def test_a_file_that_cannot_be_written_is_refused_at_the_start(
    local: SparkService, tmp_path: Path, place: str
) -> None:
    with pytest.raises(OSError, match=r"name a file in a folder that exists"):
        record(tmp_path / place, **settings(local, "websocket"))
    assert list(tmp_path.iterdir()) == []


def test_the_adapter_is_recorded_like_anything_else(local: SparkService, file: Path) -> None:
    with record(file, **settings(local, "websocket")) as recorder:
        place = recorder.settings()
        names = {"url": "api_url", "domain": "model"}
        model = ChatSparkLLM(**{names.get(name, name): place[name] for name in place})
        assert model.invoke("1+1").content == "1 + 1 = **2**."
    assert len(recorder.exchanges) == 1


def test_no_secret_is_in_the_file(local: SparkService, transport: Any, file: Path) -> None:
    chosen = settings(local, transport, user_id="somebody")
    secrets = [chosen[name] for name in local.credentials if name in chosen]
    with record(file, **chosen) as recorder:
        recorder.client(user_id="somebody").invoke(f"Say {' '.join(secrets)}")
    text = file.read_text(encoding="utf-8")
    assert [secret for secret in [*secrets, "somebody"] if secret in text] == []


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        ("error:code=11202", RateLimitError),
        ("error:code=11202,after=2", RateLimitError),
        ("close_early:after=2", TruncatedError),
        ("drop:after=2", TruncatedError),
    ],
)
def test_failures_are_replayed(
    local: SparkService, transport: Any, file: Path, scenario: str, kind: type[SparkError]
) -> None:
    def ask(client: Spark) -> str | None:
        with pytest.raises(kind) as caught:
            client.invoke("Hello")
        return caught.value.response and caught.value.response.text

    with record(file, **settings(local, transport, scenario)) as recorder:
        recorded = ask(recorder.client(max_attempts=1))
    with replay(file) as service:
        assert ask(service.client(max_attempts=1)) == recorded


def test_a_refused_connection_is_replayed(local: SparkService, file: Path) -> None:
    wrong = settings(local, "websocket", api_secret="wrong")
    with record(file, **wrong) as recorder, pytest.raises(PermissionError):
        recorder.client(max_attempts=1).invoke("Hello")
    with replay(file) as service, pytest.raises(PermissionError):
        service.client(max_attempts=1).invoke("Hello")


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1/v3.5/chat", "http://127.0.0.1:1/v1"])
def test_a_service_that_is_not_there(file: Path, url: str) -> None:
    keys = {"app_id": "local", "api_key": "local-key", "api_secret": "local-secret"}
    recorder = record(file, **keys, url=url, domain="generalv3.5", max_attempts=1)
    with recorder, pytest.raises(SparkError, match="cannot be reached"):
        recorder.client().invoke("Hello")
    assert recorder.exchanges == []


@pytest.mark.parametrize("text", ["{}", "[]", "x", '{"version": 1, "exchanges": []}'])
def test_what_is_no_recording_is_said_to_be_none(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"answers\.json"):
        replay(file)
