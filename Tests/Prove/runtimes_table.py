"""The foreign runtimes: what each needs, how its example is built, and how it is run."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from support.compiler import WARNINGS, bare_environment, run
from support.paths import LIBRARY_FOLDER, ROOT
from support.service import Service

EXAMPLES = ROOT / "bindings" / "examples"
INCLUDE = ROOT / "build" / "include"
JNA = Path("/usr/share/java/jna.jar")


@dataclass(frozen=True)
class Runtime:
    """A runtime and its example."""

    name: str
    needs: tuple[str, ...]
    """Programs; a name with a slash is a file."""
    build: Callable[[Path], list[str]]
    """Builds the example in a folder and returns the command that runs it there."""
    finds: str = "linked"
    """How it finds the library: it is linked with it, loads it by `SPARKCHAT_LIBRARY`, or loads an
    addon that is linked with it."""
    environment: dict[str, str] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    """Perl modules."""

    def missing(self) -> str:
        """Return the first missing program or module, or ""."""
        for need in self.needs:
            if not (Path(need).exists() if "/" in need else shutil.which(need)):
                return need
        for module in self.modules:
            if run(["perl", f"-M{module}", "-e", "1"]).returncode != 0:
                return f"Perl's {module}"
        return ""

    def not_prepared(self, place: Path) -> str:
        """Make a folder to build in; return why nothing can be built, or ""."""
        if missing := self.missing():
            return f"{missing} is not installed; `make prove` installs it"
        place.mkdir()
        return ""


def must(command: Sequence[str | Path], folder: Path = ROOT, **environment: str) -> None:
    """Run a step of a build; a warning is a failure, too."""
    result = run(command, env={**bare_environment(), **environment}, cwd=folder, timeout=300)
    said = result.stdout + result.stderr
    if result.returncode != 0 or said:
        raise AssertionError(f"{' '.join(map(str, command))}\n{said}")


def node_headers() -> Path:
    """Return the folder of Node's headers."""
    program = Path(shutil.which("node") or "/usr/bin/node").resolve()
    return program.parent.parent / "include" / "node"


FOUND = {
    "CPATH": str(INCLUDE),
    "LIBRARY_PATH": str(LIBRARY_FOLDER),
    "LD_LIBRARY_PATH": str(LIBRARY_FOLDER),
}
"""The variables that the examples' README tells users to export."""


def surroundings(runtime: Runtime, service: Service, tag: str) -> dict[str, str]:
    """Return the environment in which a program asks the local service over TLS."""
    return {
        **service.environment(),
        **runtime.environment,
        **FOUND,
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss", tag=tag),
    }


def commands_of(source: Path) -> list[list[str]]:
    """Return an example's own commands to build and run it: its first indented lines."""
    text = source.read_text().replace("\\\n *  ", "").replace("$CPATH", FOUND["CPATH"])
    block = re.search(r"(?:^(?://|#|--| \*)(?: {3}|\t).*\n)+", text, re.MULTILINE)
    assert block, f"{source} does not say how to run it"
    return [shlex.split(line)[1:] for line in block[0].splitlines()]


def example(path: str, *strict: str, **environment: str) -> Callable[[Path], list[str]]:
    """Build an example with its own commands, in a copy of its folder; the last command runs it.

    `strict` are options that turn compiler warnings into failures.
    """

    def build(folder: Path) -> list[str]:
        shutil.copytree((EXAMPLES / path).parent, folder, dirs_exist_ok=True)
        *steps, program = commands_of(EXAMPLES / path)
        for step in steps:
            must([*step, *strict], folder, **FOUND, **environment)
        return program[:-2]  # without the questions

    return build


def build_node(folder: Path, *more: str) -> list[str]:
    options = [*WARNINGS, "-std=c99", f"-I{node_headers()}", *more]
    (step,) = commands_of(EXAMPLES / "node" / "sparkchat.c")
    program = example("node/answer.js")(folder)
    must([*step, *options], folder, **FOUND)
    return program


GO_ENVIRONMENT = {
    # Compiling cgo itself takes longer than everything else.
    "GOCACHE": str(ROOT / "build" / "go-cache"),
    "GOFLAGS": "-mod=mod -buildvcs=false",
    "GOPROXY": "off",  # no downloads
}
BY_NAME = "SPARKCHAT_LIBRARY"
UTF8 = {"LC_ALL": "C.UTF-8"}
"""For virtual machines that decode a program's arguments by the locale."""
RUNTIMES = (
    Runtime("C++", ("c++",), example("cpp/answer.cpp", *WARNINGS)),
    Runtime("Rust", ("rustc",), example("rust/answer.rs", "-D", "warnings")),
    Runtime("Go", ("go", "gcc"), example("go/answer.go", **GO_ENVIRONMENT)),
    Runtime("Node.js", ("node", "cc", str(node_headers() / "node_api.h")), build_node, "addon"),
    Runtime("Ruby", ("ruby",), example("ruby/answer.rb"), BY_NAME),
    Runtime("LuaJIT", ("luajit",), example("luajit/answer.lua"), BY_NAME),
    Runtime(
        "Java",
        ("java", "javac", str(JNA)),
        example("java/Answer.java", "-Xlint:all,-serial", "-Werror"),
        BY_NAME,
        environment=UTF8,
    ),
    Runtime("Perl", ("perl",), example("perl/answer.pl"), BY_NAME, modules=("FFI::Platypus",)),
    Runtime("PHP", ("php",), example("php/answer.php"), BY_NAME),
    Runtime(
        "C# (Mono)",
        ("mcs", "mono"),
        example("csharp/Answer.cs", "-warnaserror"),
        BY_NAME,
        environment=UTF8,
    ),
    Runtime(
        "Swift",
        ("swiftc",),
        example("swift/answer.swift", "-swift-version", "6", "-warnings-as-errors"),
    ),
)
