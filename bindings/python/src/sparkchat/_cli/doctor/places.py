"""Where the doctor asks: as the user has set, another version by URL and domain, and over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..._runtime.hosts import is_service
from ...client import Spark
from ...enums import Transport
from ...errors import SparkError
from ...models import models
from ..credentials import MADE_UP, Credential, is_signed

_MADE_UP_PASSWORD = {"api_password": "0" * 32}
_OTHER_VERSION = ("wss://spark-api.xf-yun.com/v2.1/chat", "generalv2")
_PLANS = {
    "spark-api": "the chat service",
    "spark-api-open": "the chat service, over HTTP",
    "maas-api": "MaaS",
    "maas-token-api": "the Token Plan",
    "maas-coding-api": "the Coding Plan (its terms allow coding tools, and no backends)",
}


@dataclass(frozen=True)
class Place:
    """A place to ask: settings of `Spark`, and the values that result from them."""

    settings: Mapping[str, Any]
    url: str
    domain: str
    transport: str
    """As in recordings: "websocket" or "http"."""
    model: str | None

    @property
    def host(self) -> str:
        """The host to look up."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Its port."""
        parts = urlsplit(self.url)
        return parts.port or (443 if self.is_secure else 80)

    @property
    def is_secure(self) -> bool:
        """Whether it uses TLS."""
        return urlsplit(self.url).scheme in ("wss", "https")

    @property
    def is_service(self) -> bool:
        """Whether the address is the service's own."""
        return is_service(self.url)

    @property
    def plan(self) -> str:
        """Which of the service's plans the address belongs to, in words."""
        if not self.is_service:
            return "not an address of the service itself"
        return _PLANS.get(self.host.partition(".")[0], "the service")

    def stand_in(self, **settings: Any) -> Spark:
        """Return a client for this place with made-up credentials."""
        made_up = MADE_UP if self.transport == "websocket" else _MADE_UP_PASSWORD
        where = {**self.settings, "url": self.url, "domain": self.domain}
        return Spark(**{**where, **made_up, **settings})


def own_place(given: Mapping[str, Any], found: Mapping[str, Credential]) -> Place:
    """Return the place that `Spark` would ask. SparkError: the settings contradict each other."""
    made_up = dict(MADE_UP)
    if "api_password" in found and not is_signed(found):
        made_up = dict(_MADE_UP_PASSWORD)
    return _place(given, made_up)


def other_version(given: Mapping[str, Any], own: Place) -> Place:
    """Return the place of an old model, by URL and domain."""
    url, domain = _OTHER_VERSION
    return _place({**_way(given), "url": _at(own, url), "domain": domain}, MADE_UP)


def over_http(given: Mapping[str, Any], own: Place) -> Place | None:
    """Return the place of the same model over HTTP; None if there is none."""
    model = own.model or own.domain
    try:
        # Without the environment, whose gateway would replace the service's address.
        known = _place(
            {**_way(given), "model": model, "transport": "http", "environment": False},
            _MADE_UP_PASSWORD,
        )
        there = {"url": _at(own, known.url), "domain": known.domain}
        return _place({**_way(given), **there}, _MADE_UP_PASSWORD)
    except SparkError:
        return None


def hosted_plans() -> list[tuple[str, str]]:
    """Return the name and base URL of each plan for hosted models."""
    places = ((model.name, model.http) for model in models())
    return [
        (name, http.url.removesuffix("/chat/completions"))
        for name, http in places
        if http and http.url and http.domain is None
    ]


def real_settings(place: Place) -> dict[str, Any]:
    """Return the settings of a client for a place.

    The library itself takes the credentials from the environment: its errors name the variables.
    """
    return {**place.settings, "url": place.url, "domain": place.domain}


def _way(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that apply to every place."""
    return {name: given[name] for name in ("ca_file", "proxy") if name in given}


def _place(settings: Mapping[str, Any], made_up: Mapping[str, str]) -> Place:
    with Spark(**{**made_up, **settings}) as spark:
        is_http = spark.transport is Transport.HTTP
        model = spark.model.name if spark.model else None
        transport = "http" if is_http else "websocket"
        return Place(settings, spark.url, spark.domain, transport, model)


def _at(own: Place, url: str) -> str:
    """Return a URL of the service, or the same path at the user's gateway."""
    if own.is_service:
        return url
    path, there = urlsplit(url), urlsplit(own.url)
    scheme = path.scheme if own.is_secure else {"wss": "ws", "https": "http"}[path.scheme]
    return there._replace(scheme=scheme, path=path.path).geturl()
