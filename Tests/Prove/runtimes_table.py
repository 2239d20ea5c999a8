"""The foreign runtimes: what each needs, how its example is built, and how it is run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from c_support.compiler import WARNINGS, bare_environment, run
from c_support.paths import LIBRARY, LIBRARY_FOLDER, ROOT

EXAMPLES = ROOT / "bindings" / "examples"
INCLUDE = ROOT / "build" / "include"
JNA = Path("/usr/share/java/jna.jar")


@dataclass(frozen=True)
class Runtime:
    """A runtime and its example."""

    name: str
    needs: tuple[str, ...]
    """Programs; what has a slash is a file."""
    build: Callable[[Path], list[str]]
    """Builds the example into a folder and returns the command that runs it."""
    says: str = ""
    """What it prints beside the answers, as a pattern."""
    environment: dict[str, str] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    """Modules of Perl's."""

    def missing(self) -> str:
        """Return what is not installed; nothing where all of it is."""
        for need in self.needs:
            if not (Path(need).exists() if "/" in need else shutil.which(need)):
                return need
        for module in self.modules:
            if run(["perl", f"-M{module}", "-e", "1"]).returncode != 0:
                return f"Perl's {module}"
        return ""


def must(command: Sequence[str | Path], folder: Path = ROOT, **environment: str) -> None:
    """Run a step of a build; what it warns of is a failure, too."""
    result = run(command, env={**bare_environment(), **environment}, cwd=folder, timeout=300)
    said = result.stdout + result.stderr
    if result.returncode != 0 or said:
        raise AssertionError(f"{' '.join(map(str, command))}\n{said}")


def node_headers() -> Path:
    """Return the folder of Node's headers."""
    program = Path(shutil.which("node") or "/usr/bin/node").resolve()
    return program.parent.parent / "include" / "node"


def build_cpp(folder: Path) -> list[str]:
    link = [f"-I{INCLUDE}", f"-L{LIBRARY_FOLDER}", "-lsparkchat", "-pthread"]
    source = EXAMPLES / "cpp" / "answer.cpp"
    must(["g++", "-std=c++20", *WARNINGS, "-o", folder / "answer", source, *link])
    return [str(folder / "answer")]


def build_rust(folder: Path) -> list[str]:
    source = EXAMPLES / "rust" / "answer.rs"
    options = ["--edition", "2021", "-O", "-D", "warnings", "-L", str(LIBRARY_FOLDER)]
    must(["rustc", *options, "-o", folder / "answer", source])
    return [str(folder / "answer")]


def build_go(folder: Path) -> list[str]:
    must(
        ["go", "build", "-buildvcs=false", "-o", folder / "answer", "."],
        EXAMPLES / "go",
        CGO_CFLAGS=f'"-I{INCLUDE}"',
        CGO_LDFLAGS=f'"-L{LIBRARY_FOLDER}"',
        # Compiling cgo itself takes longer than all of the rest; nothing comes from the network.
        GOCACHE=str(ROOT / "build" / "go-cache"),
        GOFLAGS="-mod=mod",
        GOPROXY="off",
    )
    return [str(folder / "answer")]


def build_node(folder: Path) -> list[str]:
    addon = folder / "sparkchat.node"
    options = ["-std=c99", *WARNINGS, "-shared", "-fPIC", f"-I{INCLUDE}", f"-I{node_headers()}"]
    link = [f"-L{LIBRARY_FOLDER}", "-lsparkchat", "-pthread"]
    must(["gcc", *options, "-o", addon, EXAMPLES / "node" / "sparkchat.c", *link])
    script = shutil.copy(EXAMPLES / "node" / "answer.js", folder)
    return ["node", str(script)]


def build_java(folder: Path) -> list[str]:
    source = EXAMPLES / "java" / "Answer.java"
    must(["javac", "-Xlint:all,-serial", "-Werror", "-cp", JNA, "-d", folder, source])
    return ["java", "-cp", f"{folder}:{JNA}", f"-Djna.library.path={LIBRARY_FOLDER}", "Answer"]


def build_swift(folder: Path) -> list[str]:
    header = ["-import-objc-header", str(INCLUDE / "sparkchat.h")]
    link = [f"-L{LIBRARY_FOLDER}", "-lsparkchat"]
    options = ["-O", "-swift-version", "6", "-parse-as-library", "-warnings-as-errors"]
    source = EXAMPLES / "swift" / "answer.swift"
    cache = ["-module-cache-path", str(folder / "cache")]
    must(["swiftc", *options, *header, *cache, "-o", folder / "answer", source, *link])
    return [str(folder / "answer")]


def script(*command: str) -> Callable[[Path], list[str]]:
    """Nothing to build: the last word is the script."""
    return lambda _: [*command[:-1], str(EXAMPLES / command[-1])]


LOADS = {"SPARKCHAT_LIBRARY": str(LIBRARY)}
OWN_TLS = r"\(Node's own OpenSSL [\w.+-]+: TLSv1\.3, sha256 ba7816bf\)\n"
RUNTIMES = (
    Runtime("C++", ("g++",), build_cpp),
    Runtime("Rust", ("rustc",), build_rust),
    Runtime("Go", ("go", "gcc"), build_go),
    Runtime("Node.js", ("node", "gcc", str(node_headers() / "node_api.h")), build_node, OWN_TLS),
    Runtime("Ruby", ("ruby",), script("ruby", "ruby/answer.rb"), environment=LOADS),
    Runtime("LuaJIT", ("luajit",), script("luajit", "luajit/answer.lua"), environment=LOADS),
    # The JVM reads its arguments by the locale.
    Runtime("Java", ("java", "javac", str(JNA)), build_java, environment={"LC_ALL": "C.UTF-8"}),
    Runtime(
        "Perl",
        ("perl",),
        script("perl", "perl/answer.pl"),
        environment=LOADS,
        modules=("FFI::Platypus",),
    ),
    Runtime("Swift", ("swiftc",), build_swift),
)
