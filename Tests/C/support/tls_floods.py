"""Endless TLS records without a byte of data."""

from __future__ import annotations

import itertools
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from .authority import Authority
from .dialects import HTTP, encoded, said
from .peer import Peer
from .tls_records import (
    APPLICATION_DATA,
    HANDSHAKE,
    HELLO_REQUEST,
    KEY_UPDATE,
    KEY_UPDATE_REQUESTED,
    NEW_SESSION_TICKET,
    RecordTLS,
)

TLS_12, TLS_13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
# The content of a full record.
FULL = 16_000

Records = Callable[[RecordTLS], Iterator[bytes]]


def many_in_each(message: bytes) -> Records:
    """Return a function that yields records full of one handshake message."""

    def records(tls: RecordTLS) -> Iterator[bytes]:
        content = message * (FULL // len(message))
        return (tls.record(HANDSHAKE, content) for _ in itertools.count())

    return records


def key_updates(message: bytes) -> Records:
    """Return a function that yields new keys, thousands at a time; they take a while to prepare."""

    def records(tls: RecordTLS) -> Iterator[bytes]:
        updates = tls.key_updates(message)
        while True:
            yield b"".join(itertools.islice(updates, 20_000))

    return records


def empty_records(tls: RecordTLS) -> Iterator[bytes]:
    """Yield empty data records."""
    while True:
        yield b"".join(tls.record(APPLICATION_DATA, b"") for _ in range(1000))


# The records, the TLS version, and whether a client may refuse the flood as too much.
TLS_FLOODS: dict[str, tuple[Records, ssl.TLSVersion, bool]] = {
    "tickets": (many_in_each(NEW_SESSION_TICKET), TLS_13, False),
    "key updates": (key_updates(KEY_UPDATE), TLS_13, True),
    "requested key updates": (key_updates(KEY_UPDATE_REQUESTED), TLS_13, True),
    "empty records": (empty_records, TLS_13, True),
    "hello requests": (many_in_each(HELLO_REQUEST), TLS_12, True),
    "empty records, TLS 1.2": (empty_records, TLS_12, True),
}


class TLSFlood:
    """Does the handshake, and then floods the client."""

    def __init__(self, name: str, authority: Authority, folder: Path, stage: str) -> None:
        self._records, self._version, self.may_refuse = TLS_FLOODS[name]
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
        # The client's answers must be read, or they would block the client from reading.
        threading.Thread(target=self._listen, args=(tls,), daemon=True).start()
        for records in self._records(tls):
            tls.send_raw(records)

    def _listen(self, tls: RecordTLS) -> None:
        with suppress(OSError):
            tls.drain()


def handshakes(peer: Peer) -> None:
    """Request a new handshake in the middle of one that is not secured yet."""
    content = HELLO_REQUEST * (FULL // len(HELLO_REQUEST))
    records = (struct.pack("!BHH", HANDSHAKE, 0x0303, len(content)) + content) * 50
    while True:
        peer.send(records)
