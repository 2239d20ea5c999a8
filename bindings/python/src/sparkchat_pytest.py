"""Fixtures that pytest finds if the package is installed.

pytest loads this file in every project. It is therefore not part of the package, which would load
the library, and imports it only when a fixture is used.
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
    """Return the local service, which all tests share. Needs the extra `testing`."""
    from sparkchat.testing import SparkService

    with SparkService() as service:
        yield service


@pytest.fixture
def spark(spark_service: SparkService) -> Iterator[Spark]:
    """Return a client of the local service."""
    with spark_service.client() as client:
        yield client


@pytest.fixture
def spark_environment(
    spark_service: SparkService, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Set the environment so that `Spark()`, here and in child processes, uses the local service.

    Proxy variables are removed. Returns the variables that are set.
    """
    for name in _OTHERS:
        monkeypatch.delenv(name, raising=False)
    variables = spark_service.environment()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables
