"""`chat --doctor`, with one fault after the other."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.compiler import run
from support.paths import LIBRARY, ROOT
from support.service import Service
from support.workshop import Workshop

LOGIN = "alice:hunter22"
QUESTIONS = ("plain", "streaming", "another version", "over HTTP")
REPLAYING = """
import json, sys
from sparkchat import Spark, SparkError
from sparkchat.testing import replay
for exchange in json.load(open(sys.argv[1]))["exchanges"]:
    request = exchange["request"]
    if exchange["transport"] == "http":
        asked, domain = request["messages"], request["model"]
    elif request:
        asked = request["payload"]["message"]["text"]
        domain = request["parameter"]["chat"]["domain"]
    else:
        asked, domain = "?", "?"
    with replay(sys.argv[1]) as service:
        settings = service.settings_for(exchange["transport"], exchange["path"], domain)
        spark = Spark(**settings, environment=False, max_attempts=1)
        try:
            print(spark.invoke(asked).text)
        except SparkError as error:
            print(error.status.name, error.service_code or error.clock_skew)
"""


@dataclass
class Examined:
    """The doctor's output and its recording."""

    result: subprocess.CompletedProcess[str]
    file: Path

    @property
    def said(self) -> str:
        return self.result.stdout

    def finding(self, topic: str, verdict: str) -> str:
        """Return a line of the output and its advice."""
        start = f"\n{verdict:8} {topic}: "
        assert start in self.said, self.said + self.result.stderr
        rest = self.said.split(start, 1)[1].split("\n")
        return "\n".join(rest[: 2 if rest[1].startswith(" ") else 1])

    def replayed(self) -> list[str]:
        """Return Python's results when it replays the recording."""
        source = ROOT / "bindings" / "python" / "src"
        command = [sys.executable, "-c", REPLAYING, str(self.file)]
        where = {"PYTHONPATH": str(source), "SPARKCHAT_LIBRARY": str(LIBRARY)}
        done = run(command, env={**os.environ, **where})
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


class Doctor:
    """Runs the program against the local service."""

    def __init__(self, workshop: Workshop, folder: Path) -> None:
        self._program = workshop.example("chat")
        self._service = workshop.service
        self._folder = folder

    def __call__(
        self, url: str | None = None, output: Path | None = None, **changed: str
    ) -> Examined:
        file = output or self._folder / "recording.json"
        scenario = changed.pop("scenario", None)
        query = {"scenario": scenario} if scenario else {}
        url = self._service.url("wss", "/v3.5/chat", **query) if url is None else url
        where = ["--ca-file", str(self._service.ca_file), "--output", str(file)]
        where += ["--url", url] if url else []
        for option in ("model", "domain"):
            where += [f"--{option}", changed.pop(option)] if option in changed else []
        environment = {**self._service.environment(), "HOME": str(self._folder), **changed}
        return Examined(run([self._program, "--doctor", *where], env=environment), file)

    def of_python(self, scenario: str, file: Path) -> Path:
        """Run Python's doctor, and return its recording."""
        url = self._service.url("wss", "/v3.5/chat", scenario=scenario)
        where = ["--url", url, "--ca-file", str(self._service.ca_file), "--output", str(file)]
        found = {"PYTHONPATH": str(ROOT / "bindings/python/src"), "SPARKCHAT_LIBRARY": str(LIBRARY)}
        environment = {**os.environ, **self._service.environment(), **found}
        run([sys.executable, "-m", "sparkchat", "doctor", *where], env=environment)
        return file


@pytest.fixture
def doctor(workshop: Workshop, tmp_path: Path) -> Doctor:
    """Return an object that runs the doctor."""
    return Doctor(workshop, tmp_path)


def test_all_is_well(doctor: Doctor) -> None:
    done = doctor()
    assert (done.result.returncode, done.result.stderr) == (0, "")
    for topic in ("proxy", "names", "connection", "trust", "clock", "credentials", "plan"):
        done.finding(topic, "ok")
    assert "localhost is not an address of the service" in done.finding("plan", "ok")
    for topic in QUESTIONS:
        assert "first token after" in done.finding(topic, "ok")
    assert "All is well." in done.said
    answers = done.replayed()
    assert answers[0] == "1 + 1 = **2**."
    assert answers[-2:] == ["2 + 2 = **4**.", "3 + 3 = **6**."]


def test_a_wrong_clock(doctor: Doctor) -> None:
    done = doctor(scenario="skew:seconds=3600,always=1")
    assert done.result.returncode == 1
    said = done.finding("clock", "problem")
    assert "3600 s behind" in said
    assert "timedatectl" in said
    assert done.replayed()[0].startswith("ERR_AUTH -3")


def test_a_name_that_nobody_knows(doctor: Doctor) -> None:
    done = doctor("wss://no-such-host.invalid/v3.5/chat")
    assert done.result.returncode == 1
    said = done.finding("names", "problem")
    assert "no-such-host.invalid cannot be looked up" in said
    assert "set https_proxy" in said
    done.finding("questions", "skipped")


def test_a_proxy_that_is_not_there(doctor: Doctor) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    done = doctor(https_proxy=f"http://{LOGIN}@127.0.0.1:{port}")
    assert done.result.returncode == 1
    assert "https_proxy" in done.finding("proxy", "ok")
    said = done.finding("connection", "problem")
    assert "the proxy 127.0.0.1" in said
    assert "check that the proxy in https_proxy is right, and runs" in said


@pytest.mark.parametrize(
    ("port", "words"),
    [
        ("tls_untrusted", "CA certificates"),
        ("tls_expired", "compare this machine's clock"),
    ],
)
def test_certificates(doctor: Doctor, service: Service, port: str, words: str) -> None:
    done = doctor(f"wss://localhost:{service.ready['ports'][port]}/v3.5/chat")
    assert done.result.returncode == 1
    assert words in done.finding("trust", "problem")


def test_credentials(doctor: Doctor, service: Service) -> None:
    good = service.credentials()
    key, secret = good["IFLYTEK_SPARK_API_KEY"], good["IFLYTEK_SPARK_API_SECRET"]
    done = doctor(IFLYTEK_SPARK_API_KEY=secret, IFLYTEK_SPARK_API_SECRET=key)
    assert "look swapped" in done.finding("credentials", "problem")
    assert "exchange their values" in done.said
    assert re.findall(r"\n(\w+) +credentials: ", done.said) == ["problem"]
    done.file.unlink()
    done = doctor(IFLYTEK_SPARK_API_KEY=f'"{key}"')
    assert "the API key has quotation marks" in done.finding("credentials", "problem")
    assert "see the credentials" in done.finding("questions", "skipped")
    assert done.said.count("problem ") == 1
    assert key not in done.said
    done.file.unlink()
    done = doctor(**{name: "" for name in good if not name.endswith("APP_ID")})
    said = done.finding("credentials", "problem")
    assert said.startswith("only app id\n")
    assert "set IFLYTEK_SPARK_API_KEY, IFLYTEK_SPARK_API_SECRET" in said
    done.file.unlink()
    done = doctor(**dict.fromkeys(good, ""))
    assert done.result.returncode == 1
    assert "set IFLYTEK_SPARK_APP_ID" in done.finding("credentials", "problem")
    done.finding("questions", "skipped")


def only(service: Service, key: str) -> dict[str, str]:
    """Return an environment with only an API password."""
    return {
        **dict.fromkeys(service.credentials(), ""),
        "IFLYTEK_SPARK_API_PASSWORD": service.ready[key],
    }


@pytest.mark.parametrize(
    ("scenario", "words", "conclusion"),
    [
        ("finish:reason=abort,shows=nothing", 'ended it with "abort"', "it is the service"),
        ("finish:reason=content_filter", "moderation stopped", "it is the service"),
        ("finish:reason=stop,shows=nothing", "the answer is empty", "it is the service"),
        ("finish:reason=length", "cut at the limit of tokens", "wrong on this side"),
        ("finish:reason=length,shows=reasoning", "went into reasoning", "wrong on this side"),
    ],
)
def test_an_answer_that_ends_badly(
    doctor: Doctor, service: Service, scenario: str, words: str, conclusion: str
) -> None:
    url = service.url("https", "/v1", scenario=scenario)
    environment = only(service, "api_password")
    done = doctor(url, **environment, domain="generalv3.5")
    assert done.result.returncode == 1
    for topic in ("plain", "streaming"):
        said = done.finding(topic, "problem")
        assert words in said
        assert "what to do: " in said
    assert "asked over WebSocket" in done.finding("another version", "skipped")
    assert "All is well" not in done.said
    assert conclusion in done.said


def test_what_is_not_counted_is_left_out(doctor: Doctor) -> None:
    done = doctor(scenario="no_usage")
    assert done.result.returncode == 0
    assert "tokens" not in done.finding("plain", "ok")


def test_a_key_of_a_plan_alone(doctor: Doctor, service: Service) -> None:
    environment = only(service, "coding_key")
    environment["https_proxy"] = f"http://127.0.0.1:{service.ready['proxy_port']}"
    done = doctor("", **environment)
    assert done.result.returncode == 1
    assert "spark-api-open.xf-yun.com is the chat service" in done.finding("plan", "ok")
    said = done.finding("plan", "note")
    host = "cn-huabei-1.xf-yun.com/v2"
    for name, url in (
        ("maas", "maas-api"),
        ("token-plan", "maas-token-api"),
        ("coding-plan", "maas-coding-api"),
    ):
        assert f"--model {name} (https://{url}.{host})" in said
    done.file.unlink()
    done = doctor("", **environment, model="coding-plan", domain="astron-code-latest")
    assert done.result.returncode == 0, done.said
    assert "the Coding Plan" in done.finding("plan", "ok")


def test_recordings_say_the_same_as_pythons(doctor: Doctor, tmp_path: Path) -> None:
    for scenario in ("error:code=10008,message=busy", "status:code=503,retry_after=7"):
        done = doctor(scenario=scenario)
        (ours, *_) = json.loads(done.file.read_text())["exchanges"]
        done.file.unlink()
        theirs = json.loads(doctor.of_python(scenario, tmp_path / "python.json").read_text())
        (tmp_path / "python.json").unlink()
        for error in (ours["error"], theirs["exchanges"][0]["error"]):
            error.pop("sid")
            error.pop("server_date")
        assert ours["error"] == theirs["exchanges"][0]["error"]


def test_a_wrong_domain_and_a_busy_service(doctor: Doctor) -> None:
    done = doctor(scenario="error:code=10003")
    assert "check that the domain belongs to the URL" in done.finding("plain", "problem")
    done.file.unlink()
    done = doctor(scenario="error:code=10008")
    assert done.result.returncode == 1
    assert "try again later" in done.finding("plain", "problem")
    assert "Nothing is wrong here: it is the service." in done.said
    assert done.replayed() == ["ERR_OVERLOADED 10008"] * 4


@pytest.mark.parametrize(
    "scenario", ["error:code=10012,message", "status:code=401,body", "single:content"]
)
def test_no_secret_is_said_or_written(
    doctor: Doctor, service: Service, tmp_path: Path, scenario: str
) -> None:
    secrets = [*service.credentials().values(), *LOGIN.split(":")]
    echoed = " ".join([*secrets, "YXBpX2tleT0iMDEyMw== \x1b[2J"])
    there = {"https_proxy": f"http://{LOGIN}@127.0.0.1:9", "no_proxy": "*"}
    done = doctor(scenario=f"{scenario}={echoed}", **there)
    everything = done.said.rpartition("The recording is in")[0] + done.file.read_text()
    for secret in [*secrets, "YXBpX2tleT0i", str(tmp_path), "\x1b"]:
        assert secret not in everything
    assert "***" in everything
    assert len(json.loads(done.file.read_text())["exchanges"]) == 4


def test_a_file_that_is_there_stays(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "recording.json").write_text("mine")
    done = doctor()
    assert (done.result.returncode, done.file.read_text()) == (2, "mine")
    assert "--output" in done.result.stderr


def test_a_device_needs_no_new_name(doctor: Doctor) -> None:
    done = doctor(output=Path(os.devnull))
    assert (done.result.returncode, done.result.stderr) == (0, "")
    assert "The recording is in /dev/null." in done.said
    assert not done.file.is_file()


def test_each_recording_has_its_own_name(workshop: Workshop, tmp_path: Path) -> None:
    there = {}
    for later in range(300):
        date = time.strftime("%Y%m%d-%H%M%S", time.gmtime(time.time() + later))
        there[tmp_path / f"sparkchat-doctor-{date}.json"] = "mine"
    for file, text in there.items():
        file.write_text(text)
    environment = {"TZ": "UTC", "IFLYTEK_SPARK_API_URL": "wss://localhost:9/v3.5/chat"}
    names = []
    for _ in range(2):
        done = run([workshop.example("chat"), "--doctor"], env=environment, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (1, "")
        names += re.findall(r"The recording is in (\S+-\d+\.json)\.", done.stdout)
    assert len(set(names)) == 2
    assert all(json.loads((tmp_path / name).read_text())["doctor"] for name in names)
    assert {file: file.read_text() for file in there} == there
