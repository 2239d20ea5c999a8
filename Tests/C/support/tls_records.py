"""A server's side of TLS that can write its own records, such as no library would send.

OpenSSL does the handshake and reveals its keys; a record is then encrypted here (RFC 8446, 5.2 and
7.3; RFC 5288).
"""

from __future__ import annotations

import hmac
import socket
import ssl
import struct
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HANDSHAKE, APPLICATION_DATA = 22, 23

# The smallest possible: no extensions, and a ticket and a nonce of one byte.
NEW_SESSION_TICKET = (
    b"\4"
    + (4 + 4 + 2 + 3 + 2).to_bytes(3, "big")
    + (struct.pack("!II", 7200, 0) + b"\1\0" + b"\0\1t" + b"\0\0")
)
HELLO_REQUEST = b"\0\0\0\0"
KEY_UPDATE, KEY_UPDATE_REQUESTED = b"\x18\0\0\1\0", b"\x18\0\0\1\1"


def prf(secret: bytes, seed: bytes, length: int, name: str) -> bytes:
    """Return bytes that TLS 1.2 derives from a secret (RFC 5246, 5)."""
    result, state = b"", seed
    while len(result) < length:
        state = hmac.digest(secret, state, name)
        result += hmac.digest(secret, state + seed, name)
    return result[:length]


def expand(secret: bytes, label: bytes, length: int, name: str) -> bytes:
    """Return bytes that TLS 1.3 derives from a secret (RFC 8446, 7.1)."""
    label = b"tls13 " + label
    info = struct.pack("!HB", length, len(label)) + label + b"\0"
    return hmac.digest(secret, info + b"\1", name)[:length]


class RecordTLS:
    """TLS over a connected socket; reads and writes like one."""

    def __init__(self, raw: socket.socket, context: ssl.SSLContext, log: Path) -> None:
        self._raw = raw
        context.keylog_filename = str(log)
        context.num_tickets = 0
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._flights = b""
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
        self._flush()
        self._start([line.split() for line in log.read_text().splitlines()])

    def _start(self, secrets: list[list[str]]) -> None:
        """Take over from OpenSSL, with the secrets of its log: a label, a random, a secret."""
        name, _, bits = self._tls.cipher() or ("", "", 0)
        assert "GCM" in name, name
        self._hash = "sha384" if "SHA384" in name else "sha256"
        self._key_size = bits // 8
        self._is_13 = self._tls.version() == "TLSv1.3"
        wanted = "SERVER_TRAFFIC_SECRET_0" if self._is_13 else "CLIENT_RANDOM"
        random, secret = next(rest for label, *rest in secrets if label == wanted)
        if self._is_13:
            self._sequence = 0
            self._use(bytes.fromhex(secret))
            return
        # Our Finished was the first record.
        self._sequence = 1
        # Our random follows the headers of the record and of the message, and the version.
        seed = b"key expansion" + self._flights[11:43] + bytes.fromhex(random)
        size = self._key_size
        block = prf(bytes.fromhex(secret), seed, 2 * size + 8, self._hash)
        self._cipher = AESGCM(block[size : 2 * size])
        self._salt = block[2 * size + 4 :]

    def _use(self, secret: bytes) -> None:
        self._secret = secret
        self._cipher = AESGCM(expand(secret, b"key", self._key_size, self._hash))
        self._salt = expand(secret, b"iv", 12, self._hash)

    def _fill(self) -> None:
        data = self._raw.recv(65536)
        if not data:
            raise ConnectionError("the client has left")
        self._incoming.write(data)

    def _flush(self) -> None:
        data = self._outgoing.read()
        self._flights += data if len(self._flights) < 43 else b""
        self._raw.sendall(data)

    def recv(self, count: int) -> bytes:
        """Return the client's next bytes."""
        while True:
            try:
                return self._tls.read(count)
            except ssl.SSLWantReadError:
                self._fill()

    def sendall(self, data: bytes) -> None:
        """Send bytes as a record."""
        self._raw.sendall(self.record(APPLICATION_DATA, data))

    def shutdown(self, how: int) -> None:
        """Shut the socket down."""
        self._raw.shutdown(how)

    def close(self) -> None:
        """Close the socket."""
        self._raw.close()

    def record(self, kind: int, content: bytes) -> bytes:
        """Return a record with this content, ready to be sent."""
        number = struct.pack("!Q", self._sequence)
        self._sequence += 1
        if self._is_13:
            nonce = bytes(a ^ b for a, b in zip(self._salt, b"\0\0\0\0" + number, strict=True))
            head = struct.pack("!BHH", APPLICATION_DATA, 0x0303, len(content) + 1 + 16)
            return head + self._cipher.encrypt(nonce, content + bytes((kind,)), head)
        extra = number + struct.pack("!BHH", kind, 0x0303, len(content))
        head = struct.pack("!BHH", kind, 0x0303, 8 + len(content) + 16)
        return head + number + self._cipher.encrypt(self._salt + number, content, extra)

    def key_updates(self, message: bytes) -> Iterator[bytes]:
        """Yield an endless series of records that change our key, each with the previous key."""
        while True:
            yield self.record(HANDSHAKE, message)
            self._use(expand(self._secret, b"traffic upd", len(self._secret), self._hash))
            self._sequence = 0

    def drain(self) -> None:
        """Read and discard what the client sends, until it leaves."""
        while self._raw.recv(65536):
            pass

    def send_raw(self, data: bytes) -> None:
        """Send records made by `record`."""
        self._raw.sendall(data)
