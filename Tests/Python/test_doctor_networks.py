"""`sparkchat doctor` with clocks, networks, proxies and certificates that are wrong."""

from __future__ import annotations

import select
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from doctors import LOGIN, QUESTIONS, Doctor, credentials, doctor, way
from service import Service
from sparkchat._cli.doctor.certificate import read

__all__ = ["doctor", "way"]


def closed_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port


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


def test_the_services_own_addresses(doctor: Doctor, way: str) -> None:
    done = doctor("--proxy", way, url="")
    assert done.status == 0, done.said
    assert "spark-api.xf-yun.com is the chat service" in done.finding("plan", "ok")
    for host in ("spark-api", "spark-api-open"):
        assert f"the certificate of {host}.xf-yun.com is trusted" in done.said
    for topic in QUESTIONS:
        done.finding(topic, "ok")
    assert "generalv2 over WebSocket" in done.finding("another version", "ok")


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
