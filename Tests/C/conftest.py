"""Fixtures, and the collection of C cases."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.authority import Authority
from support.cases import WORKSHOP, CFile
from support.service import Service
from support.workshop import Workshop


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the workshop, which compiles and starts programs on demand."""
    config.stash[WORKSHOP] = Workshop()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the service."""
    config.stash[WORKSHOP].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CFile | None:
    """Collect files of C cases."""
    if file_path.suffix == ".c" and file_path.name.startswith("test_"):
        return CFile.from_parent(parent, path=file_path)
    return None


@pytest.fixture(scope="session")
def workshop(request: pytest.FixtureRequest) -> Workshop:
    """Return the workshop, which compiles programs."""
    return request.config.stash[WORKSHOP]


@pytest.fixture(scope="session")
def service(workshop: Workshop) -> Service:
    """Return the local Spark service."""
    return workshop.service


@pytest.fixture(scope="session")
def tags() -> Iterator[str]:
    """Yield tags that no other test uses."""
    return (f"c-{os.getpid()}-{number}" for number in itertools.count())


@pytest.fixture
def tag(tags: Iterator[str]) -> str:
    """Return a tag for this test's exchanges."""
    return next(tags)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a certificate authority for the whole test run."""
    return Authority(tmp_path_factory.mktemp("an authority"))
