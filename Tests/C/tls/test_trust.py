"""SSL_CERT_FILE and SSL_CERT_DIR as OpenSSL reads them, and which certificates can be trusted."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from support.asking import Answer, ask
from support.authority import Authority
from support.cases import run_case
from support.compiler import PATIENCE, compiler
from support.paths import SUPPORT, TESTS
from support.peer import Peer, answer
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

NOBODY = 65534


def say_hello(peer: Peer) -> None:
    """Answer one question."""
    peer.secure()
    peer.upgrade()
    peer.send(answer(peer.question()))
    peer.goodbye()


def trusting(**variables: str) -> dict[str, str]:
    """Return an environment in which only these variables set the trusted certificates."""
    return {"SPARK_CA": "", **variables}


def hashed(file: Path, folder: Path) -> Path:
    """Put a certificate into a folder, as `openssl rehash` does."""
    folder.mkdir()
    shutil.copy(file, folder / "authority.pem")
    subprocess.run([compiler("openssl"), "rehash", str(folder)], check=True, capture_output=True)
    return folder


def test_list_of_directories(workshop: Workshop, authority: Authority, tmp_path: Path) -> None:
    """Missing directories are skipped, before and after the existing one."""
    good = hashed(authority.file, tmp_path / "certificates")
    with ScriptedServer(say_hello, authority.server()) as server:
        for names in (f"{good}", f"/missing:{good}", f"{good}:/missing", f"/:{good}"):
            result = ask(workshop, server.url, environment=trusting(SSL_CERT_DIR=names))
            assert result.status == "OK", (names, result)


def test_missing_beside_good(workshop: Workshop, authority: Authority, tmp_path: Path) -> None:
    good = hashed(authority.file, tmp_path / "certificates")
    with ScriptedServer(say_hello, authority.server()) as server:
        for file, directory in ((str(authority.file), "/missing"), ("/missing", str(good))):
            environment = trusting(SSL_CERT_FILE=file, SSL_CERT_DIR=directory)
            result = ask(workshop, server.url, environment=environment)
            assert result.status == "OK", result


def test_paths_that_are_not_utf_8(workshop: Workshop, authority: Authority, tmp_path: Path) -> None:
    """The system's paths are bytes, and OpenSSL reads them as they are."""
    file = tmp_path / os.fsdecode(b"authority \xff.pem")
    shutil.copy(authority.file, file)
    folder = hashed(authority.file, tmp_path / os.fsdecode(b"certificates \xe4"))
    with ScriptedServer(say_hello, authority.server()) as server:
        for variable, value in (("SSL_CERT_FILE", file), ("SSL_CERT_DIR", f"/missing:{folder}")):
            environment = trusting(**{variable: str(value)})
            result = ask(workshop, server.url, environment=environment)
            assert result.status == "OK", (variable, result)


def test_list_without_a_directory(workshop: Workshop) -> None:
    """Nothing would be trusted: the client is not made."""
    environment = trusting(SSL_CERT_DIR=":")
    result = ask(workshop, workshop.service.url("wss"), environment=environment)
    assert result.status == "ERR_TLS", result
    assert "CA directory" in result.message
    assert "SSL_CERT_DIR" in result.hint


def test_nothing_left_to_trust(workshop: Workshop) -> None:
    """The client is not made, and the hint names the variable to blame."""
    environment = trusting(SSL_CERT_FILE="/missing")
    result = ask(workshop, workshop.service.url("wss"), environment=environment)
    assert result.status == "ERR_TLS", result
    assert "/missing" in result.message
    assert "SSL_CERT_FILE" in result.hint


def test_file_without_certificates(workshop: Workshop, tmp_path: Path) -> None:
    """The reason is OpenSSL's own text."""
    junk = tmp_path / "junk.pem"
    junk.write_text("junk")
    environment = trusting(SSL_CERT_FILE=str(junk))
    result = ask(workshop, workshop.service.url("wss"), environment=environment)
    assert result.status == "ERR_TLS", result
    assert "no certificate" in result.message, result
    assert "SSL_CERT_FILE" in result.hint


@pytest.mark.parametrize("case", ["lost_directory", "lost_file"])
def test_lost_after_the_client_was_made(
    case: str, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """As after chroot(2): a file was read, a directory is to blame."""
    place = tmp_path / "authority.pem"
    shutil.copy(authority.file, place)
    if case == "lost_directory":
        place = hashed(authority.file, tmp_path / "certificates")
    with ScriptedServer(say_hello, authority.server()) as server:
        run_case(
            workshop.case_program(TESTS / "tls" / "lost_trust.c"),
            case,
            workshop,
            SPARK_URL=server.url,
            SPARK_CA="",
            SPARK_PLACE=str(place),
        )


def test_variables_that_trust_another(workshop: Workshop, authority: Authority) -> None:
    """The hint says that a variable replaced the system's certificates."""
    environment = trusting(SSL_CERT_FILE=str(authority.file))
    result = ask(workshop, workshop.service.url("wss"), environment=environment)
    assert result.status == "ERR_CERTIFICATE", result
    assert "SSL_CERT_FILE" in result.hint


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that every user may read."""
    with tempfile.TemporaryDirectory(prefix="sparkchat shared ") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_set_uid_program(workshop: Workshop, authority: Authority, shared_folder: Path) -> None:
    """It does not trust the certificates that its user sets: the variables do not count."""
    if os.geteuid() != 0:
        pytest.skip("only root can run a program as another user")
    trusted = shared_folder / "authority.pem"
    shutil.copy(authority.file, trusted)
    trusted.chmod(0o644)
    # Without sanitizers, which read the environment as well and fail in such programs.
    program = shared_folder / "ask"
    shutil.copy(workshop.case_program(SUPPORT / "ask.c"), program)

    def ask_as_nobody(url: str) -> Answer:
        run = subprocess.run(
            [program, url, "Hello"],
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            env={**workshop.service.environment(), **trusting(SSL_CERT_FILE=str(trusted))},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if run.returncode == 127:
            pytest.skip("another user cannot load the library from its folder")
        return Answer(run.stdout)

    with ScriptedServer(say_hello, authority.server()) as server:
        program.chmod(0o755)
        assert ask_as_nobody(server.url).status == "OK"
        program.chmod(0o4755)
        if os.statvfs(program).f_flag & os.ST_NOSUID:
            pytest.skip("the file system has no set-uid programs")
        result = ask_as_nobody(server.url)
    assert result.status == "ERR_CERTIFICATE", result
    assert "SSL_CERT_FILE" not in result.hint


def test_only_the_intermediate_is_trusted(workshop: Workshop, tmp_path: Path) -> None:
    """Any trusted certificate ends the chain: an intermediate authority's, or the server's."""
    below = trustme.CA().create_child_ca()
    issued = below.issue_cert("localhost")
    stranger = trustme.CA().create_child_ca()
    server_alone = tmp_path / "server.pem"
    certificate = x509.load_pem_x509_certificate(issued.cert_chain_pems[0].bytes())
    server_alone.write_bytes(certificate.public_bytes(Encoding.PEM))
    authority = Authority(tmp_path)
    context = authority.server()
    issued.configure_cert(context)
    with ScriptedServer(say_hello, context) as server:
        for name, pem in (("good", below.cert_pem), ("stranger", stranger.cert_pem)):
            file = tmp_path / f"{name}.pem"
            pem.write_to_path(str(file))
            result = ask(workshop, server.url, ca_file=file)
            assert result.status == ("OK" if name == "good" else "ERR_CERTIFICATE"), result
        assert ask(workshop, server.url, ca_file=server_alone).status == "OK"
        # The name is still checked.
        other = server.url.replace("localhost", "127.0.0.1")
        assert ask(workshop, other, ca_file=server_alone).status == "ERR_CERTIFICATE"
