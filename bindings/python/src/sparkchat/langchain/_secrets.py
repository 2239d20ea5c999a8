"""Hides secrets from cache keys, traces, and serialized models."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from ._clients import plain
from ._fields import ALIASES

SECRETS = {
    "spark_app_id": "IFLYTEK_SPARK_APP_ID",
    "spark_api_key": "IFLYTEK_SPARK_API_KEY",
    "spark_api_secret": "IFLYTEK_SPARK_API_SECRET",
    "spark_api_password": "IFLYTEK_SPARK_API_PASSWORD",
    "spark_proxy": "https_proxy",
}
"""The fields that are hidden, and the environment variables that replace them."""


def hidden(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call, with secrets hidden but still usable."""
    return {
        name: SecretStr(value) if isinstance(value, str) and _hides(name, value) else value
        for name, value in arguments.items()
    }


def without_secrets(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments without secrets, for traces and comparisons."""
    return {
        name: shown(name, value)
        for name, value in arguments.items()
        if ALIASES.get(name, name) not in SECRETS
    }


def shown(name: str, value: Any) -> Any:
    """Return a value that may be shown: a URL's query is replaced with its hash."""
    url = plain(value)
    if not isinstance(url, str) or not _is_signed(name, url):
        return value
    address, _, query = url.partition("?")
    return f"{address}?{hashlib.sha256(query.encode()).hexdigest()[:8]}"


def _hides(name: str, value: str) -> bool:
    return ALIASES.get(name, name) in SECRETS or _is_signed(name, value)


def _is_signed(name: str, value: str) -> bool:
    """Return whether this is a URL with a query, which may contain a signature."""
    return ALIASES.get(name, name) == "spark_api_url" and "?" in value
