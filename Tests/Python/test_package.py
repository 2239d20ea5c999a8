"""The package as users get it: installed, typed, and complete."""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import get_type_hints

import pytest

import sparkchat
from conftest import ENVIRONMENT
from service import ROOT, Service

PACKAGE = ROOT / "bindings" / "python"


def test_it_installs_into_a_fresh_environment(service: Service, tmp_path: Path) -> None:
    # A path with a space in it, and nothing written into the source tree.
    source = tmp_path / "source tree"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("__pycache__", "_native"))
    venv.create(tmp_path / "env", with_pip=True)
    python = str(tmp_path / "env" / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    # With the environment that the tests were started in: a proxy may lead to the package index.
    built = {"SPARKCHAT_BUILD_LIBRARY": os.environ["SPARKCHAT_LIBRARY"]}
    subprocess.run([*pip, str(source)], check=True, timeout=240, env={**ENVIRONMENT, **built})
    program = (
        "import sys, sparkchat; url, *credentials = sys.argv[1:];"
        "print(sparkchat.__file__, sparkchat.Spark(*credentials, url=url).invoke('Hello'))"
    )
    command = [python, "-c", program, service.url(), *service.credentials.values()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.startswith(str(tmp_path / "env"))
    assert "Hello!" in done.stdout
    (installed,) = (tmp_path / "env").glob("lib/*/site-packages/sparkchat")
    assert (installed / "py.typed").exists()
    listed = subprocess.run([python, "-m", "pip", "list"], capture_output=True, text=True).stdout
    assert re.search(rf"^sparkchat +{re.escape(sparkchat.__version__)}$", listed, re.MULTILINE)


def test_everything_public_is_exported_and_documented() -> None:
    for name in sparkchat.__all__:
        value = getattr(sparkchat, name)
        if inspect.isclass(value):
            assert value.__doc__, name
            assert not value.__doc__.startswith(f"{name}("), name
    public = {name for name in vars(sparkchat) if not name.startswith("_")}
    modules = {name for name in public if inspect.ismodule(getattr(sparkchat, name))}
    assert public - modules <= set(sparkchat.__all__)


def test_type_hints_can_be_evaluated() -> None:
    for kind in (sparkchat.Response, sparkchat.Usage, sparkchat.Message, sparkchat.Options):
        assert get_type_hints(kind)


def mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed; `make lint` checks the types")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *arguments],
        cwd=PACKAGE,
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_the_types_are_right() -> None:
    done = mypy("src", "demo.py")
    assert done.returncode == 0, done.stdout


USES = """
from sparkchat import FunctionResult, Image, Message, MessageLike, Response, Spark, Stream, Text
from sparkchat import models

chat = Spark(model="x1", temperature=0.5, thinking="auto")
stream: Stream = chat.stream([("system", "Be brief."), Message("user", "Hello")], max_tokens=5)
for event in stream:
    text: str = event.content
    if isinstance(event, Text):
        print(event.content.upper())
    elif event.kind == 6:
        print(event)
def look(what: str) -> int:
    return len(what)
talk = chat.conversation(system="Be brief.", tools=[look, {"name": "f"}], tool_choice="look")
answer: Response = talk.ask("Hello", temperature=0.5)
history: list[MessageLike] = ["Hi", answer, FunctionResult("call-1", "x"), Image(b"")]
history.append({"role": "assistant", "content": None, "tool_calls": []})
for text in talk.stream("Hello").text():
    print(text.upper(), chat.invoke(history, response_format={"type": "json_object"}))
names: list[str] = [model.name for model in models() if model.http is not None]
tokens: int | None = chat.invoke({"role": "user", "content": "Hi"}).usage.total_tokens
"""

MISUSES = {
    'Spark(stop=["x"])': "call-arg",
    'Spark(temperature="hot")': "arg-type",
    'Spark().invoke("Hi", n=2)': "call-arg",
    "Spark().invoke(5)": "arg-type",
    'Message("tool", "42")': "arg-type",
    'Text("x").content = "y"': "misc",
    'Spark(transport="tcp")': "arg-type",
    "Spark().invoke('Hi', tools=[5])": "list-item",
    "Spark().conversation(max_rounds='x')": "arg-type",
    "models()[0].name = 'x'": "misc",
}


def test_a_type_checker_accepts_uses_and_refuses_misuses(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    start = USES.count("\n")
    program.write_text(USES + "\n".join(MISUSES))
    done = mypy(str(program))
    found = dict(re.findall(r"program\.py:(\d+): error: .*\[([\w-]+)\]", done.stdout))
    expected = {str(start + at): kind for at, kind in enumerate(MISUSES.values(), 1)}
    assert found == expected, done.stdout
