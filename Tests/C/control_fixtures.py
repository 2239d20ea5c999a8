"""Fixtures for the tests that name this module in `pytest_plugins`."""

from __future__ import annotations

import pytest
from control_authority import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return an authority for the whole test run."""
    return Authority(tmp_path_factory.mktemp("an authority"))
