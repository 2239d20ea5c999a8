"""Two machines connected by a virtual cable, made of network namespaces.

The client's side runs programs; the server's side has sockets of this process, behind a router's
rules.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

SERVER_V4, CLIENT_V4 = "10.77.0.1", "10.77.0.2"
SERVER_V6, CLIENT_V6 = "fd77::1", "fd77::2"
_CLONE_NEWNET = 0x40000000


class Unavailable(Exception):
    """Networks cannot be made here; the message says why."""


def _run(*command: str, given: str | None = None) -> None:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(command)}: {done.stderr.strip()}")


class Network:
    """A client, a server, and the cable between them."""

    def __init__(self, name: str) -> None:
        self._client, self._server = f"{name}-c", f"{name}-s"
        self._wire = (f"{name[-9:]}-c0", f"{name[-9:]}-s0")
        self._names = Path("/etc/netns") / self._client
        self.has_ipv6 = False

    @property
    def client(self) -> tuple[str, ...]:
        """The words that precede a command to run it at the client."""
        return ("ip", "netns", "exec", self._client)

    def build(self) -> None:
        """Set up the network."""
        near, far = self._wire
        for space in (self._client, self._server):
            _run("ip", "netns", "add", space)
            _run("ip", "-n", space, "link", "set", "lo", "up")
        _run("ip", "-n", self._client, "link", "add", near, "type", "veth", "peer", "name", far)
        _run("ip", "-n", self._client, "link", "set", far, "netns", self._server)
        self._address(self._client, near, f"{CLIENT_V4}/24")
        self._address(self._server, far, f"{SERVER_V4}/24")
        with contextlib.suppress(Unavailable):
            # The addresses outlast an unplugged cable.
            keep = "net.ipv6.conf.all.keep_addr_on_down=1"
            _run("ip", "netns", "exec", self._client, "sysctl", "-q", "-w", keep)
            self._address(self._client, near, f"{CLIENT_V6}/64", "nodad")
            self._address(self._server, far, f"{SERVER_V6}/64", "nodad")
            self.has_ipv6 = True
        self.wire("up")
        _run("ip", "-n", self._server, "link", "set", far, "up")
        self.names({})

    def _address(self, space: str, device: str, address: str, *flags: str) -> None:
        _run("ip", "-n", space, "address", "add", address, "dev", device, *flags)

    def remove(self) -> None:
        """Remove everything."""
        for space in (self._client, self._server):
            with contextlib.suppress(Unavailable):
                _run("ip", "netns", "delete", space)
        shutil.rmtree(self._names, ignore_errors=True)

    def wire(self, state: str) -> None:
        """Set the client's end of the cable `up` or `down`."""
        _run("ip", "-n", self._client, "link", "set", self._wire[0], state)

    def lose_ipv4(self) -> None:
        """Leave the client with only IPv6."""
        _run("ip", "-n", self._client, "-4", "address", "flush", "dev", self._wire[0])

    def names(self, addresses: dict[str, list[str]]) -> None:
        """Set the addresses that the client finds for names."""
        self._names.mkdir(parents=True, exist_ok=True)
        lines = [f"{address} {name}\n" for name, found in addresses.items() for address in found]
        (self._names / "hosts").write_text("".join(lines))
        (self._names / "nsswitch.conf").write_text("hosts: files\n")

    def rules(self, incoming: str, outgoing: str = "") -> None:
        """Replace the nftables rules of the server's side."""
        chains = "".join(
            f"chain {hook} {{\n type filter hook {hook} priority 0\n {rule}\n}}\n"
            for hook, rule in (("input", incoming), ("output", outgoing))
        )
        given = f"flush ruleset\ntable inet trial {{\n{chains}}}\n"
        _run("ip", "netns", "exec", self._server, "nft", "-f", "-", given=given)

    def listener(self) -> socket.socket:
        """Return a socket that listens at the server, at all its addresses."""
        made: list[socket.socket] = []
        failed: list[OSError] = []

        def make() -> None:
            # Only this thread enters the namespace; the socket stays in it.
            try:
                with open(f"/run/netns/{self._server}") as space:
                    if ctypes.CDLL(None, use_errno=True).setns(space.fileno(), _CLONE_NEWNET):
                        code = ctypes.get_errno()
                        raise OSError(code, os.strerror(code))
                if self.has_ipv6:
                    family = socket.AF_INET6
                    made.append(socket.create_server(("", 0), family=family, dualstack_ipv6=True))
                else:
                    made.append(socket.create_server(("", 0)))
            except OSError as failure:
                failed.append(failure)

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        if failed:
            raise Unavailable(f"no socket in a namespace: {failed[0]}")
        return made[0]


@contextlib.contextmanager
def network() -> Iterator[Network]:
    """Yield a network for this test. Raises `Unavailable` if that is not allowed."""
    if os.geteuid() != 0:
        raise Unavailable("network namespaces need root")
    for program in ("ip", "nft"):
        if shutil.which(program) is None:
            raise Unavailable(f"{program} is not installed")
    made = Network(f"spark{os.getpid()}")
    try:
        made.build()
        made.rules("accept")
        yield made
    finally:
        made.remove()
