"""A local place that answers: clients for it, and the environment variables that lead there."""

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
"""Credentials for a place that does not look at them."""


class Place:
    """Something local that answers like the service."""

    def settings(self) -> dict[str, Any]:
        """Return the arguments of `Spark` that lead here."""
        raise NotImplementedError

    def client(self, **settings: Any) -> Spark:
        """Return a client that asks here. Settings are those of `Spark`, and come first."""
        return Spark(**{"environment": False, **self._leading_here(settings)})

    def async_client(self, **settings: Any) -> AsyncSpark:
        """Return a client for asyncio that asks here."""
        return AsyncSpark(**{"environment": False, **self._leading_here(settings)})

    def environment(self) -> dict[str, str]:
        """Return the environment variables that lead here: for programs that read them.

        All hosts of the service's own are then here, also where a program names one.
        """
        settings = self.settings()
        known = {names[0]: settings[key] for key, names in VARIABLES.items() if key in settings}
        where = urlsplit(settings["url"])
        return {**known, TEST_SERVICE: f"{where.scheme}://{where.netloc}"}

    def _leading_here(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Return settings with what they need to lead here."""
        return {**self.settings(), **settings}
