"""The package as users get it: installed, typed, and complete."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import subprocess
import venv
from pathlib import Path
from typing import get_type_hints

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
