"""The library follows OpenSSL's configuration, and never weakens its own minimum."""

from __future__ import annotations

import ssl
import warnings
from pathlib import Path

import pytest
import trustme
from support.asking import Answer, ask
from support.authority import Authority
from support.peer import Peer, answer
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

VERSIONS = ssl.TLSVersion
# For servers that accept anything.
ANYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"


def configuration(folder: Path, *lines: str) -> dict[str, str]:
    """Write a configuration with these commands for TLS, and return the environment for it."""
    file = folder / "openssl.cnf"
    commands = "\n".join(lines)
    file.write_text(
        "openssl_conf = main\n[main]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n"
        f"[tls]\n{commands}\n"
    )
    return {"OPENSSL_CONF": str(file)}


def say_hello(peer: Peer) -> None:
    """Answer one question."""
    peer.secure()
    peer.upgrade()
    peer.send(answer(peer.question()))
    peer.goodbye()


def server(
    authority: Authority,
    least: ssl.TLSVersion = VERSIONS.TLSv1,
    most: ssl.TLSVersion = VERSIONS.TLSv1_3,
    ciphers: str = ANYTHING,
) -> ScriptedServer:
    """Return a server that offers the given settings, however weak."""
    context = authority.server()
    context.set_ciphers(ciphers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = least, most
    return ScriptedServer(say_hello, context)


def ask_with(
    workshop: Workshop,
    authority: Authority,
    running: ScriptedServer,
    environment: dict[str, str],
) -> Answer:
    """Send a request with a configuration; the server's authority is trusted."""
    return ask(workshop, running.url, ca_file=authority.file, environment=environment)


@pytest.mark.parametrize("version", [VERSIONS.TLSv1_2, VERSIONS.TLSv1_3])
def test_higher_minimum(
    version: ssl.TLSVersion, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """If TLS 1.3 is required, 1.2 is not used, and the hint says what requires it."""
    environment = configuration(tmp_path, "MinProtocol = TLSv1.3")
    with server(authority, most=version) as running:
        result = ask_with(workshop, authority, running, environment)
    if version is VERSIONS.TLSv1_3:
        assert result.status == "OK", result
    else:
        assert result.status == "ERR_TLS", result
        assert "TLS 1.3" in result.hint
        assert "OPENSSL_CONF" in result.hint


@pytest.mark.parametrize("lines", [["MinProtocol = TLSv1"], ["MinProtocol = None"]])
def test_lower_minimum(
    lines: list[str], workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """TLS 1.1 is never used."""
    environment = configuration(tmp_path, *lines, "CipherString = ALL@SECLEVEL=0")
    with server(authority, most=VERSIONS.TLSv1_1) as running:
        result = ask_with(workshop, authority, running, environment)
    assert result.status == "ERR_TLS", result
    assert "1.2 or newer" in result.hint


def test_maximum(workshop: Workshop, authority: Authority, tmp_path: Path) -> None:
    """With a maximum of 1.2, TLS 1.3 is not used; with a maximum of 1.1, no version is."""
    with server(authority, least=VERSIONS.TLSv1_3) as running:
        environment = configuration(tmp_path, "MaxProtocol = TLSv1.2")
        assert ask_with(workshop, authority, running, environment).status == "ERR_TLS"
        environment = configuration(tmp_path, "MaxProtocol = TLSv1.1")
        result = ask_with(workshop, authority, running, environment)
    assert result.status == "ERR_TLS", result
    assert "MaxProtocol" in result.hint


@pytest.mark.parametrize(
    "lines",
    [
        ["Protocol = -TLSv1.2,-TLSv1.3"],
        ["MinProtocol = TLSv1.3", "MaxProtocol = TLSv1.2"],
    ],
)
def test_no_version_left(
    lines: list[str], workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """The configuration is to blame, not the server."""
    with server(authority) as running:
        result = ask_with(workshop, authority, running, configuration(tmp_path, *lines))
    assert result.status == "ERR_TLS", result
    assert "OPENSSL_CONF" in result.hint
    assert "the server" not in result.hint


def test_ciphers(workshop: Workshop, authority: Authority, tmp_path: Path) -> None:
    """Disabled ciphers are not used; the hint says where to look."""
    lines = ["CipherString = ECDHE+AESGCM", "Ciphersuites = TLS_AES_256_GCM_SHA384"]
    environment = configuration(tmp_path, *lines)
    seen = []

    def serve(peer: Peer) -> None:
        say_hello(peer)
        assert isinstance(peer.stream, ssl.SSLSocket)
        seen.append(peer.stream.cipher())

    with ScriptedServer(serve, authority.server()) as running:
        assert ask_with(workshop, authority, running, environment).status == "OK"
    assert seen[0] is not None
    assert seen[0][0] == "TLS_AES_256_GCM_SHA384"
    with server(authority, most=VERSIONS.TLSv1_2, ciphers="ECDHE+CHACHA20") as running:
        result = ask_with(workshop, authority, running, environment)
        assert ask_with(workshop, authority, running, {}).status == "OK"
    assert result.status == "ERR_TLS", result
    assert "OPENSSL_CONF" in result.hint


@pytest.mark.parametrize("level", [3, 5])
def test_higher_security_level(
    level: int, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """A key that is strong enough elsewhere is refused, and the hint names the level."""
    weak = Authority(tmp_path, trustme.KeyType.RSA)
    environment = configuration(tmp_path, f"CipherString = DEFAULT@SECLEVEL={level}")
    with server(weak) as running:
        assert ask_with(workshop, weak, running, {}).status == "OK"
        result = ask_with(workshop, weak, running, environment)
    assert result.status == "ERR_CERTIFICATE", result
    assert "too weak" in result.message
    assert f"security level {level}" in result.hint


@pytest.mark.parametrize("ciphers", ["aNULL", "eNULL"])
def test_lower_security_level(
    ciphers: str, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """No configuration allows servers without a certificate, or connections without encryption."""
    commands = f"CipherString = {ANYTHING}", "MaxProtocol = TLSv1.2"
    environment = configuration(tmp_path, *commands)
    ciphers += ":@SECLEVEL=0"
    with server(authority, most=VERSIONS.TLSv1_2, ciphers=ciphers) as running:
        result = ask_with(workshop, authority, running, environment)
    assert result.status == "ERR_TLS", result
    assert result.text == ""


def test_weak_client_certificate(workshop: Workshop, authority: Authority, tmp_path: Path) -> None:
    """It is refused for its weakness, not for its format."""
    certificate, key = Authority(tmp_path, trustme.KeyType.RSA).client("weak")
    result = ask(
        workshop,
        "wss://localhost:1/v3.5/chat",
        certificate=certificate,
        key=key,
        environment=configuration(tmp_path, "CipherString = DEFAULT@SECLEVEL=4"),
    )
    assert result.status == "ERR_TLS", result
    assert "security level 4" in result.hint


def test_own_failure(workshop: Workshop, authority: Authority, tmp_path: Path) -> None:
    """If nothing was sent, neither the URL nor the server is to blame."""
    environment = configuration(tmp_path, "SignatureAlgorithms = RSA+SHA1")
    with server(authority) as running:
        result = ask_with(workshop, authority, running, environment)
    assert result.status == "ERR_TLS", result
    assert "OPENSSL_CONF" in result.hint
    assert "the server" not in result.hint


def test_without_random_generator(workshop: Workshop, tmp_path: Path) -> None:
    """OpenSSL reports a lack of memory as well, but that is not the reason."""
    file = tmp_path / "openssl.cnf"
    file.write_text("openssl_conf = main\n[main]\nrandom = more\n[more]\nrandom = NONE\n")
    result = ask(workshop, "wss://localhost:1/v3.5/chat", environment={"OPENSSL_CONF": str(file)})
    assert result.status == "ERR_TLS", result
    assert "unable to fetch" in result.message
    assert "OPENSSL_CONF" in result.hint


@pytest.mark.parametrize(
    "lines",
    [
        ["alg_section = more", "[more]", "default_properties = fips=yes"],
        ["providers = more", "[more]", "base = one", "[one]", "activate = 1"],
    ],
)
def test_without_random_bytes(lines: list[str], workshop: Workshop, tmp_path: Path) -> None:
    """Even without TLS, the configuration is to blame: the upgrade needs a random key."""
    file = tmp_path / "openssl.cnf"
    file.write_text("\n".join(["openssl_conf = main", "[main]", *lines, ""]))
    with ScriptedServer(say_hello) as running:
        result = ask(workshop, running.url, environment={"OPENSSL_CONF": str(file)})
    assert result.status == "ERR_TLS", result
    assert "unable to fetch" in result.message
    assert "OPENSSL_CONF" in result.hint
