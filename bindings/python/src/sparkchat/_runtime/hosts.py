"""Recognizes the service's own addresses. All others are gateways, which may serve any model."""

from __future__ import annotations

from urllib.parse import urlsplit

_DOMAIN = "xf-yun.com"


def is_service(url: str) -> bool:
    """Return whether a URL is one of the service's own."""
    host = (urlsplit(url).hostname or "").removesuffix(".")
    return host == _DOMAIN or host.endswith(f".{_DOMAIN}")
