"""Compiles the C programs of the benchmarks into build/bench."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
OUT = ROOT / "build" / "bench"
LIBRARY_DIRECTORY = ROOT / "build" / "lib"
LIBRARY = LIBRARY_DIRECTORY / "libsparkchat.so.0"
PYTHON_PACKAGE = Path(
    os.environ.get("SPARKCHAT_PYTHON_PACKAGE", ROOT / "bindings" / "python" / "src")
)

_FLAGS = ["-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Werror"]
_OPENSSL = ["-lssl", "-lcrypto"]
_BARE = ["clients/bare.c", "clients/measure.c"]
_OURS = ["clients/ours.c", "clients/measure.c"]
_SERVER = ["server/connection.c", "server/frames.c", "server/timers.c", "server/upgrade.c"]

# What each program is made of, and what it is linked with; "ours" stands for the library.
_PROGRAMS: dict[str, tuple[list[str], list[str]]] = {
    "load_server": (["server/load_server.c", *_SERVER], _OPENSSL),
    "relay": (["server/relay.c", "server/timers.c"], []),
    "limit": (["clients/limit.c", *_BARE], [*_OPENSSL, "-ljansson"]),
    "lws": (["clients/lws.c", *_BARE], ["-lwebsockets", *_OPENSSL, "-ljansson"]),
    "connect_bare": (["clients/connect_bare.c", *_BARE], _OPENSSL),
    "memory_bare": (["clients/memory_bare.c", *_BARE], _OPENSSL),
    "load": (["clients/load.c", "clients/measure.c"], ["-ldl"]),
    "pull": (["clients/pull.c", *_OURS], ["ours"]),
    "callback": (["clients/callback.c", *_OURS], ["ours"]),
    "group": (["clients/group.c", *_OURS], ["ours"]),
    "connect_ours": (["clients/connect_ours.c", *_OURS], ["ours"]),
    "first_token": (["clients/first_token.c", *_OURS], ["ours"]),
}


def program(name: str) -> str:
    """Where a compiled program is."""
    return str(OUT / name)


def compile_all() -> None:
    """Compiles every program; ends the run where one cannot be."""
    OUT.mkdir(parents=True, exist_ok=True)
    ours = [f"-L{LIBRARY_DIRECTORY}", "-lsparkchat", "-Xlinker", "-rpath"]
    ours += ["-Xlinker", str(LIBRARY_DIRECTORY)]
    for name, (sources, libraries) in _PROGRAMS.items():
        command = ["gcc", *_FLAGS, f"-I{ROOT / 'build' / 'include'}", "-o", program(name)]
        command += [str(HERE / source) for source in sources]
        command += ours if libraries == ["ours"] else libraries
        subprocess.run(command, check=True)
