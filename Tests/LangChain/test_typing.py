"""What type checkers say about a user's program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from sparkchat.langchain import ChatSparkLLM
from sparkchat.langchain._arguments import Arguments

PROGRAM = Path(__file__).parent / "typed_program.py"


def mypy(path: Path) -> str:
    linters = ROOT / "build" / "venv" / "bin" / "python"
    if not (ROOT / "build" / "venv" / ".lint").exists():
        pytest.skip("mypy is not installed; `make lint` installs it")
    command = [linters, "-m", "mypy", "--strict", "--python-executable", sys.executable, path]
    source = str(ROOT / "bindings" / "python" / "src")
    done = subprocess.run(
        command, cwd=path.parent, env={"MYPYPATH": source}, capture_output=True, encoding="utf-8",
        timeout=240,
    )  # fmt: skip
    return done.stdout


def test_uses_are_accepted_and_misuses_refused(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    assert "Success" in mypy(path)
    path.write_text(
        PROGRAM.read_text(encoding="utf-8") + '\nChatSparkLLM(temperature="hot")\n',
        encoding="utf-8",
    )
    assert "[arg-type]" in mypy(path)
    path.write_text(
        PROGRAM.read_text(encoding="utf-8") + "\nChatSparkLLM(temprature=0.5)\n", encoding="utf-8"
    )
    assert "[call-arg]" in mypy(path)


def test_the_arguments_are_those_of_the_class() -> None:
    fields = ChatSparkLLM.model_fields.items()
    names = {name for name, field in fields} | {f.alias for _, f in fields if f.alias}
    # langchain-core's older name for `callbacks`.
    assert Arguments.__annotations__.keys() == names - {"callback_manager"}
