"""Fixtures for pytest, which finds them where the package is installed.

pytest loads this file in every project, so it is not a part of the package, which loads the
library, and imports nothing of it until a fixture is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sparkchat import Spark
    from sparkchat.testing import SparkService

_OTHERS = ("IFLYTEK_SPARK_API_PASSWORD", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@pytest.fixture(scope="session")
def spark_service() -> Iterator[SparkService]:
    """A local stand-in for the service, one for all tests. Needs the extra `testing`."""
    from sparkchat.testing import SparkService

    with SparkService() as service:
        yield service


@pytest.fixture
def spark(spark_service: SparkService) -> Iterator[Spark]:
    """A client of the local service."""
    with spark_service.client() as client:
        yield client


@pytest.fixture
def spark_environment(
    spark_service: SparkService, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """An environment in which `Spark()`, in this process and its children, asks the local service.

    There is no proxy in it.
    """
    for name in _OTHERS:
        monkeypatch.delenv(name, raising=False)
    variables = spark_service.environment()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables
