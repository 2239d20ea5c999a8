"""Fixtures: the package, from the source tree, and a local Spark service."""

from __future__ import annotations

import fcntl
import itertools
import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "bindings" / "python" / "src"

sys.path.insert(0, str(SOURCE))
os.environ["SPARKCHAT_LIBRARY"] = str(ROOT / "build" / "lib" / "libsparkchat.so.0")
# The tests read programs' output as UTF-8, whatever the locale.
os.environ["PYTHONIOENCODING"] = "utf-8"
for name in dict(os.environ):
    # Keep the developer's own account and proxy out of the tests.
    if name.startswith(("IFLYTEK_SPARK_", "SPARKAI_", "SPARKCHAT_TEST_")) or name.lower().endswith(
        "_proxy"
    ):
        del os.environ[name]

from service import MakeAsyncChat, MakeChat, Service, running_service  # noqa: E402
from sparkchat import AsyncSpark, Spark  # noqa: E402


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """The local service, shared by all tests."""
    with running_service() as service:
        yield service


_numbers = itertools.count()


@pytest.fixture
def tag() -> str:
    """A label for this test's exchanges in the service's records."""
    return f"python-{next(_numbers)}"


@pytest.fixture
def local_settings(service: Service) -> Callable[..., dict[str, Any]]:
    """Make client settings: `local_settings("stall:at=middle", total_timeout=1)`.

    Clients try once unless `max_attempts` is given. `path` defaults to that of the model Max; over
    HTTP, name the model together with it.
    """

    def make(
        scenario: str | None = None,
        *,
        path: str | None = None,
        transport: str = "websocket",
        tls: bool = False,
        port: str | None = None,
        tag: str | None = None,
        **arguments: Any,
    ) -> dict[str, Any]:
        query = {"scenario": scenario, "tag": tag}
        chosen = {key: value for key, value in query.items() if value is not None}
        made: dict[str, Any] = {"ca_file": service.ca_file, "max_attempts": 1, "environment": False}
        if transport == "http":
            path = path or "/v1/chat/completions"
            made |= {"domain": "generalv3.5", "api_password": service.password}
        else:
            path = path or "/v3.5/chat"
            made |= service.credentials
        made["url"] = service.url(path, tls=tls, port=port, transport=transport, **chosen)
        return made | arguments

    return make


@pytest.fixture
def chat(local_settings: Callable[..., dict[str, Any]]) -> MakeChat:
    """Make clients of the local service, with the arguments of `local_settings`."""
    return lambda *arguments, **chosen: Spark(**local_settings(*arguments, **chosen))


@pytest.fixture
def async_chat(local_settings: Callable[..., dict[str, Any]]) -> MakeAsyncChat:
    """Make asyncio clients of the local service, with the arguments of `local_settings`."""
    return lambda *arguments, **chosen: AsyncSpark(**local_settings(*arguments, **chosen))


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Failures that no one can catch."""
    failures: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda failure: failures.append(failure.exc_value))
    return failures


@pytest.fixture(params=["websocket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    """Each of the two transports."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def wheels() -> Path:
    """The folder with the wheel and the sdist."""
    with (ROOT / "build" / ".wheels-lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "wheel"], cwd=ROOT, check=True, capture_output=True, timeout=280)
    return ROOT / "build" / "wheels"


@pytest.fixture(scope="session")
def wheel_python(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh virtual environment that has only the wheel."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, symlinks=True)
    wheel = next(wheels.glob("*.whl"))
    # The tests' own pip installs into the other environment.
    pip = [sys.executable, "-m", "pip", "--python", folder]
    install = [*pip, "install", "--quiet", "--no-index", "--no-deps", "--no-compile", wheel]
    subprocess.run(install, check=True, timeout=120)
    return folder / "bin" / "python"


@pytest.fixture
def clean_python() -> dict[str, str]:
    """The environment of a Python process that can import the package."""
    return {**os.environ, "PYTHONPATH": str(SOURCE)}
