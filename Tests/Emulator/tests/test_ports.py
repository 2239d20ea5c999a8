"""The ports that fail before the service is reached, and TLS that must fail."""

from __future__ import annotations

import socket
import ssl
import warnings
from contextlib import suppress

import pytest

from client import Target, request_text
from raw import RawClient
from spark_emulator import Emulator


def connect(target: Target, port: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", target.ready["ports"][port]), timeout=3)


def test_blackhole(target: Target) -> None:
    with connect(target, "blackhole") as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        client.settimeout(0.15)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_reset_close_and_garbage(target: Target) -> None:
    with pytest.raises(ConnectionResetError), connect(target, "reset") as client:
        client.recv(1)
    with connect(target, "close") as client:
        assert client.recv(1) == b""
    with connect(target, "garbage") as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        answer = client.recv(1000)
        assert len(answer) > 100
        assert b"HTTP" not in answer
        assert b"\n" not in answer
    with connect(target, "garbage") as client, pytest.raises(ssl.SSLError):
        target.trust().wrap_socket(client, server_hostname="localhost")


def test_a_port_that_is_not_there_is_named() -> None:
    with Emulator() as emulator, pytest.raises(ValueError, match=r"no port 'zz'; .*blackhole"):
        emulator.url(port="zz")


def test_what_is_not_started_has_no_ports_and_can_be_stopped() -> None:
    emulator = Emulator()
    emulator.stop()
    with pytest.raises(RuntimeError, match="not started"):
        emulator.url()


@pytest.mark.parametrize(
    ("port", "complaint"),
    [
        ("tls_wrong_name", "mismatch"),
        ("tls_untrusted", "self-signed certificate|unable to get local issuer"),
        ("tls_expired", "expired"),
    ],
)
def test_certificates_to_refuse(target: Target, port: str, complaint: str) -> None:
    with (
        connect(target, port) as client,
        pytest.raises(ssl.SSLCertVerificationError, match=complaint),
    ):
        target.trust().wrap_socket(client, server_hostname="127.0.0.1")


def test_wrong_name_is_only_a_wrong_name(target: Target) -> None:
    with (
        connect(target, "tls_wrong_name") as client,
        target.trust().wrap_socket(client, server_hostname="wrong.example") as wrapped,
    ):
        assert wrapped.version() == "TLSv1.3"


@pytest.mark.parametrize("port", ["tls_untrusted", "tls_expired", "tls_wrong_name"])
def test_the_service_is_behind_bad_certificates(target: Target, port: str) -> None:
    """A client that does not verify visibly gets an answer."""
    careless = ssl.create_default_context()
    careless.check_hostname = False
    careless.verify_mode = ssl.CERT_NONE
    url = target.url(tls=True, port=target.ready["ports"][port])
    with RawClient(url, context=careless) as client:
        assert client.status == 101


def test_old_tls(target: Target) -> None:
    with connect(target, "tls_old") as client, pytest.raises(ssl.SSLError):
        target.trust().wrap_socket(client, server_hostname="localhost")
    old = target.trust()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    url = target.url(tls=True, port=target.ready["ports"]["tls_old"])
    with RawClient(url, context=old) as client:
        assert client.status == 101
        client.send_text(request_text("1+1"))
        assert len(client.frames()) > 2
    assert target.record()["tls"]["version"] == "TLSv1.1"


def test_tls_blackhole(target: Target) -> None:
    with (
        connect(target, "tls_blackhole") as client,
        target.trust().wrap_socket(client, server_hostname="localhost") as wrapped,
    ):
        wrapped.sendall(b"GET / HTTP/1.1\r\n\r\n")
        wrapped.settimeout(0.15)
        with pytest.raises(TimeoutError):
            wrapped.recv(1)


def test_good_certificate_has_all_names(target: Target) -> None:
    for name in ("localhost", "127.0.0.1", "::1"):
        with (
            socket.create_connection(("127.0.0.1", target.ready["wss_port"])) as client,
            target.trust().wrap_socket(client, server_hostname=name) as wrapped,
        ):
            assert wrapped.version()


def test_plain_http_on_the_tls_port_and_the_other_way_round(target: Target) -> None:
    with socket.create_connection(("127.0.0.1", target.ready["wss_port"]), timeout=3) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with suppress(ConnectionResetError):
            assert b"HTTP" not in client.recv(100)
    with (
        socket.create_connection(("127.0.0.1", target.ready["ws_port"]), timeout=3) as client,
        pytest.raises(ssl.SSLError),
    ):
        target.trust().wrap_socket(client, server_hostname="localhost")
