"""How the package is built: no circles, few floors, and a plugin that costs a project nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from import_graph import circle, floors, import_graph, rooms
from service import ROOT

SOURCE = ROOT / "bindings" / "python" / "src"
# Raise this only for a reason.
MOST_FLOORS = 14


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    return import_graph(SOURCE)


def test_no_module_imports_itself_in_a_circle(graph: dict[str, set[str]]) -> None:
    assert len(graph) > 60
    assert circle(graph) == []


def test_no_room_imports_itself_in_a_circle(graph: dict[str, set[str]]) -> None:
    assert circle(rooms(graph)) == []


def test_floors(graph: dict[str, set[str]]) -> None:
    assert floors(graph)["sparkchat"] <= MOST_FLOORS


def test_circles_are_found(tmp_path: Path) -> None:
    for name, text in {
        "__init__": "",
        "one": "from .two import x",
        "two": "def late():\n    from . import three",
        "three": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import one",
        "room/__init__": "",
        "room/inner": "from ..one import y",
        "room/other": "",
        "four": "import package.room.other",
    }.items():
        path = tmp_path / "package" / f"{name}.py"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    graph = import_graph(tmp_path)
    assert graph["package.one"] == {"package.two"}
    assert circle(graph) == []
    assert floors(graph)["package.room.inner"] == 4
    (tmp_path / "package" / "three.py").write_text("import package.one", encoding="utf-8")
    three = [f"package.{name}" for name in ("one", "two", "three", "one")]
    assert circle(import_graph(tmp_path)) == three
    (tmp_path / "package" / "three.py").write_text("from . import four", encoding="utf-8")
    graph = import_graph(tmp_path)
    assert circle(graph) == []
    assert circle(rooms(graph))


def test_the_plugin_of_pytest_imports_nothing_of_the_package() -> None:
    program = "import sparkchat_pytest, sys; print([m for m in sys.modules if 'sparkchat' in m])"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=SOURCE, capture_output=True, encoding="utf-8", timeout=30)
    assert done.stdout == "['sparkchat_pytest']\n"
