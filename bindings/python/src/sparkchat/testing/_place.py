"""Clients and environment variables for a local server."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .._runtime.environment import TEST_SERVICE, VARIABLES
from ..async_client import AsyncSpark
from ..client import Spark

LOCAL = {
    "app_id": "local",
    "api_key": "local-key",
    "api_secret": "local-secret",
    "api_password": "local-password",
}
"""Credentials for a server that does not check them."""


class Place:
    """A local server that answers like the service."""

    def settings(self) -> dict[str, Any]:
        """Return the arguments of `Spark` for this server."""
        raise NotImplementedError

    def client(self, **settings: Any) -> Spark:
        """Return a client for this server. Settings are those of `Spark`, and take precedence."""
        return Spark(**{"environment": False, **self._leading_here(settings)})

    def async_client(self, **settings: Any) -> AsyncSpark:
        """Return a client for this server, for asyncio."""
        return AsyncSpark(**{"environment": False, **self._leading_here(settings)})

    def environment(self) -> dict[str, str]:
        """Return the environment variables that direct a program to this server.

        They redirect all of the service's own hosts, even if a program names one.
        """
        settings = self.settings()
        known = {names[0]: settings[key] for key, names in VARIABLES.items() if key in settings}
        where = urlsplit(settings["url"])
        return {**known, TEST_SERVICE: f"{where.scheme}://{where.netloc}"}

    def _leading_here(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Return settings, completed for this server."""
        return {**self.settings(), **settings}
