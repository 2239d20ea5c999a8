"""The proxies of the tests: how each is configured and run."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# Only the proxies can look this name up.
HIDDEN_HOST = "spark.test"
# The proxies refuse to connect to this host.
FORBIDDEN_HOST = "forbidden.test"
HOSTS = f"127.0.0.1 localhost {HIDDEN_HOST}\n127.0.0.2 {FORBIDDEN_HOST}\n::1 localhost\n"
USER = "alice"


@dataclass(frozen=True)
class Login:
    """A user name and a password that a proxy requires."""

    user: str
    password: str

    def quoted(self) -> str:
        """Return the login as it is written in a URL."""
        return f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"


@dataclass(frozen=True)
class Setup:
    """The configuration of a proxy."""

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


def account() -> str:
    """Return the account that runs the proxies: squid refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else getpass.getuser()


def tinyproxy(setup: Setup) -> list[str]:
    """HTTP, with its own texts for refusals."""
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
    """SOCKS 5, minimal."""
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
    # It accepts only the machine's accounts, so there is no login to test.
    "danted": Kind("socks5", "danted", dante),
}
