"""The files that a host's process opens on behalf of the library."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.asking import ask
from support.compiler import compiler, run
from support.paths import LIBRARY_FOLDER
from support.service import Service
from support.workshop import Workshop

# Files of the loader and of the system's libraries. The host counts descriptors in /proc.
SYSTEM = re.compile(
    r"/etc/(?:hosts|resolv\.conf|nsswitch\.conf|host\.conf|gai\.conf|ld\.so\.cache|passwd|services|localtime)$"
    r"|(?:/usr)?/lib|/usr/local/|/proc/|/sys/|/dev/u?random$"
)
OPENED = re.compile(r'open(?:at)?\((?:[A-Z_]+, )?"([^"]+)", ([A-Z_|]+)')


def test_only_what_it_is_told(workshop: Workshop, service: Service, tmp_path: Path) -> None:
    """The CA file that is set is read; no other file is read, and nothing is written."""
    trace = tmp_path / "trace"
    if run([compiler("strace"), "-o", str(trace), "true"]).returncode != 0:
        pytest.skip("processes may not be traced here")
    strace = (compiler("strace"), "-f", "-qq", "-e", "trace=open,openat,creat", "-o", str(trace))
    assert ask(workshop, service.url("wss"), wrapper=strace).status == "OK"
    opened = OPENED.findall(trace.read_text())
    authority = str(service.ca_file)
    assert authority in {path for path, _ in opened}
    written = {path for path, flags in opened if "O_RDONLY" not in flags}
    assert not written
    assert not {
        path
        for path, _ in opened
        if path != authority and not path.startswith(str(LIBRARY_FOLDER)) and not SYSTEM.match(path)
    }
