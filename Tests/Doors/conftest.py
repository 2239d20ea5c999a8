"""Fixtures of the doors: the local service; puts the helpers of `Tests/C` on Python's path."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "C"))

from support.service import Service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Start the local Spark service; one for each worker."""
    service = Service(tmp_path_factory.mktemp("a service"))
    yield service
    service.stop()
