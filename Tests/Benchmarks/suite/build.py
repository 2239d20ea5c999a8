"""Compiles the C and C++ programs of the benchmarks into build/bench."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
OUT = ROOT / "build" / "bench"
LIBRARY_DIRECTORY = ROOT / "build" / "lib"
LIBRARY = LIBRARY_DIRECTORY / "libsparkchat.so.0"
PYTHON_PACKAGE = Path(
    os.environ.get("SPARKCHAT_PYTHON_PACKAGE", ROOT / "bindings" / "python" / "src")
)

_FLAGS = ["-O2", "-g", "-fPIC", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'build' / 'include'}"]
_COMPILERS = {".c": ["gcc", "-std=gnu11"], ".cpp": ["g++", "-std=c++17"]}
_OURS = [
    f"-L{LIBRARY_DIRECTORY}",
    "-lsparkchat",
    *("-Xlinker", "-rpath", "-Xlinker", str(LIBRARY_DIRECTORY)),
]
_OPENSSL = ["-lssl", "-lcrypto"]

_WITH_BARE = ["clients/bare.c", "clients/measure.c"]
_WITH_CURL = ["clients/curl_loop.c", "clients/measure.c"]
_WITH_OURS = ["clients/ours.c", "clients/measure.c"]
_SERVER = ["server/connection.c", "server/frames.c", "server/http.c"]
_SERVER += ["server/phases.c", "server/texts.c", "server/timers.c"]

# The sources of each program, and the libraries that it is linked with.
_PROGRAMS: dict[str, tuple[list[str], list[str]]] = {
    "load_server": (["server/load_server.c", *_SERVER], _OPENSSL),
    "relay": (["server/relay.c", "server/timers.c"], []),
    "limit": (["clients/limit.c", *_WITH_BARE], [*_OPENSSL, "-ljansson"]),
    "limit_simdjson": (["clients/limit_simdjson.cpp", *_WITH_BARE], [*_OPENSSL, "-lsimdjson"]),
    "curl_jansson": (["clients/curl_jansson.c", *_WITH_CURL], ["-lcurl", "-ljansson"]),
    "curl_simdjson": (["clients/curl_simdjson.cpp", *_WITH_CURL], ["-lcurl", "-lsimdjson"]),
    "lws": (["clients/lws.c", *_WITH_BARE], ["-lwebsockets", *_OPENSSL, "-ljansson"]),
    "connect_bare": (["clients/connect_bare.c", *_WITH_BARE], _OPENSSL),
    "memory_bare": (["clients/memory_bare.c", *_WITH_BARE], _OPENSSL),
    "allocations.so": (["clients/allocations.c"], ["-shared", "-lcrypto"]),
    "load": (["clients/load.c", "clients/measure.c"], ["-ldl"]),
    "pull": (["clients/pull.c", *_WITH_OURS], _OURS),
    "callback": (["clients/callback.c", *_WITH_OURS], _OURS),
    "group": (["clients/group.c", *_WITH_OURS], _OURS),
    "connect_ours": (["clients/connect_ours.c", *_WITH_OURS], _OURS),
    "first_token": (["clients/first_token.c", *_WITH_OURS], _OURS),
}


@cache
def program(name: str) -> str:
    """Compile a program at its first use, and return its path; end the run if it does not
    compile."""
    sources, libraries = _PROGRAMS[name]
    is_cxx = any(source.endswith(".cpp") for source in sources)
    target = str(OUT / name)
    command = ["g++" if is_cxx else "gcc", "-o", target, *map(_compiled, sources), *libraries]
    subprocess.run(command, check=True)
    return target


@cache
def _compiled(source: str) -> str:
    path = HERE / source
    target = OUT / "objects" / f"{path.stem}.o"
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [*_COMPILERS[path.suffix], *_FLAGS, "-c", "-o", str(target), str(path)]
    subprocess.run(command, check=True)
    return str(target)


def compile_all() -> None:
    """Compile every program, so that no measurement waits for a compiler."""
    for name in _PROGRAMS:
        program(name)
