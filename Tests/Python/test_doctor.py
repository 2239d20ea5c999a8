"""`python -m sparkchat doctor`, with one thing broken at a time."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from doctors import LOGIN, Doctor, credentials, doctor
from service import Service
from sparkchat._cli.doctor.certificate import read

__all__ = ["doctor"]
QUESTIONS = ("plain", "streaming", "another version", "over HTTP")


def closed_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port


def test_all_is_well(doctor: Doctor) -> None:
    done = doctor()
    assert (done.status, done.complained) == (0, "")
    for topic in ("names", "proxy", "connection", "trust", "clock", "credentials", "plan"):
        done.finding(topic, "ok")
    for topic in QUESTIONS:
        said = done.finding(topic, "ok")
        assert "first token after" in said
        assert "tokens; sid ch" in said
    assert "generalv2 over WebSocket" in done.finding("another version", "ok")
    assert "All is well." in done.said
    assert f"The recording is in {done.file.name}." in done.said
    assert done.recording["doctor"]["library"].startswith("sparkchat/")


def test_what_there_are_no_credentials_for_is_not_asked(doctor: Doctor, service: Service) -> None:
    done = doctor(environment=credentials(service, password=False))
    assert done.status == 0
    assert "over HTTP" not in done.said
    only = {"IFLYTEK_SPARK_API_PASSWORD": service.password}
    url = service.url("/v1", tls=True, transport="http")
    done = doctor("--domain", "generalv3.5", url=url, environment=only)
    assert done.status == 0
    assert "over HTTP" in done.finding("streaming", "ok")
    assert "asked over WebSocket" in done.finding("another version", "skipped")


def test_a_wrong_clock(doctor: Doctor) -> None:
    done = doctor(scenario="skew:seconds=3600,always=1")
    assert done.status == 1
    said = done.finding("clock", "problem")
    assert "this machine's clock is 3600 s behind the server's" in said
    assert "timedatectl" in said
    assert "begin with: clock" in done.said


def test_a_name_that_nobody_knows(doctor: Doctor) -> None:
    done = doctor(url="wss://no-such-host.invalid/v3.5/chat")
    assert done.status == 1
    said = done.finding("names", "problem")
    assert "no-such-host.invalid cannot be looked up" in said
    done.finding("plain", "skipped")
    assert done.recording["exchanges"] == []


def test_no_network(doctor: Doctor) -> None:
    alone = ("unshare", "--net", "--map-root-user")
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("cannot create a network namespace here")
    done = doctor(url="wss://spark-api.example/v3.5/chat", before=alone)
    assert done.status == 1
    assert "this machine has no network" in done.finding("names", "problem")


def test_a_server_that_is_not_there(doctor: Doctor) -> None:
    done = doctor(url=f"wss://127.0.0.1:{closed_port()}/v3.5/chat")
    said = done.finding("connection", "problem")
    assert "Connection refused" in said
    assert "firewall" in said
    assert "set https_proxy" in said


def test_a_proxy_that_is_not_there(doctor: Doctor, service: Service) -> None:
    there = {"https_proxy": f"http://{LOGIN}@127.0.0.1:{closed_port()}"}
    done = doctor(environment={**credentials(service), **there})
    assert done.status == 1
    assert "(from https_proxy, with a login)" in done.finding("proxy", "ok")
    assert "the proxy in https_proxy is right and running" in done.finding("connection", "problem")
    assert "begin with: connection" in done.said


def test_a_proxy_that_is_not_used(doctor: Doctor, service: Service) -> None:
    there = {"ALL_PROXY": f"http://127.0.0.1:{closed_port()}", "no_proxy": "localhost"}
    done = doctor(environment={**credentials(service), **there})
    assert done.status == 0
    assert "no_proxy names localhost, so ALL_PROXY is not used" in done.finding("proxy", "ok")


class Proxy(BaseHTTPRequestHandler):
    """A proxy that requires a login."""

    def do_CONNECT(self) -> None:
        self.send_response(407)
        self.send_header("Proxy-Authenticate", "Basic")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *unused: object) -> None:
        pass


@pytest.fixture
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), request.param) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize("port", [Proxy], indirect=True)
def test_a_proxy_that_wants_a_login(doctor: Doctor, port: int) -> None:
    done = doctor("--proxy", f"http://127.0.0.1:{port}")
    assert done.status == 1
    said = done.finding("connection", "problem")
    assert "write user name and password into --proxy" in said


@pytest.fixture
def way(service: Service) -> str:
    """A proxy that leads every host to the local service."""
    return f"http://127.0.0.1:{service.ready['proxy_port']}"


def test_the_services_own_addresses(doctor: Doctor, way: str) -> None:
    done = doctor("--proxy", way, url="")
    assert done.status == 0, done.said
    assert "spark-api.xf-yun.com is the chat service" in done.finding("plan", "ok")
    for host in ("spark-api", "spark-api-open"):
        assert f"the certificate of {host}.xf-yun.com is trusted" in done.said
    for topic in QUESTIONS:
        done.finding(topic, "ok")
    assert "generalv2 over WebSocket" in done.finding("another version", "ok")


def test_a_key_of_another_plan(doctor: Doctor, service: Service, way: str) -> None:
    url = "https://maas-coding-api.cn-huabei-1.xf-yun.com/v2"
    where = ["--proxy", way, "--domain", "astron-code-latest"]
    key = {"IFLYTEK_SPARK_API_PASSWORD": service.ready["coding_key"]}
    done = doctor(*where, url=url, environment=key)
    assert done.status == 0, done.said
    assert "the Coding Plan (its terms allow coding tools" in done.finding("plan", "ok")
    key = {"IFLYTEK_SPARK_API_PASSWORD": service.ready["token_key"]}
    done = doctor(*where, url=url, environment=key)
    assert done.status == 1
    said = done.finding("plain (astron-code-latest over HTTP)", "problem")
    assert "apikey not found" in said
    assert "the Coding Plan takes only its own keys" in said


def test_a_key_of_a_plan_alone(doctor: Doctor, service: Service, way: str) -> None:
    key = {"IFLYTEK_SPARK_API_PASSWORD": service.ready["coding_key"]}
    done = doctor("--proxy", way, url="", environment=key)
    assert done.status == 1
    said = done.finding("plan: the API password may belong to another plan", "note")
    host = "cn-huabei-1.xf-yun.com/v2"
    for name, url in (
        ("maas", "maas-api"),
        ("token-plan", "maas-token-api"),
        ("coding-plan", "maas-coding-api"),
    ):
        assert f"--model {name} (https://{url}.{host})" in said
    there = ("--model", "coding-plan", "--domain", "astron-code-latest")
    done = doctor("--proxy", way, *there, url="", environment=key)
    assert done.status == 0, done.said


@pytest.mark.parametrize(
    ("scenario", "words", "conclusion"),
    [
        ("finish:reason=abort,shows=nothing", 'ended it with "abort"', "it is the service"),
        ("finish:reason=abort,shows=half", 'with "abort", so it may not be', "it is the service"),
        ("finish:reason=content_filter", "moderation stopped", "it is the service"),
        ("finish:reason=stop,shows=nothing", "the answer is empty", "it is the service"),
        ("finish:reason=length", "cut at the limit of tokens", "wrong on this side"),
        ("finish:reason=length,shows=reasoning", "went into reasoning", "wrong on this side"),
    ],
)
def test_an_answer_that_ends_badly(
    doctor: Doctor, service: Service, scenario: str, words: str, conclusion: str
) -> None:
    only = {"IFLYTEK_SPARK_API_PASSWORD": service.password}
    url = service.url("/v1", tls=True, transport="http", scenario=scenario)
    done = doctor("--domain", "generalv3.5", url=url, environment=only)
    assert done.status == 1
    for topic in ("plain", "streaming"):
        said = done.finding(topic, "problem")
        assert words in said
        assert "what to do: " in said
    assert "All is well" not in done.said
    assert conclusion in done.said


@pytest.mark.parametrize(
    ("port", "words", "advice"),
    [
        ("tls_untrusted", "issued by: trustme", "Ask for its CA certificate"),
        ("tls_expired", "valid from 2019-01-01 to 2020-01-01", "set this machine's clock, if"),
        ("tls_wrong_name", "mismatch", "set the URL to the host name"),
    ],
)
def test_certificates(doctor: Doctor, service: Service, port: str, words: str, advice: str) -> None:
    done = doctor(url=service.url(port=port))
    assert done.status == 1
    said = done.finding("trust", "problem")
    assert words in said
    assert advice in said
    assert "(from --ca-file)" in said
    done.finding("plain", "skipped")


def test_a_connection_without_encryption_is_told(doctor: Doctor, service: Service) -> None:
    done = doctor(url=service.url())
    assert done.status == 0
    assert "without encryption" in done.finding("trust", "note")


def test_a_wrong_key(doctor: Doctor, service: Service) -> None:
    done = doctor(environment=credentials(service, password=False, api_key="f" * 32))
    assert done.status == 1
    done.finding("clock", "ok")
    said = done.finding("plain", "problem")
    assert "HTTP status 401" in said
    assert "the API key is unknown" in said
    assert "the API key comes from IFLYTEK_SPARK_API_KEY" in said


def test_key_and_secret_swapped(doctor: Doctor, service: Service) -> None:
    key, secret = service.credentials["api_key"], service.credentials["api_secret"]
    done = doctor(environment=credentials(service, api_key=secret, api_secret=key))
    assert done.status == 1
    said = done.finding("credentials: API key and API secret look swapped", "problem")
    assert re.findall(r"\n(\w+) +credentials: ", done.said) == ["problem"]
    assert "exchange the values of IFLYTEK_SPARK_API_KEY and IFLYTEK_SPARK_API_SECRET" in said


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ('"{}"', "quotation marks around it"),
        ("'{}'", "quotation marks around it"),
        (" {}", "a blank or a line end in it"),
        ("{}\r", "a blank or a line end in it"),
        ("{}é", "a character that is not ASCII"),
    ],
)
def test_what_was_copied_badly(doctor: Doctor, service: Service, odd: str, words: str) -> None:
    key = odd.format(service.credentials["api_key"])
    done = doctor(environment=credentials(service, api_key=key))
    assert done.status == 1
    said = done.finding("credentials: the API key", "problem")
    assert re.findall(r"\n(\w+) +credentials: ", done.said) == ["problem"]
    assert f"the API key in IFLYTEK_SPARK_API_KEY has {words}" in said
    assert "copy it from the console again" in said
    assert "begin with: credentials" in done.said
    assert service.credentials["api_key"] not in done.said + done.file.read_text(encoding="utf-8")


def test_a_key_of_an_unusual_length(doctor: Doctor, service: Service) -> None:
    done = doctor(environment=credentials(service, app_id="a1b2c3d"))
    assert "has 7 characters, not the usual 8 hex digits" in done.finding(
        "credentials: the app", "note"
    )


def test_a_secret_of_one_letter(doctor: Doctor, service: Service) -> None:
    done = doctor(environment=credentials(service, api_key="p"))
    assert (done.status, done.complained) == (1, "")
    assert "wrong on this side" in done.said


def test_a_secret_that_is_missing(doctor: Doctor, service: Service) -> None:
    done = doctor(environment=credentials(service, password=False, api_secret=""))
    assert done.status == 1
    assert "set IFLYTEK_SPARK_API_SECRET" in done.finding("credentials", "problem")


def test_no_credentials_at_all(doctor: Doctor) -> None:
    done = doctor(environment={})
    assert done.status == 1
    # Checks that need no credentials still run.
    done.finding("clock", "ok")
    said = done.finding("credentials: there are none", "problem")
    assert "set IFLYTEK_SPARK_APP_ID" in said
    assert "console at xfyun.cn" in said
    assert "see the credentials" in done.finding("plain", "skipped")


def test_a_domain_that_is_not_served_at_the_url(doctor: Doctor) -> None:
    done = doctor("--domain", "4.0Ultra")
    assert done.status == 1
    said = done.finding("plain (4.0Ultra over WebSocket)", "problem")
    assert "code 10003" in said
    assert "check that the domain belongs to the URL" in said
    done = doctor("--domain", "4.0Ultra", url="wss://spark-api.xf-yun.com/v3.5/chat")
    assert done.status == 1
    assert "4.0Ultra" in done.finding("settings", "problem")


def test_a_busy_service(doctor: Doctor) -> None:
    done = doctor(scenario="error:code=10008")
    assert done.status == 1
    for topic in QUESTIONS:
        said = done.finding(topic, "problem")
        assert "code 10008; sid ch" in said
        assert "try again later" in said
    assert "Nothing is wrong here: it is the service." in done.said


def test_an_answer_that_breaks_off(doctor: Doctor) -> None:
    done = doctor(scenario="drop:after=2")
    assert done.status == 1
    done.finding("plain", "problem")
    assert [exchange["is_cut"] for exchange in done.recording["exchanges"]] == [True] * 4


def test_for_machines(doctor: Doctor) -> None:
    done = doctor("--json", scenario="error:code=10008")
    summary = json.loads(done.said)
    assert (done.status, summary["well"]) == (1, False)
    assert {"topic", "verdict", "said", "advice", "side"} == summary["findings"][0].keys()
    assert summary["recording"] == done.file.name


def test_wrong_usage(doctor: Doctor) -> None:
    assert doctor("--nonsense").status == 2
    there = doctor.folder / "there.json"
    there.write_text("mine", encoding="utf-8")
    done = doctor("--output", str(there))
    assert (done.status, there.read_text(encoding="utf-8")) == (2, "mine")
    assert "name another file with --output" in done.complained
    assert doctor("--output", "no-such-folder/file.json").status == 2


def test_a_device_needs_no_new_name(doctor: Doctor) -> None:
    done = doctor("--output", os.devnull)
    assert (done.status, done.complained) == (0, "")
    assert f"The recording is in {os.devnull}." in done.said
    assert not Path(os.devnull).is_file()
    assert not list(doctor.folder.iterdir())


def test_each_recording_has_its_own_name(doctor: Doctor, service: Service) -> None:
    there = {}
    for later in range(300):
        date = time.strftime("%Y%m%d-%H%M%S", time.gmtime(time.time() + later))
        there[doctor.folder / f"sparkchat-doctor-{date}.json"] = "mine"
    for file, text in there.items():
        file.write_text(text, encoding="utf-8")
    # Without a name, as if --output were not given.
    given = {**credentials(service), "TZ": "UTC"}
    said = [doctor("--output", "", environment=given).said for _ in range(2)]
    names = re.findall(r"The recording is in (\S+-\d+\.json)\.", "".join(said))
    assert len(set(names)) == 2
    for name in names:
        recording = json.loads((doctor.folder / name).read_text(encoding="utf-8"))
        assert len(recording["exchanges"]) == 4
    assert {file: file.read_text(encoding="utf-8") for file in there} == there


def test_what_a_server_says_does_not_steer_the_terminal(doctor: Doctor) -> None:
    done = doctor(scenario="error:code=10012,message=\x1b]52;c;x\x07")
    assert done.status == 1
    assert "\x1b" not in done.said


class CompanyProxy(Proxy):
    """A proxy that lets every request with the login through."""

    def do_CONNECT(self) -> None:
        if self.headers["Proxy-Authorization"] is None:
            super().do_CONNECT()
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as server:
            self.send_response(200)
            self.end_headers()
            sides = {self.connection: server, server: self.connection}
            while ready := select.select([*sides], [], [], 30)[0]:
                for side in ready:
                    data = side.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    sides[side].sendall(data)


@pytest.mark.parametrize("port", [CompanyProxy], indirect=True)
def test_a_certificate_that_a_companys_proxy_shows(
    doctor: Doctor, service: Service, port: int
) -> None:
    there = {"https_proxy": f"http://{LOGIN}@127.0.0.1:{port}"}
    done = doctor(environment={**credentials(service), **there})
    assert done.status == 0, done.said
    url = service.url(port="tls_untrusted")
    done = doctor(url=url, environment={**credentials(service), **there})
    said = done.finding("trust", "problem")
    assert "issued by: trustme" in said
    assert "If the issuer is your company's" in said


def test_certificates_are_read() -> None:
    authority = trustme.CA(organization_name="Company", organization_unit_name="Nobody's")
    shown = authority.issue_cert("example.com", not_after=datetime(2049, 12, 31))
    der = ssl.PEM_cert_to_DER_cert(shown.cert_chain_pems[0].bytes().decode())
    certificate = read(der)
    assert certificate is not None
    assert "Company" in certificate.issuer
    assert certificate.ends == "2049-12-31"
    for at in range(len(der)):
        # Damaged data is either read or refused.
        read(der[:at])
        read(der[:at] + bytes([der[at] ^ 0xFF]) + der[at + 1 :])
    assert read(b"") is None
    assert read(b"\x30\xff" + b"\xff" * 200) is None


def test_what_was_seen_before_ctrl_c_is_kept(doctor: Doctor) -> None:
    url = doctor.service.url(tls=True, scenario="stall")
    with doctor.begin("--url", url, "--output", "stopped.json") as program:
        assert program.stdout is not None
        while not program.stdout.readline().startswith("ok       plan"):
            assert program.poll() is None
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 130
    findings = json.loads((doctor.folder / "stopped.json").read_text(encoding="utf-8"))["doctor"][
        "findings"
    ]
    assert findings[-1]["topic"] == "plan"
