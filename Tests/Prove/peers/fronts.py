"""nginx and haproxy in front of a service, both with TLS of their own. They run as nobody."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programs import ROOT

from .independent import Certificate, NotInstalled
from .process import find, free_port, running

UNPACKED = ROOT / "build" / "debian"


@dataclass(frozen=True)
class Plan:
    """How to set up a front: a plain port and one with TLS, for a service on the loopback."""

    folder: Path
    port: int
    tls_port: int
    service: int
    certificate: Path


@dataclass(frozen=True)
class Front:
    """A running front."""

    port: int
    tls_port: int
    ca_file: Path

    def base(self, scheme: str) -> str:
        """Return scheme, host and port."""
        port = self.tls_port if scheme in ("wss", "https") else self.port
        return f"{scheme}://localhost:{port}"


def nginx(plan: Plan) -> list[str]:
    """Configure nginx as people do for WebSockets and event streams."""
    (plan.folder / "nginx.conf").write_text(
        f"""
daemon off; master_process off; pid nginx.pid; error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  server {{
    listen 127.0.0.1:{plan.port};
    listen 127.0.0.1:{plan.tls_port} ssl;
    ssl_certificate {plan.certificate}; ssl_certificate_key {plan.certificate};
    client_max_body_size 0;
    location / {{
      proxy_pass http://127.0.0.1:{plan.service};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_buffering off;
    }}
  }}
}}
"""
    )
    return ["nginx", "-e", "stderr", "-p", str(plan.folder), "-c", "nginx.conf"]


def haproxy(plan: Plan) -> list[str]:
    """Configure haproxy with little more than its own defaults."""
    (plan.folder / "haproxy.cfg").write_text(
        f"""
global
  maxconn 512
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
  timeout tunnel 60s
frontend front
  bind 127.0.0.1:{plan.port}
  bind 127.0.0.1:{plan.tls_port} ssl crt {plan.certificate}
  default_backend service
backend service
  server one 127.0.0.1:{plan.service}
"""
    )
    return ["haproxy", "-db", "-f", "haproxy.cfg"]


KINDS: dict[str, tuple[Callable[[Plan], list[str]], tuple[str, ...]]] = {
    "nginx": (nginx, ("nginx",)),
    "haproxy": (
        haproxy,
        ("haproxy", "liblua5.3-0", "libopentracing1", "libopentracing-c-wrapper0"),
    ),
}


@contextmanager
def front(name: str, service: int, folder: Path, certificate: Certificate) -> Iterator[Front]:
    """Start a front for the service at this port."""
    folder.mkdir()
    plan = Plan(folder, free_port(), free_port(), service, folder / "both.pem")
    shutil.copy(certificate.both, plan.certificate)
    configure, packages = KINDS[name]
    _, *arguments = configure(plan)
    program = find(name) or _unpacked(name, packages)
    libraries = ":".join(map(str, (UNPACKED / name / "usr" / "lib").glob("*-linux-*")))
    environment = {**os.environ, "LD_LIBRARY_PATH": libraries}
    with running(
        [program, *arguments],
        plan.tls_port,
        folder.parent / f"{name}.log",
        cwd=folder,
        env=environment,
        **_nobody(folder),
    ):
        yield Front(plan.port, plan.tls_port, certificate.ca_file)


def _unpacked(name: str, packages: tuple[str, ...]) -> str:
    """Fetch the program without installing its package, which would start it as a daemon."""
    program = UNPACKED / name / "usr" / "sbin" / name
    if not program.exists():
        if find("apt-get") is None or find("dpkg") is None:
            raise NotInstalled(f"{name} is not installed")
        command = [str(ROOT / "scripts" / "unpack.sh"), str(UNPACKED / name), *packages]
        if subprocess.run(command, timeout=300, check=False).returncode != 0:
            raise NotInstalled(f"{name} is not installed, and cannot be fetched")
    return str(program)


def _nobody(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.iterdir()):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
