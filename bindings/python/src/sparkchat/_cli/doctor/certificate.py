"""Reads the issuer and validity of a certificate that is not trusted.

Python's ssl parses only certificates that it trusts, so this module parses the few fields.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from .network import Proxy

_TIMEOUT = 10
_COMMON_NAME, _ORGANIZATION = b"\x55\x04\x03", b"\x55\x04\x0a"
_VERSION, _GENERALIZED_TIME, _UTF16 = 0xA0, 0x18, 0x1E


@dataclass(frozen=True)
class Certificate:
    """The issuer and validity of a certificate."""

    issuer: str
    begins: str
    ends: str
    """The last day on which it is valid, as "2026-11-28"."""


def shown_by(host: str, port: int, proxy: Proxy | None) -> Certificate | None:
    """Return a server's certificate. None: it sends none, or the proxy uses SOCKS.

    No data is sent to the server, so it need not be trusted.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            _connected(host, port, proxy) as connection,
            context.wrap_socket(connection, server_hostname=host) as encrypted,
        ):
            shown = encrypted.getpeercert(binary_form=True)
            return read(shown) if shown else None
    except (OSError, ValueError, http.client.HTTPException):
        return None


def _connected(host: str, port: int, proxy: Proxy | None) -> socket.socket:
    if proxy is None:
        return socket.create_connection((host, port), _TIMEOUT)
    if not proxy.is_http:
        raise ConnectionError("SOCKS is not supported here")
    headers = {}
    if proxy.login:
        login = base64.b64encode(":".join(proxy.login).encode()).decode()
        headers["Proxy-Authorization"] = f"Basic {login}"
    way = http.client.HTTPConnection(proxy.host, proxy.port, timeout=_TIMEOUT)
    way.set_tunnel(host, port, headers)
    way.connect()
    connection: socket.socket = way.sock
    return connection


def read(der: bytes) -> Certificate | None:
    """Parse a certificate. None: it is not a certificate."""
    try:
        (_, whole), *_ = _elements(der)
        (_, signed), *_ = _elements(whole)
        members = [m for m in _elements(signed) if m[0] != _VERSION]
        # Serial number, signature algorithm, issuer, validity, ...
        issuer, validity = members[2][1], members[3][1]
        begins, ends = (_day(tag, text) for tag, text in _elements(validity))
        return Certificate(_name(issuer), begins, ends)
    except (IndexError, ValueError):
        return None


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the elements of DER: tag and content."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > len(data):
            raise ValueError("it is truncated")
        yield tag, data[at : at + length]
        at += length


def _name(issuer: bytes) -> str:
    found = {}
    for _, one in _elements(issuer):
        for _, pair in _elements(one):
            (_, kind), (tag, text) = _elements(pair)
            found[kind] = text.decode("utf-16-be" if tag == _UTF16 else "utf-8", "replace")
    parts = [found[kind] for kind in (_COMMON_NAME, _ORGANIZATION) if kind in found]
    return ", ".join(parts) or "an issuer without a name"


def _day(tag: int, text: bytes) -> str:
    digits = text.decode("ascii")
    if tag != _GENERALIZED_TIME:
        # RFC 5280, 4.1.2.5.1.
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
