"""Listening sockets: the same port for IPv4 and IPv6, with a long queue."""

from __future__ import annotations

import errno
import socket

BACKLOG = 4096
_LOCAL = ("127.0.0.1", "localhost")


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


def _bind_both(port: int) -> list[socket.socket]:
    four = _bind(socket.AF_INET, "127.0.0.1", port)
    try:
        return [four, _bind(socket.AF_INET6, "::1", four.getsockname()[1])]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            four.close()
            raise
        # No IPv6 here: use IPv4 alone.
        return [four]


def listen_on(host: str, port: int) -> list[socket.socket]:
    """Bind a port (0: any free one). On the loopback, bind IPv4 and IPv6, as for `localhost`."""
    if host not in _LOCAL:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return [_bind(family, host, port)]
    for _ in range(50):
        try:
            return _bind_both(port)
        except OSError:
            if port:
                raise
    raise OSError(errno.EADDRINUSE, "no port is free for both IPv4 and IPv6")


def port_of(sockets: list[socket.socket]) -> int:
    """Return the port that sockets made by `listen_on` share."""
    port: int = sockets[0].getsockname()[1]
    return port
