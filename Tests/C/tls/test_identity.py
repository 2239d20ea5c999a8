"""Client certificates, pinned keys, and the resumption of TLS sessions."""

from __future__ import annotations

import base64
import ssl
import subprocess
from pathlib import Path

import pytest
from support.asking import Answer, ask, ask_often, program
from support.authority import Authority
from support.compiler import compiler
from support.peer import Peer, answer
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
WRONG_PIN = "sha256//" + base64.b64encode(bytes(32)).decode()
COLD, RESUMED = 1, 2


class Echo:
    """Answers each question with itself, and records each client and its TLS session."""

    def __init__(self) -> None:
        self.resumed: list[bool] = []
        self.certificates: list[bool] = []

    def __call__(self, peer: Peer) -> None:
        """Serve one connection."""
        peer.secure()
        self.resumed.append(peer.is_resumed)
        self.certificates.append(peer.has_certificate)
        peer.upgrade()
        peer.send(answer(peer.question()))
        peer.goodbye()


@pytest.mark.parametrize("version", VERSIONS)
def test_client_certificate(
    version: ssl.TLSVersion, workshop: Workshop, authority: Authority
) -> None:
    """It is presented, even when a session is resumed."""
    certificate, key = authority.client("known")
    echo = Echo()
    with ScriptedServer(echo, authority.server(version, wants_certificate=True)) as server:
        answers = ask_often(
            workshop,
            server.url,
            questions=3,
            ca_file=authority.file,
            certificate=certificate,
            key=key,
        )
    assert [result.status for result in answers] == ["OK"] * 3, answers
    assert [result.text for result in answers] == ["Hello"] * 3
    assert echo.certificates[0]
    assert [result.connection for result in answers] == [COLD, RESUMED, RESUMED]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("shown", ["nothing", "a stranger's"])
def test_client_certificate_refused(
    shown: str, version: ssl.TLSVersion, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """The server refuses the client, with TLS 1.3 only after the handshake; the hint says why."""
    options: dict[str, object] = {
        "ca_file": authority.file,
        "max_attempts": 3,
        "backoff": 1,
    }
    if shown == "a stranger's":
        certificate, key = Authority(tmp_path).client("stranger")
        options |= {"certificate": certificate, "key": key}
    with ScriptedServer(Echo(), authority.server(version, wants_certificate=True)) as server:
        result = ask(workshop, server.url, **options)
    assert result.status == "ERR_TLS", result
    assert server.connections == 1
    assert result.attempts == 1
    assert "client certificate" in result.hint, result
    assert "cipher" not in result.hint


def encrypted(key: Path, to: Path) -> Path:
    """Encrypt a private key."""
    openssl = compiler("openssl")
    command = [openssl, "rsa" if b"RSA" in key.read_bytes() else "ec", "-in", str(key)]
    command += ["-aes128", "-passout", "pass:secret", "-out", str(to)]
    subprocess.run(command, check=True, capture_output=True)
    return to


@pytest.mark.parametrize(
    "fault", ["another's", "no certificate", "no key", "swapped", "missing", "a folder"]
)
def test_client_certificate_that_cannot_be_used(
    fault: str, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """The client is not made, and the error says what is wrong."""
    certificate, key = authority.client("good")
    if fault == "another's":
        _, key = authority.client("other")
    elif fault == "no certificate":
        certificate = key
    elif fault == "no key":
        key = certificate
    elif fault == "swapped":
        certificate, key = key, certificate
    elif fault == "missing":
        certificate = tmp_path / "missing.pem"
    else:
        certificate = tmp_path
    result = ask(workshop, "wss://localhost:1/v3.5/chat", certificate=certificate, key=key)
    assert result.status == "ERR_TLS", result
    assert "PEM" in result.hint
    assert str(certificate) in result.message or str(key) in result.message


def test_nobody_is_asked_for_a_password(
    workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """An encrypted key is refused, even with a terminal for a password."""
    certificate, key = authority.client("careful")
    key = encrypted(key, tmp_path / "encrypted.pem")
    asking = f"'{program(workshop)}' wss://localhost:1/v3.5/chat Hello"
    asking += f" certificate '{certificate}' key '{key}'"
    run = subprocess.run(
        ["script", "--quiet", "--return", "--command", asking, "/dev/null"],
        input="secret\nsecret\n",
        capture_output=True,
        text=True,
        timeout=60,
        env=workshop.service.environment(),
        check=False,
    )
    assert '"status": "SPARKCHAT_ERR_TLS"' in run.stdout, run.stdout + run.stderr
    assert "not encrypted" in run.stdout
    assert "phrase" not in run.stdout.lower()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("others", ["{}", "{};" + WRONG_PIN, WRONG_PIN + ";{}"])
def test_pin(
    others: str, version: ssl.TLSVersion, workshop: Workshop, authority: Authority
) -> None:
    """The right key is accepted, even with a resumed session."""
    with ScriptedServer(Echo(), authority.server(version)) as server:
        answers = ask_often(
            workshop,
            server.url,
            questions=2,
            ca_file=authority.file,
            pinned_public_key=others.format(authority.pin),
        )
    assert [result.status for result in answers] == ["OK", "OK"], answers
    assert [result.connection for result in answers] == [COLD, RESUMED]


@pytest.mark.parametrize("version", VERSIONS)
def test_wrong_pin(version: ssl.TLSVersion, workshop: Workshop, authority: Authority) -> None:
    """The certificate is valid, but the key is not pinned: no request is sent, and no retry."""
    echo = Echo()
    with ScriptedServer(echo, authority.server(version)) as server:
        answers = ask_often(
            workshop,
            server.url,
            questions=2,
            max_attempts=3,
            ca_file=authority.file,
            pinned_public_key=WRONG_PIN,
        )
        assert server.connections == 2
    for result in answers:
        assert (result.status, result.phase) == ("ERR_CERTIFICATE", "tls"), result
        assert result.attempts == 1
        assert "pin" in result.message


def test_pin_is_no_substitute_for_trust(workshop: Workshop, authority: Authority) -> None:
    """The right key with an untrusted certificate."""
    with ScriptedServer(Echo(), authority.server()) as server:
        result = ask(workshop, server.url, pinned_public_key=authority.pin)
    assert result.status == "ERR_CERTIFICATE", result


@pytest.mark.parametrize(
    "pins",
    [
        "",
        ";",
        "sha256//",
        "sha1//" + "A" * 43 + "=",
        "A" * 43 + "=",
        "sha256//" + "A" * 43,
        "sha256//" + "A" * 42 + "==",
        "sha256//" + "A" * 44,
        "sha256//" + "=" * 44,
        "sha256//" + "A" * 42 + "!=",
        "sha256//" + " " + "A" * 42 + "=",
        "sha256/" + "A" * 43 + "=",
        WRONG_PIN + ";nonsense",
        WRONG_PIN + ", " + WRONG_PIN,
    ],
)
def test_malformed_pin(pins: str, workshop: Workshop) -> None:
    """A malformed pin is refused before any connection."""
    result: Answer = ask(workshop, "wss://localhost:1/v3.5/chat", pinned_public_key=pins)
    assert result.status == "ERR_INVALID_ARGUMENT", result
    assert "pin" in result.message


@pytest.mark.parametrize("version", VERSIONS)
def test_resumption(version: ssl.TLSVersion, workshop: Workshop, authority: Authority) -> None:
    """Each connection except the first resumes a session; the server confirms it."""
    echo = Echo()
    with ScriptedServer(echo, authority.server(version)) as server:
        answers = ask_often(workshop, server.url, questions=6, ca_file=authority.file)
    assert [result.text for result in answers] == ["Hello"] * 6, answers
    assert [result.connection for result in answers] == [COLD] + [RESUMED] * 5
    assert echo.resumed == [False] + [True] * 5


def test_server_that_forgets_sessions(workshop: Workshop, authority: Authority) -> None:
    """A ticket that the server does not accept leads to a full handshake, not to a failure."""
    echo = Echo()

    def script(peer: Peer) -> None:
        if peer.number % 2 == 0:
            peer.use(authority.server())  # another context has different ticket keys
        echo(peer)

    with ScriptedServer(script, authority.server()) as server:
        answers = ask_often(workshop, server.url, questions=6, ca_file=authority.file)
    assert [result.text for result in answers] == ["Hello"] * 6, answers
    assert [result.connection == RESUMED for result in answers] == echo.resumed
    assert not echo.resumed[1]
