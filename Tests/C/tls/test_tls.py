"""TLS versions and trust, against servers in Python."""

from __future__ import annotations

import ssl
import warnings

import pytest
from support.asking import ask
from support.authority import Authority
from support.peer import Peer
from support.server import ScriptedServer
from support.workshop import Workshop


def limited(context: ssl.SSLContext, version: ssl.TLSVersion) -> ssl.SSLContext:
    """Allow this version only."""
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = version
        context.maximum_version = version
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_versions_are_refused(
    version: ssl.TLSVersion, workshop: Workshop, authority: Authority
) -> None:
    with ScriptedServer(Peer.secure, limited(authority.server(), version)) as server:
        answer = ask(workshop, server.url, ca_file=authority.file)
    assert answer.status == "ERR_TLS"
    assert answer.phase == "tls"
    assert "1.2" in answer.hint


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_new_versions_are_taken(
    version: ssl.TLSVersion, workshop: Workshop, authority: Authority
) -> None:
    seen = []

    def serve(peer: Peer) -> None:
        peer.secure()
        assert isinstance(peer.stream, ssl.SSLSocket)
        seen.append((peer.stream.version(), peer.stream.recv(65536)))
        peer.send(b"HTTP/1.1 418 No\r\nContent-Length: 0\r\n\r\n")

    with ScriptedServer(serve, limited(authority.server(), version)) as server:
        answer = ask(workshop, server.url, ca_file=authority.file)
    assert answer.http_status == 418
    assert seen[0][0] == version.name.replace("_", ".")
    assert seen[0][1].startswith(b"GET /v3.5/chat?")


def test_server_name_is_sent(workshop: Workshop, authority: Authority) -> None:
    names = []
    context = authority.server()
    context.sni_callback = lambda connection, name, _: names.append(name)
    with ScriptedServer(Peer.secure, context) as server:
        for host in ("localhost", "127.0.0.1"):
            url = f"wss://{host}:{server.port}/v3.5/chat"
            ask(workshop, url, ca_file=authority.file)
    # An address is not sent as a name (RFC 6066, section 3).
    assert names == ["localhost", None]


def test_ca_file_that_is_not_there(workshop: Workshop) -> None:
    answer = ask(workshop, workshop.service.url("wss"), ca_file="/no/such/file.pem")
    assert answer.status == "ERR_TLS"
    assert "/no/such/file.pem" in answer.message


def test_ca_file_is_trusted_instead_of_the_systems(
    workshop: Workshop, authority: Authority
) -> None:
    # The environment has the service's authority, but another file is set.
    answer = ask(
        workshop,
        workshop.service.url("wss"),
        ca_file=authority.file,
        environment={"SSL_CERT_FILE": str(workshop.service.ca_file)},
    )
    assert answer.status == "ERR_CERTIFICATE"


def test_ws_is_only_used_when_it_is_asked_for(workshop: Workshop) -> None:
    port = workshop.service.ready["ws_port"]
    answer = ask(workshop, f"wss://localhost:{port}/v3.5/chat")
    assert answer.status == "ERR_TLS"
    assert answer.text == ""
