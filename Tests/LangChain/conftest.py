"""Fixtures: the adapter, from the source tree, and a local Spark service."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

sys.path[:0] = [str(ROOT / "bindings" / "python" / "src"), str(ROOT / "Tests" / "Python")]
os.environ["SPARKCHAT_LIBRARY"] = str(ROOT / "build" / "lib" / "libsparkchat.so.0")
# Keep the developer's own account and proxy out of the tests.
FOREIGN = ("IFLYTEK_SPARK_", "SPARKAI_", "SPARK_AP", "SPARKCHAT_TEST_", "LANGSMITH_", "LANGCHAIN_")
for name in dict(os.environ):
    if name.startswith(FOREIGN) or name.lower().endswith("_proxy"):
        del os.environ[name]

from service import Service, running_service  # noqa: E402
from sparkchat.langchain import ChatSparkLLM  # noqa: E402

Arguments = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """The local service, shared by all tests."""
    with running_service() as service:
        yield service


_numbers = itertools.count()


@pytest.fixture
def tag() -> str:
    """A label for this test's exchanges in the service's records."""
    return f"langchain-{next(_numbers)}"


@pytest.fixture
def arguments(service: Service) -> Arguments:
    """The arguments of a model that asks the local service, without retries."""

    def make(
        scenario: str | None = None,
        *,
        path: str | None = None,
        transport: str = "websocket",
        port: str | None = None,
        tag: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        query = {"scenario": scenario, "tag": tag}
        chosen = {key: value for key, value in query.items() if value is not None}
        found: dict[str, Any] = {"max_retries": 0}
        if transport == "http":
            path = path or "/v1/chat/completions"
            found |= {"model": "generalv3.5", "api_password": service.password}
        else:
            path = path or "/v3.5/chat"
            found |= service.credentials
        found["api_url"] = service.url(path, port=port, transport=transport, **chosen)
        return found | others

    return make


@pytest.fixture
def chat(arguments: Arguments) -> Callable[..., ChatSparkLLM]:
    """Make models: `chat("stall:at=middle", timeout=1)`."""
    return lambda *values, **named: ChatSparkLLM(**arguments(*values, **named))


@pytest.fixture(params=["websocket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    """Each of the two transports."""
    name: str = request.param
    return name
