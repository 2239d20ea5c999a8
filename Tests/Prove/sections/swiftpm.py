"""A separate Swift package, which depends on this one by URL and version.

It is bindings/swift, copied out of the project. Its dependency is a new repository with a tag, made
of the files as they are, so that nothing needs committing first. The code of docs/swift.md is
compiled with it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rows import Effort, Row
from workbench import ROOT, Service

ARGUMENTS = "client: SparkClient, conversation: SparkConversation, error: SparkError"
KINDS = ("debug", "release")
SAYS = {
    "the answer": r"^1 \+ 1 = \*\*2\*\*\.\n\d+ tokens$",
    "the stopped answer": r"^cancelled after \d+ characters$",
    "the tool's result": r"^.*\b22\b",
    "the history": r"^4 messages$",
}


def run(effort: Effort) -> list[Row]:
    rows = {kind: Row(f"a package that depends by URL and version, {kind}") for kind in KINDS}
    if not effort.long:
        for row in rows.values():
            row.skipped = "it compiles the whole library: long form only"
        return list(rows.values())
    with tempfile.TemporaryDirectory(prefix="sparkchat-swiftpm-") as name:
        folder = Path(name)
        url = publish(folder / "libsparkchat")
        package = folder / "package"
        shutil.copytree(ROOT / "bindings/swift", package, ignore=shutil.ignore_patterns(".build*"))
        documents = package / "Sources" / "Answer" / "Documents.swift"
        documents.write_text("\n".join(["import SparkChat", *functions()]))
        for kind, row in rows.items():
            try_package(package, kind, row, {**os.environ, "SPARKCHAT_PACKAGE": url})
    return list(rows.values())


def functions() -> Iterator[str]:
    """Yield the code of the documents as functions; it must compile unchanged."""
    blocks = []
    for name in ("swift.md", "swift.zh-CN.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        blocks += re.findall(r"^```swift\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for number, block in enumerate(blocks):
        if "import PackageDescription" not in block:
            code = block.replace("import SparkChat\n", "")
            yield f"func example{number}({ARGUMENTS}) async throws {{\n{code}}}"


def publish(folder: Path) -> str:
    """Make a repository with a tag; return its URL."""
    for name in ("Package.swift", "Sources", "include"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        folder.mkdir(exist_ok=True)
        copy(source, folder / name)
    author = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["commit", "-qm", "Everything"],
        ["tag", "0.1.0"],
    ):
        subprocess.run(["git", *author, *command], cwd=folder, check=True)
    return folder.as_uri()


def try_package(package: Path, kind: str, row: Row, environment: dict[str, str]) -> None:
    """Build the package and run its program with the local service over TLS."""
    build = ["swift", "build", "-c", kind]
    built = subprocess.run(
        build, cwd=package, env=environment, capture_output=True, text=True, check=False
    )
    row.tried += 1
    if built.returncode:
        row.failures.append((built.stdout + built.stderr)[-2000:])
        return
    program = package / ".build" / kind / "Answer"
    service = Service(package, "--pace", "5")
    asked = {
        **environment,
        **service.credentials(),
        "IFLYTEK_SPARK_API_URL": service.url("wss"),
        "SSL_CERT_FILE": str(service.ca_file),
    }
    try:
        done = subprocess.run(
            [program, "1+1"], env=asked, capture_output=True, text=True, timeout=60, check=False
        )
    finally:
        service.stop()
    for what, pattern in SAYS.items():
        row.tried += 1
        if not re.search(pattern, done.stdout, re.MULTILINE):
            row.failures.append(f"no {what}: {done.stdout}{done.stderr}")
    row.figures = f"a program of {program.stat().st_size / 1e6:.1f} MB"
