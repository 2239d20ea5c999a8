"""`make` without Swift, with a local server instead of swift.org.

The toolchain is a shell script in a tar, signed by a key that the tests made. The real download
is not tested.
"""

from __future__ import annotations

import io
import os
import signal
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from clones import VERSION, Clone
from downloads import Downloads
from signing import Keys
from support.paths import ROOT

NAME = f"swift-{VERSION}-RELEASE"
ARCHIVE = f"/swift-{VERSION}-release/debian12/{NAME}/{NAME}-debian12.tar.gz"
GOOD = f"Swift version {VERSION} ({NAME})"


def toolchain(script: str = f"echo '{GOOD}'") -> bytes:
    """Return a tar with one program, and padding so that it can be cut."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name, data in (
            ("bin/swift", f"#!/bin/sh\n{script}\n".encode()),
            ("pad", os.urandom(99999)),
        ):
            member = tarfile.TarInfo(f"{NAME}-debian12/usr/{name}")
            member.size, member.mode = len(data), 0o755
            tar.addfile(member, io.BytesIO(data))
    return content.getvalue()


@dataclass(frozen=True)
class Signers:
    """What the tests need once: keys, and a toolchain with its signature."""

    keys: Keys
    swift: str
    other: str
    archive: bytes
    signature: bytes


@pytest.fixture(scope="module")
def signers() -> Iterator[Signers]:
    keys = Keys()
    swift, other = keys.make("Swift"), keys.make("Other")
    archive = toolchain()
    yield Signers(keys, swift, other, archive, keys.sign(swift, archive))
    keys.close()


@pytest.fixture
def downloads(tmp_path: Path, signers: Signers) -> Iterator[Downloads]:
    downloads = Downloads(tmp_path)
    downloads.files = {
        "/key.asc": signers.keys.public(signers.swift),
        ARCHIVE: signers.archive,
        f"{ARCHIVE}.sig": signers.signature,
    }
    yield downloads
    downloads.close()


@pytest.fixture
def clone(tmp_path: Path, downloads: Downloads, signers: Signers) -> Clone:
    return Clone(tmp_path, downloads, signers.swift)


def assert_fetched(clone: Clone, *arguments: str) -> None:
    outcome = clone.make("SWIFT=fetch", *arguments)
    assert outcome.status == 0, outcome.said
    assert outcome.said.splitlines()[-1] == GOOD
    assert not clone.part.exists()


def assert_refused(clone: Clone, reason: str) -> None:
    outcome = clone.make("SWIFT=fetch")
    assert outcome.status != 0
    assert reason in outcome.said
    assert not clone.toolchain.exists()


def test_without_a_yes_it_says_what_and_asks_nobody(
    clone: Clone, downloads: Downloads, signers: Signers
) -> None:
    outcome = clone.make()
    assert outcome.status != 0
    for part in (
        "Swift 6.3 is needed, and there is none in PATH",
        f"{downloads.url}{ARCHIVE}",
        "about 1 GB",
        signers.swift,
        "make SWIFT=fetch",
        "https://www.swift.org/install/linux/",
        "packaging/Containerfile",
    ):
        assert part in outcome.said
    assert not downloads.asked
    assert not (clone.root / "build").exists()
    assert not (clone.root / "needed").exists()


@pytest.mark.parametrize("answer", [b"y\n", b"Yes\n"])
def test_yes_in_a_terminal(clone: Clone, answer: bytes) -> None:
    outcome = clone.make_in_terminal(answer)
    assert outcome.status == 0, outcome.said
    assert "Fetch it now? [y/N]" in outcome.said
    assert outcome.said.splitlines()[-1] == GOOD


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"\x04"])
def test_anything_else_in_a_terminal(clone: Clone, downloads: Downloads, answer: bytes) -> None:
    outcome = clone.make_in_terminal(answer)
    assert outcome.status != 0
    assert "Nothing was fetched" in outcome.said
    assert not downloads.asked


def test_fetched_once(clone: Clone, downloads: Downloads) -> None:
    assert_fetched(clone)
    assert "curl" in (clone.root / "needed").read_text()
    downloads.asked.clear()
    outcome = clone.make()
    assert (outcome.status, outcome.said.splitlines()) == (0, [GOOD])
    assert not downloads.asked


def test_fetched_goes_before_an_old_one_in_path(clone: Clone) -> None:
    clone.program(clone.tools / "swift", "echo 'Swift version 5.9.2 (swift-5.9.2-RELEASE)'")
    outcome = clone.make()
    assert outcome.status != 0
    assert f"Swift 6.3 is needed, and {clone.tools}/swift is Swift 5.9.2" in outcome.said
    assert_fetched(clone)


@pytest.mark.parametrize("version", ["6.3", "6.10.1", "7.0-dev (LLVM 1)"])
def test_new_enough_in_path(clone: Clone, downloads: Downloads, version: str) -> None:
    clone.program(clone.tools / "swift", f"echo 'Swift version {version}'")
    outcome = clone.make("SWIFT=fetch")
    assert (outcome.status, outcome.said.splitlines()) == (0, [f"Swift version {version}"])
    assert not downloads.asked


def test_changed_archive(clone: Clone, downloads: Downloads) -> None:
    downloads.files[ARCHIVE] = toolchain("echo something else")
    assert_refused(clone, "the signature")
    assert not clone.part.exists()


def test_signed_by_another_key(clone: Clone, downloads: Downloads, signers: Signers) -> None:
    keys = signers.keys
    downloads.files[f"{ARCHIVE}.sig"] = keys.sign(signers.other, signers.archive)
    assert_refused(clone, "the signature")
    # The same if the server has both keys.
    downloads.files["/key.asc"] = keys.public(signers.swift) + keys.public(signers.other)
    assert_refused(clone, "the signature")
    assert not clone.part.exists()


def test_environment_changes_nothing_that_is_pinned(
    clone: Clone, downloads: Downloads, signers: Signers
) -> None:
    downloads.files["/key.asc"] = signers.keys.public(signers.other)
    downloads.files[f"{ARCHIVE}.sig"] = signers.keys.sign(signers.other, signers.archive)
    outcome = clone.make(f"SWIFT_KEY={signers.other}", SWIFT="fetch", SWIFT_KEY=signers.other)
    assert outcome.status != 0
    assert f"is not by {signers.swift}" in outcome.said


def test_revoked_key(clone: Clone, downloads: Downloads, signers: Signers) -> None:
    key = signers.keys.make("Revoked")
    clone.pin(SWIFT_KEY=key)
    downloads.files[f"{ARCHIVE}.sig"] = signers.keys.sign(key, signers.archive)
    signers.keys.revoke(key)
    downloads.files["/key.asc"] = signers.keys.public(key)
    assert_refused(clone, "the signature")


def test_truncated_goes_on(clone: Clone, downloads: Downloads) -> None:
    downloads.cuts[ARCHIVE] = 5000
    assert_refused(clone, "could not be downloaded")
    assert_fetched(clone)
    assert downloads.asked[-1] == (ARCHIVE, "bytes=5000-")


def test_truncated_starts_over_where_the_server_cannot_go_on(
    clone: Clone, downloads: Downloads
) -> None:
    downloads.cuts[ARCHIVE] = 5000
    downloads.has_ranges = False
    assert_refused(clone, "could not be downloaded")
    assert_fetched(clone)


def test_whole_archive_is_not_asked_for_again(
    clone: Clone, downloads: Downloads, signers: Signers
) -> None:
    clone.part.mkdir(parents=True)
    (clone.part / "toolchain.tar.gz").write_bytes(signers.archive)
    assert_fetched(clone)
    assert ARCHIVE not in [path for path, _ in downloads.asked]


def test_whole_archive_with_a_part_s_name(
    clone: Clone, downloads: Downloads, signers: Signers
) -> None:
    clone.part.mkdir(parents=True)
    (clone.part / "toolchain.tar.gz.part").write_bytes(signers.archive)
    assert_fetched(clone)


def test_interrupted(clone: Clone, downloads: Downloads) -> None:
    downloads.cuts[ARCHIVE] = 5000
    downloads.stalls = True
    with clone.start("SWIFT=fetch") as process:
        assert downloads.stalled.wait(30)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode != 0
    assert not clone.toolchain.exists()
    assert_fetched(clone)


@pytest.mark.parametrize("missing", ["/key.asc", ARCHIVE, f"{ARCHIVE}.sig"])
def test_not_found(clone: Clone, downloads: Downloads, missing: str) -> None:
    del downloads.files[missing]
    assert_refused(clone, f"{missing} could not be downloaded")


def test_no_network(clone: Clone, downloads: Downloads) -> None:
    clone.pin(SWIFT_KEY_URL="https://swift.invalid/key.asc")
    assert_refused(clone, "Could not resolve host: swift.invalid")


def test_only_over_tls(clone: Clone, downloads: Downloads) -> None:
    clone.pin(SWIFT_KEY_URL="http://swift.invalid/key.asc")
    assert_refused(clone, '"http" not supported')


def test_toolchain_that_does_not_run(clone: Clone, downloads: Downloads, signers: Signers) -> None:
    archive = toolchain("echo 'libxml2.so.2: cannot open shared object file' >&2; exit 127")
    downloads.files[ARCHIVE] = archive
    downloads.files[f"{ARCHIVE}.sig"] = signers.keys.sign(signers.swift, archive)
    assert_refused(clone, "does not run here:\nlibxml2.so.2: cannot open shared object file")


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (("debian", "12", "aarch64"), "debian12-aarch64/{}-debian12-aarch64"),
        (("debian", "13", "x86_64"), "debian12/{}-debian12"),
        (("ubuntu", "22.04", "x86_64"), "ubuntu2204/{}-ubuntu22.04"),
        (("ubuntu", "24.04", "aarch64"), "ubuntu2404-aarch64/{}-ubuntu24.04-aarch64"),
    ],
)
def test_what_is_for_which(clone: Clone, here: tuple[str, str, str], there: str) -> None:
    clone.on(*here)
    said = clone.make().said
    path = there.format(f"{NAME}/{NAME}")
    assert f"/swift-{VERSION}-release/{path}.tar.gz\n" in said
    assert ("(Debian 12's: " in said) == (here[1] == "13")


@pytest.mark.parametrize("here", [("fedora", "41", "x86_64"), ("debian", "12", "riscv64")])
def test_what_there_is_nothing_for(
    clone: Clone, downloads: Downloads, here: tuple[str, str, str]
) -> None:
    clone.on(*here)
    outcome = clone.make("SWIFT=fetch")
    assert outcome.status != 0
    assert "Debian 12 and 13 and Ubuntu 22.04 and 24.04, on x86_64 and aarch64" in outcome.said
    assert f"this is {here[0]}{here[1]} on {here[2]}" in outcome.said
    assert not downloads.asked


def test_container_has_the_same_version() -> None:
    assert f"SWIFT_VERSION={VERSION}\n" in (ROOT / "packaging" / "swift.env").read_text()
    assert f"swift:{VERSION}-" in (ROOT / "packaging" / "Containerfile").read_text()
