"""What the environment says about the arguments."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

_ENVIRONMENT = {
    "spark_app_id": ("IFLYTEK_SPARK_APP_ID", "SPARKAI_APP_ID"),
    "spark_api_key": ("IFLYTEK_SPARK_API_KEY", "SPARKAI_API_KEY"),
    "spark_api_secret": ("IFLYTEK_SPARK_API_SECRET", "SPARKAI_API_SECRET"),
    "spark_api_url": ("IFLYTEK_SPARK_API_URL", "SPARKAI_URL"),
    "spark_llm_domain": ("IFLYTEK_SPARK_LLM_DOMAIN", "SPARKAI_DOMAIN"),
}


def from_environment(field: str) -> Callable[[], Any]:
    """Return what reads the value of a field: None where there is none."""

    def read() -> str | None:
        found = (os.environ.get(name) for name in _ENVIRONMENT[field])
        return next(filter(None, found), None)

    return read


def secret_from_environment(field: str) -> Callable[[], Any]:
    """Return the same for a field that nothing may show."""
    read = from_environment(field)

    def read_secret() -> SecretStr | None:
        value = read()
        return None if value is None else SecretStr(value)

    return read_secret
