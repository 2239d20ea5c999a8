"""Real proxies on a free loopback port, each with its own folder."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from proxy_kinds import HOSTS, KINDS, USER, Kind, Login, Setup, account


class RunningProxy:
    """A proxy that accepts connections."""

    def __init__(self, kind: Kind, setup: Setup, process: subprocess.Popen[bytes]) -> None:
        self.kind = kind
        self.port = setup.port
        self.login = setup.login
        self._folder = setup.folder
        self._process = process

    def url(self, login: Login | str | None = "its own") -> str:
        """Return its URL, with its own login unless another is passed."""
        login = self.login if isinstance(login, str) else login
        user = f"{login.quoted()}@" if login else ""
        return f"{self.kind.scheme}://{user}127.0.0.1:{self.port}"

    def log(self) -> str:
        """Return its log."""
        files = sorted(self._folder.glob("*.log"))
        return "\n".join(file.read_text(errors="replace") for file in files)

    def stop(self) -> None:
        """End it and wait until it has ended."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def find(program: str) -> str | None:
    """Return the path of a program; Debian keeps some outside of users' PATH."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def running(name: str, folder: Path, *, with_login: bool = False) -> Iterator[RunningProxy]:
    """Start a proxy, which ends with the block."""
    kind = KINDS[name]
    (folder / "hosts").write_text(HOSTS)
    login = Login(USER, kind.password) if with_login and kind.password else None
    setup = Setup(folder, free_port(), login)
    program = find(kind.program)
    assert program is not None, f"{kind.program} is not installed"
    command = [program, *kind.command(setup)[1:]]
    environment = {**os.environ, **hosts_for_proxy()}
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, account())
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **who(),
        )
    proxy = RunningProxy(kind, setup, process)
    try:
        wait_until_open(setup.port, process, proxy)
        yield proxy
    finally:
        proxy.stop()


def who() -> dict[str, Any]:
    """Return the same as options of a process."""
    if os.geteuid() != 0:
        return {}
    group = pwd.getpwnam(account()).pw_gid
    return {"user": account(), "group": group, "extra_groups": []}


def hosts_for_proxy() -> dict[str, str]:
    """Return the variables that give a process the hosts file in its folder."""
    library = glob.glob("/usr/lib/*/libnss_wrapper.so")
    assert library, "libnss-wrapper is not installed"
    return {"LD_PRELOAD": library[0], "NSS_WRAPPER_HOSTS": "hosts"}


def free_port() -> int:
    """Return an unused port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_open(port: int, process: subprocess.Popen[bytes], proxy: RunningProxy) -> None:
    """Wait until a port accepts connections."""
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the proxy did not start:\n{proxy.log()}") from None
            time.sleep(0.05)
