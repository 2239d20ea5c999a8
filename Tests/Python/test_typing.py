"""Type checkers accept what users write, and find their mistakes.

`make lint` checks the package itself.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from service import ROOT

PACKAGE = ROOT / "bindings" / "python"
PROGRAM = Path(__file__).with_name("typed_program.py")

MISUSES = {
    "Spark(stop=5)": "arg-type",
    'Spark(temperature="hot")': "arg-type",
    'Spark().invoke("Hi", n=2)': "call-arg",
    "Spark().invoke(5)": "arg-type",
    'Message("tool", "42")': "arg-type",
    'Text("x").content = "y"': "misc",
    'Spark(transport="tcp")': "arg-type",
    "Spark().invoke('Hi', tools=[5])": "list-item",
    "Spark().conversation(max_rounds='x')": "arg-type",
    "models()[0].name = 'x'": "misc",
    "Spark().with_options(n=2)": "call-arg",
    "Spark().batch(5)": "call-overload",
    "Spark().batch(['Hi'], return_exceptions=True)[0].text": "union-attr",
    "Spark().parse('Hi', River).parsed.depth": "attr-defined",
    "AsyncSpark().invoke('Hi').text": "attr-defined",
    "Spark().__aenter__": "attr-defined",
}


def mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed; `make lint` checks the types")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *arguments],
        cwd=PACKAGE,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
    )


def pyright(folder: Path, *arguments: str) -> list[dict[str, object]]:
    """Return what pyright finds, with the strictest settings."""
    if importlib.util.find_spec("pyright") is None or shutil.which("node") is None:
        pytest.skip("pyright, or the Node.js that it runs on, is not installed")
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.10",
        "extraPaths": [str(PACKAGE / "src")],
        "include": [str(folder)],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "-p", str(folder), *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=240,
    )
    found: list[dict[str, object]] = json.loads(done.stdout)["generalDiagnostics"]
    return found


def test_mypy_accepts_uses_and_refuses_misuses(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    uses = PROGRAM.read_text(encoding="utf-8")
    program.write_text(uses + "\n".join(MISUSES), encoding="utf-8")
    done = mypy(str(program))
    found = dict(re.findall(r"program\.py:(\d+): error: .*\[([\w-]+)\]", done.stdout))
    start = uses.count("\n")
    expected = {str(start + at): kind for at, kind in enumerate(MISUSES.values(), 1)}
    assert found == expected, done.stdout


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs in the READMEs."""
    folder = tmp_path_factory.mktemp("documented")
    for document in (PACKAGE / "README.md", ROOT / "README.md", ROOT / "README.zh-CN.md"):
        programs = re.findall(
            r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL
        )
        for at, program in enumerate(programs):
            name = re.sub(r"\W", "_", str(document.relative_to(ROOT)))
            (folder / f"{name}_{at}.py").write_text(program, encoding="utf-8")
    return folder


def test_mypy_accepts_the_documents(documented: Path) -> None:
    done = mypy(*map(str, documented.glob("*.py")))
    assert done.returncode == 0, done.stdout


def test_pyright_accepts_the_documents(documented: Path) -> None:
    assert pyright(documented) == []


def test_pyright_accepts_uses(tmp_path: Path) -> None:
    shutil.copy(PROGRAM, tmp_path / "program.py")
    assert pyright(tmp_path) == []


def test_pyright_refuses_misuses(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    uses = PROGRAM.read_text(encoding="utf-8")
    program.write_text(uses + "\n".join(MISUSES), encoding="utf-8")
    start = uses.count("\n")
    wrong = set()
    for diagnostic in pyright(tmp_path):
        # Expressions without an effect do not matter here.
        if diagnostic["rule"] != "reportUnusedExpression":
            place = diagnostic["range"]
            assert isinstance(place, dict)
            wrong.add(place["start"]["line"] - start)
    assert wrong == set(range(len(MISUSES)))
