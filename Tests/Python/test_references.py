"""`make lint` finds references that lead nowhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from service import ROOT

PAGE = """# The protocol

## 1. Endpoints

### 1.1 Main table

1. An item of a section that has a number of its own.

## 7. Advice

1. The first item.
2. The second item.
"""


def check(root: Path) -> list[str]:
    """Return what the script finds; its exit code says whether there is anything."""
    script = ROOT / "scripts" / "references.py"
    done = subprocess.run([sys.executable, script, root], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (int(bool(done.stdout)), "")
    return done.stdout.splitlines()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a page of the protocol."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "protocol.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


def test_this_repository_has_none() -> None:
    assert check(ROOT) == []


@pytest.mark.parametrize("text", ["// protocol {}", "(Protocol 1.1, 7.1 to {})", " * section {}"])
@pytest.mark.parametrize(
    ("number", "known"),
    [("1", True), ("1.1", True), ("7.2", True)]
    + [(number, False) for number in ("2", "1.2", "7.3", "7.10", "1.1.1")],
)
def test_sections_that_are_cited(repository: Path, text: str, number: str, known: bool) -> None:
    (repository / "code.c").write_text(
        "/* the protocol\n" + text.format(number) + " */\n", encoding="utf-8"
    )
    found = [] if known else [f"code.c:2: no section {number} in docs/protocol.md"]
    assert check(repository) == found


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("docs/protocol.md", ""),
        ("docs", ""),
        ("docs/protocol.md#7-advice", ""),
        ("#a-heading", ""),
        ("https://example.com/nothing.md", ""),
        ("other.html", "no such file: other.html"),
        ("../above.html", "no such file: ../above.html"),
        ("docs/protocol.md#8-more", "no such heading: docs/protocol.md#8-more"),
        ("#another", "no such heading: #another"),
    ],
)
def test_links_of_documents(repository: Path, target: str, problem: str) -> None:
    code = "```\n[code](gone)\n```\n`[code](gone)`\n"
    (repository / "PAGE.md").write_text(
        f"# A heading\n\n{code}[text]({target})\n", encoding="utf-8"
    )
    assert check(repository) == ([f"PAGE.md:7: {problem}"] if problem else [])


@pytest.mark.parametrize("name", ["/".join(("Tests", "gone")), "_".join(("test", "gone.py"))])
def test_files_that_are_named(repository: Path, name: str) -> None:
    (repository / "code.py").write_text(f"# See {name}.\nopen('new.md')\n", encoding="utf-8")
    assert check(repository) == [f"code.py:1: no such file: {name}"]


@pytest.mark.parametrize(
    ("name", "is_there"), [("code.c", True), ("a/code.c", True), ("d.c", False)]
)
def test_programs_that_documents_name(repository: Path, name: str, is_there: bool) -> None:
    (repository / "code.c").write_text("", encoding="utf-8")
    (repository / "PAGE.md").write_text(f"The program `{name}`.\n", encoding="utf-8")
    assert check(repository) == ([] if is_there else [f"PAGE.md:1: no such file: {name}"])
