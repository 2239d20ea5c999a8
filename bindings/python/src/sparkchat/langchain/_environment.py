"""Reads arguments from the environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from .._runtime.environment import VARIABLES

_SETTINGS = {
    "spark_app_id": "app_id",
    "spark_api_key": "api_key",
    "spark_api_secret": "api_secret",
    "spark_api_url": "url",
    "spark_llm_domain": "domain",
}


class FromEnvironment(str):
    """A value from the environment, which a given value replaces."""


def from_environment(field: str) -> Callable[[], Any]:
    """Return a function that reads the value of a field, and returns None without one."""

    def read() -> str | None:
        found = (os.environ.get(name) for name in VARIABLES[_SETTINGS[field]])
        return next(filter(None, found), None)

    return read


def secret_from_environment(field: str) -> Callable[[], Any]:
    """Return the same for a field that must stay hidden."""
    read = from_environment(field)

    def read_secret() -> SecretStr | None:
        value = read()
        return None if value is None else SecretStr(value)

    return read_secret
