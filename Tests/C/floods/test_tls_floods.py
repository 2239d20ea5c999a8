"""Servers that keep TLS busy without end, and never send a byte of data."""

from __future__ import annotations

import itertools
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from support.authority import Authority
from support.cases import run_case
from support.dialects import HTTP, encoded, said
from support.peer import Peer
from support.server import ScriptedServer
from support.tls_records import (
    APPLICATION_DATA,
    HANDSHAKE,
    HELLO_REQUEST,
    KEY_UPDATE,
    KEY_UPDATE_REQUESTED,
    NEW_SESSION_TICKET,
    RecordTLS,
)
from support.workshop import Workshop
from test_floods import CASES, SOURCE

pytestmark = pytest.mark.timeout(120)

TLS_12, TLS_13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
# What fits into one record.
FULL = 16_000

Records = Callable[[RecordTLS], Iterator[bytes]]


def many_in_each(message: bytes) -> Records:
    """Return what yields records full of one message of the handshake."""

    def records(tls: RecordTLS) -> Iterator[bytes]:
        content = message * (FULL // len(message))
        return (tls.record(HANDSHAKE, content) for _ in itertools.count())

    return records


def key_updates(message: bytes) -> Records:
    """Return what yields new keys, thousands at a time, which takes a while to prepare."""

    def records(tls: RecordTLS) -> Iterator[bytes]:
        updates = tls.key_updates(message)
        while True:
            yield b"".join(itertools.islice(updates, 20_000))

    return records


def empty_records(tls: RecordTLS) -> Iterator[bytes]:
    """Yield records of data without any."""
    while True:
        yield b"".join(tls.record(APPLICATION_DATA, b"") for _ in range(1000))


# What is sent, with which version, and whether a client may say that this is enough.
FLOODS: dict[str, tuple[Records, ssl.TLSVersion, bool]] = {
    "tickets": (many_in_each(NEW_SESSION_TICKET), TLS_13, False),
    "key updates": (key_updates(KEY_UPDATE), TLS_13, True),
    "requested key updates": (key_updates(KEY_UPDATE_REQUESTED), TLS_13, True),
    "empty records": (empty_records, TLS_13, True),
    "hello requests": (many_in_each(HELLO_REQUEST), TLS_12, True),
    "empty records, TLS 1.2": (empty_records, TLS_12, True),
}


class Flood:
    """Does the handshake, and then keeps it going."""

    def __init__(self, name: str, authority: Authority, folder: Path, stage: str) -> None:
        self._records, self._version, self.may_refuse = FLOODS[name]
        self._authority = authority
        self._folder = folder
        self._stage = stage

    def _secure(self, peer: Peer) -> RecordTLS:
        context = self._authority.server(self._version)
        if self._version == TLS_12:
            context.set_ciphers("ECDHE+AESGCM")
        log = self._folder / f"keys-{peer.number}"
        tls: RecordTLS = peer.wrap(lambda raw: RecordTLS(raw, context, log))
        return tls

    def __call__(self, peer: Peer) -> None:
        """Serve a connection."""
        tls = self._secure(peer)
        if self._stage == "upgrade":
            peer.head()
        elif self._stage == "HTTP":
            peer.body()
        elif self._stage == "kept":
            peer.body()
            event = b"data: " + encoded(HTTP.message(said("whole"))) + b"\n\ndata: [DONE]\n\n"
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            peer.send(head + b"Content-Length: %d\r\n\r\n" % len(event) + event)
        else:
            peer.upgrade()
        # What the client answers is read, or the answers would keep it from reading.
        threading.Thread(target=self._listen, args=(tls,), daemon=True).start()
        for records in self._records(tls):
            tls.send_raw(records)

    def _listen(self, tls: RecordTLS) -> None:
        with suppress(OSError):
            tls.drain()


def run(
    case: str,
    stage: str,
    name: str,
    workshop: Workshop,
    authority: Authority,
    folder: Path,
) -> None:
    """Run a case that checks everything itself."""
    flood = Flood(name, authority, folder, stage)
    with ScriptedServer(flood) as server:
        path = "v3.5/chat" if stage in ("upgrade", "answer") else "v1/chat/completions"
        scheme = "wss" if stage in ("upgrade", "answer") else "https"
        program = workshop.case_program(SOURCE)
        run_case(
            program,
            case,
            workshop,
            SPARK_URL=f"{scheme}://localhost:{server.port}/{path}",
            SPARK_CA=str(authority.with_others(workshop.service.ca_file)),
            MAY_REFUSE=str(int(flood.may_refuse)),
        )


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", FLOODS)
def test_in_place_of_an_answer(
    name: str, case: str, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """The connection is upgraded, and nothing else ever comes."""
    run(case, "answer", name, workshop, authority, tmp_path)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("stage", ["upgrade", "HTTP"])
def test_at_other_stages(
    stage: str, case: str, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """In place of the upgrade, and of a head over HTTP."""
    run(case, stage, "tickets", workshop, authority, tmp_path)


def test_on_a_kept_connection(workshop: Workshop, authority: Authority, tmp_path: Path) -> None:
    """A connection that waits for the next question is flooded: that one is answered elsewhere."""
    run("answer_ends", "kept", "tickets", workshop, authority, tmp_path)


@pytest.mark.parametrize("case", CASES)
def test_in_the_handshake(case: str, workshop: Workshop, authority: Authority) -> None:
    """A server may ask for a new handshake in the middle of one, and is passed over."""
    content = HELLO_REQUEST * (FULL // len(HELLO_REQUEST))
    records = (struct.pack("!BHH", HANDSHAKE, 0x0303, len(content)) + content) * 50

    def script(peer: Peer) -> None:
        while True:
            peer.send(records)

    with ScriptedServer(script) as server:
        url = f"wss://localhost:{server.port}/v3.5/chat"
        run_case(workshop.case_program(SOURCE), case, workshop, SPARK_URL=url, MAY_REFUSE="1")
