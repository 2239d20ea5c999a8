"""Which addresses are the service's own. All others are gateways, where any model may be asked."""

from __future__ import annotations

from urllib.parse import urlsplit

_DOMAIN = "xf-yun.com"


def is_service(url: str) -> bool:
    """Say whether a URL is one of the service's own."""
    host = (urlsplit(url).hostname or "").removesuffix(".")
    return host == _DOMAIN or host.endswith(f".{_DOMAIN}")
