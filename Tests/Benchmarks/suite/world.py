"""The servers that the clients talk to, and the certificates between them."""

from __future__ import annotations

import json
import subprocess
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import trustme

from suite import build


class Server:
    """A process that prints its ports when it is ready and ends with its standard input."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.ports: dict[str, int] = json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()


class World:
    """One load server, another that offers TLS sessions, and a relay that delays what goes to
    that one. Each starts when it is first needed.

    Only that server has sessions, since the client on `websockets` sometimes hangs if there are
    tickets, probably because one thread reads the ticket while another writes the request."""

    DELAY_MS = 50

    def __init__(self) -> None:
        folder = build.OUT / "certificates"
        folder.mkdir(parents=True, exist_ok=True)
        self.ca_file = str(folder / "ca.pem")
        self._certificate = _issue(folder, Path(self.ca_file))
        self._servers: dict[str, Server] = {}

    def start(self) -> None:
        """Start the load server now, for callers with more than one thread."""
        self._ports("near")

    def _ports(self, server: str) -> dict[str, int]:
        if server not in self._servers:
            program, arguments = "load_server", [*self._certificate]
            if server == "near":
                arguments.append("--no-tickets")
            elif server == "far":
                program = "relay"
                arguments = [str(self._ports("resuming")["wss"]), str(self.DELAY_MS)]
            self._servers[server] = Server(build.program(program), *arguments)
        return self._servers[server].ports

    def url(self, place: str, **parameters: int | str) -> str:
        """Return the URL of an answer; `place` is a scheme, "resuming" or "far"."""
        # In the path, since some clients drop the URL's query.
        settings = "".join(f"/{name}={value}" for name, value in parameters.items())
        if place in ("https", "http"):
            port = self._ports("near")["wss" if place == "https" else "ws"]
            return f"{place}://127.0.0.1:{port}/v1{settings}/chat/completions"
        if place in ("wss", "ws"):
            return f"{place}://127.0.0.1:{self._ports('near')[place]}/v3.5/chat{settings}"
        ports = self._ports(place)
        port = ports["port"] if place == "far" else ports["wss"]
        return f"wss://127.0.0.1:{port}/v3.5/chat{settings}"

    def stop(self) -> None:
        for server in reversed(self._servers.values()):
            server.stop()


def _issue(folder: Path, ca_file: Path) -> tuple[str, str]:
    """Write the files of a temporary CA, and return the server's certificate and key."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(ca_file))
    certificate, key = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(key))
    return str(certificate), str(key)


@cache
def answer(frames: int, style: str = "plain", repeat: int = 1) -> tuple[int, int]:
    """Return length and checksum of the text of an answer."""
    command = [build.program("load_server"), "--text", str(frames), style, str(repeat)]
    text = subprocess.run(command, check=True, capture_output=True).stdout
    return len(text), zlib.crc32(text)


def run(command: list[str], **environment: str) -> dict[str, Any]:
    """Run a client and return its output: one line of JSON."""
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment},
    )
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed:\n{done.stderr or done.stdout}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
