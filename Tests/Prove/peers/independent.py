"""Four WebSocket servers that share no code, each with a few lines of Spark's protocol."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

from .process import free_port, running

SERVERS = Path(__file__).resolve().parent / "servers"
NAMES = ("aiohttp", "websockets", "hypercorn", "libwebsockets")


class NotInstalled(Exception):
    """A server cannot be run here; the message says why."""


class Certificate:
    """A throw-away authority, and the files of a server certificate."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        issued = authority.issue_cert("localhost")
        self.ca_file = folder / "ca.pem"
        self.chain = folder / "chain.pem"
        self.key = folder / "key.pem"
        self.both = folder / "both.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        issued.cert_chain_pems[0].write_to_path(self.chain)
        issued.private_key_pem.write_to_path(self.key)
        issued.private_key_and_cert_chain_pem.write_to_path(self.both)


@contextmanager
def independent(name: str, scheme: str, folder: Path, certificate: Certificate) -> Iterator[str]:
    """Start a server and yield its chat URL."""
    port = free_port()
    command = [*_program(name, folder), str(port)]
    if scheme == "wss":
        command += [str(certificate.chain), str(certificate.key)]
    with running(command, port, folder / f"{name}-{scheme}.log", cwd=SERVERS):
        yield f"{scheme}://localhost:{port}/v3.5/chat"


def _program(name: str, folder: Path) -> list[str]:
    if name != "libwebsockets":
        return [sys.executable, "-B", f"with_{name}.py"]
    program = folder / name
    if not program.exists():
        _compile(SERVERS / f"with_{name}.c", program)
    return [str(program)]


def _compile(source: Path, program: Path) -> None:
    asked = ["pkg-config", "--cflags", "--libs", "libwebsockets", "jansson"]
    if shutil.which("pkg-config") is None:
        raise NotInstalled("pkg-config is not installed")
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise NotInstalled("libwebsockets-dev is not installed")
    command = ["cc", "-std=gnu11", "-O1", "-g", str(source), *answer.stdout.split()]
    subprocess.run([*command, "-o", str(program)], check=True, timeout=120)
