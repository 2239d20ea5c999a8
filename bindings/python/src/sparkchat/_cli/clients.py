"""Makes the client of a command from its options and the environment."""

from __future__ import annotations

import os
from typing import Any, TypeVar

from .._runtime.base_client import Client
from ..client import Spark
from ..errors import ConfigError
from .credentials import CONSOLE, MADE_UP, found_in, listed, missing_variables

AnyClient = TypeVar("AnyClient", bound=Client)


def new_client(kind: type[AnyClient], given: dict[str, Any]) -> AnyClient:
    """Return a client. ConfigError: settings are missing; it names the variables to set."""
    try:
        return kind(**given)
    except ConfigError:
        found = found_in(os.environ)
        missing = missing_variables(found)
        if not missing:
            raise
        # Other errors are raised unchanged.
        Spark(**{**MADE_UP, **given}).close()
    are, them = ("is", "it") if len(missing) == 1 else ("are", "them")
    said, instead = f"{listed(missing)} {are} not set", "for HTTP IFLYTEK_SPARK_API_PASSWORD"
    if "api_password" in found:
        said, instead = f"{said}, and an API password is for HTTP only", "ask over HTTP"
    raise ConfigError(said, hint=f"set {them}, or {instead}; {CONSOLE}")
