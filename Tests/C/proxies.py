"""Real proxies, each with a configuration of its own, on a free port of the loopback."""

from __future__ import annotations

import getpass
import glob
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

# Only the proxies can look this name up.
HIDDEN_HOST = "spark.test"
# They refuse to connect to this one.
FORBIDDEN_HOST = "forbidden.test"
HOSTS = f"127.0.0.1 localhost {HIDDEN_HOST}\n127.0.0.2 {FORBIDDEN_HOST}\n::1 localhost\n"
USER = "alice"


@dataclass(frozen=True)
class Login:
    """A user name and a password that a proxy asks for."""

    user: str
    password: str

    def quoted(self) -> str:
        """Return it as it stands in a URL."""
        return f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"


@dataclass(frozen=True)
class Setup:
    """What a proxy is to do."""

    folder: Path
    port: int
    login: Login | None


@dataclass(frozen=True)
class Kind:
    """A program, and how to run it."""

    scheme: str
    program: str
    command: Callable[[Setup], list[str]]
    password: str | None = None


class RunningProxy:
    """A proxy that accepts connections."""

    def __init__(self, kind: Kind, setup: Setup, process: subprocess.Popen[bytes]) -> None:
        self.kind = kind
        self.port = setup.port
        self.login = setup.login
        self._folder = setup.folder
        self._process = process

    def url(self, login: Login | str | None = "its own") -> str:
        """Return its URL, with its own login unless another is given."""
        login = self.login if isinstance(login, str) else login
        user = f"{login.quoted()}@" if login else ""
        return f"{self.kind.scheme}://{user}127.0.0.1:{self.port}"

    def log(self) -> str:
        """Return what it has written."""
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


def tinyproxy(setup: Setup) -> list[str]:
    """HTTP, with its own words for refusals."""
    lines = [f"Port {setup.port}", "Listen 127.0.0.1", "Timeout 60", "LogLevel Connect"]
    if setup.login:
        lines.append(f"BasicAuth {setup.login.user} {setup.login.password}")
    (setup.folder / "filter").write_text(f"{FORBIDDEN_HOST}\n")
    lines.append('Filter "filter"')
    config = setup.folder / "tinyproxy.conf"
    config.write_text("\n".join(lines) + "\n")
    return ["tinyproxy", "-d", "-c", config.name]


def squid(setup: Setup) -> list[str]:
    """HTTP, the proxy of many companies."""
    lines = [
        f"http_port 127.0.0.1:{setup.port}",
        f"cache_effective_user {account()}",
        "hosts_file hosts",
        "access_log stdio:access.log",
        "cache_log cache.log",
        "cache deny all",
        "pid_filename none",
        "netdb_filename none",
        "pinger_enable off",
        "visible_hostname proxy.test",
        "shutdown_lifetime 0 seconds",
        "connect_timeout 5 seconds",
        f"acl forbidden dstdomain {FORBIDDEN_HOST}",
        "http_access deny forbidden",
    ]
    if setup.login:
        checker = setup.folder / "checker.sh"
        pair = f"{setup.login.user} {quote(setup.login.password, safe='@:/')}"
        checker.write_text(
            "#!/bin/sh\nwhile read -r line; do\n"
            f"  [ \"$line\" = '{pair}' ] && echo OK || echo ERR\ndone\n"
        )
        checker.chmod(0o700)
        lines += [
            "auth_param basic program ./checker.sh",
            "auth_param basic children 1 startup=1",
            "acl known proxy_auth REQUIRED",
            "http_access allow known",
        ]
    else:
        lines.append("http_access allow all")
    config = setup.folder / "squid.conf"
    config.write_text("\n".join(lines) + "\n")
    return ["squid", "-N", "-n", f"spark{setup.port}", "-f", config.name]


def microsocks(setup: Setup) -> list[str]:
    """SOCKS 5, as small as it gets."""
    command = ["microsocks", "-i", "127.0.0.1", "-p", str(setup.port)]
    if setup.login:
        command += ["-u", setup.login.user, "-P", setup.login.password]
    return command


def dante(setup: Setup) -> list[str]:
    """SOCKS 5, with rules."""
    config = setup.folder / "danted.conf"
    everywhere = "from: 0/0 to: 0/0"
    config.write_text(
        "logoutput: stderr\n"
        f"internal: 127.0.0.1 port = {setup.port}\n"
        "external: lo\n"
        f"user.privileged: {account()}\nuser.unprivileged: {account()}\n"
        "clientmethod: none\nsocksmethod: none\n"
        f"client pass {{ {everywhere} }}\n"
        f"socks block {{ from: 0/0 to: {FORBIDDEN_HOST} log: connect error }}\n"
        f"socks pass {{ {everywhere} log: connect error }}\n"
    )
    return ["danted", "-f", config.name, "-p", "danted.pid"]


KINDS = {
    "tinyproxy": Kind("http", "tinyproxy", tinyproxy, password="hunter2"),
    "squid": Kind("http", "squid", squid, password="h@nt:er/2%41"),
    "microsocks": Kind("socks5", "microsocks", microsocks, password="h@nt:er/2%41 ü"),
    # It only knows the accounts of the machine, so there is no login to test.
    "danted": Kind("socks5", "danted", dante),
}


def find(program: str) -> str | None:
    """Return the path of a program; Debian keeps some where users do not look."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def running(name: str, folder: Path, *, with_login: bool = False) -> Iterator[RunningProxy]:
    """Start a proxy; it ends with the block."""
    kind = KINDS[name]
    (folder / "hosts").write_text(HOSTS)
    login = Login(USER, kind.password) if with_login and kind.password else None
    setup = Setup(folder, free_port(), login)
    path = find(kind.program)
    assert path is not None, f"{kind.program} is not installed"
    command = [path, *kind.command(setup)[1:]]
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


def account() -> str:
    """Return who runs the proxies: squid refuses to be root."""
    return "nobody" if os.geteuid() == 0 else getpass.getuser()


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
    """Return a port that nobody uses."""
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
