"""One emulator for all tests, and clients that share no code with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from client import Target
from http_client import HttpTarget
from spark_emulator import Emulator


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator(request_wait=20, close_wait=2) as running:
        yield running


@pytest.fixture
def target(emulator: Emulator) -> Target:
    """Return the emulator as a client sees it, with a tag for this test."""
    return Target(emulator.ready, uuid.uuid4().hex[:8])


@pytest.fixture
def http(target: Target) -> HttpTarget:
    """Return its HTTP API."""
    return HttpTarget(target)
