"""Node.js: how the example's addon works with Node itself."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from rows import Row
from runtimes_cases import HELLO
from runtimes_table import RUNTIMES, build_node, surroundings
from support import compiler
from support.paths import LIBRARY, ROOT
from support.service import Service

NODE = next(runtime for runtime in RUNTIMES if runtime.name == "Node.js")
PROGRAMS = ROOT / "Tests" / "Prove" / "node"
SYSTEM = {"libssl.so.3", "libcrypto.so.3"}


def whose_openssl(trace: str) -> set[str]:
    """Return the files in which the loader found the library's OpenSSL functions."""
    pattern = r"binding file .*libsparkchat\S* \[0\] to (.+) \[0\]: \w+ symbol `[^']+' \[OPENSSL_3"
    return {Path(found).name for found in re.findall(pattern, trace)}


def try_openssl(place: Path, service: Service) -> Row:
    """The library uses the system's OpenSSL; after a plain `require`, it may use Node's, not both.

    Node's own OpenSSL connects to the same server and hashes meanwhile.
    """
    row = Row("Node.js: one OpenSSL for the library")
    shutil.copy(PROGRAMS / "openssl.js", place)
    seen = []
    for kind, expected in {"RTLD_DEEPBIND": SYSTEM, "require": {"node"}}.items():
        environment = {**surroundings(NODE, service, kind), "LD_DEBUG": "bindings"}
        command = ["node", "openssl.js", "sparkchat.node", kind]
        result = compiler.run(command, env=environment, cwd=place)
        row.tried += 1
        files = whose_openssl(result.stderr)
        seen.append(f"{kind}: {', '.join(sorted(files))}")
        # A Node built with the system's OpenSSL has none of its own.
        if files not in (expected, SYSTEM):
            row.failures.append(f"by {kind}, OpenSSL comes from {files}")
        elif result.stdout != f"{HELLO}\nTLSv1.3 ba7816bf\n":
            row.failures.append(f"by {kind}, it printed {result.stdout!r}")
    row.figures = "; ".join(seen)
    return row


def try_arguments(place: Path, service: Service) -> Row:
    """The addon raises Node's own TypeError for wrong arguments."""
    row = Row("Node.js: wrong arguments")
    for arguments in ("", "'Hello'", "'Hello', 1", "1, () => {}", "null, null"):
        call = f"require('./sparkchat.node').ask({arguments})"
        program = f"try {{ {call} }} catch (error) {{ console.log(error.name) }}"
        result = compiler.run(
            ["node", "-e", program], env=surroundings(NODE, service, "arguments"), cwd=place
        )
        row.tried += 1
        if (result.returncode, result.stdout) != (0, "TypeError\n"):
            row.failures.append(f"ask({arguments}): {result.returncode}, {result.stdout!r}")
    return row


def try_package(place: Path, service: Service) -> Row:
    """The addon finds the library next to it by `$ORIGIN`, and both serve worker threads.

    docs/other-languages.md recommends this for a package.
    """
    row = Row("Node.js: library next to the addon, worker threads", 1)
    place.mkdir()
    build_node(place, "-Wl,-rpath,$ORIGIN")
    shutil.copy(LIBRARY, place)
    shutil.copy(PROGRAMS / "workers.js", place)
    environment = {**surroundings(NODE, service, "package"), "LD_LIBRARY_PATH": ""}
    result = compiler.run(["node", "workers.js"], env=environment, cwd=place)
    said = sorted(result.stdout.splitlines())
    if (result.returncode, said) != (0, ["main 1 undefined", *["worker 1 undefined"] * 3]):
        row.failures.append(f"{result.returncode}, {result.stdout!r}, {result.stderr[:500]}")
    return row


def run(folder: Path, service: Service) -> list[Row]:
    place = folder / "addon"
    if missing := NODE.not_prepared(place):
        return [Row("Node.js: its addon", skipped=missing)]
    NODE.build(place)
    return [
        try_openssl(place, service),
        try_arguments(place, service),
        try_package(folder / "package", service),
    ]
