"""Who may ask.

A server on this machine is in reach of every web page that its user looks at: by a form or a script
of another origin, and by a name that suddenly leads to 127.0.0.1 (DNS rebinding). Browsers say both
in the headers Origin and Host.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .errors import ApiError

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Guard:
    """Lets requests pass that may ask, and refuses others.

    With a key, that is who has it. Without, it is who comes from this machine, unless it is
    `public`. `hosts` are the names in the header Host to answer to: without a key those of this
    machine, if none are given, and otherwise all.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        api_key: str | None,
        public: bool,
        hosts: Iterable[str],
        origins: Iterable[str],
    ) -> None:
        self._app = app
        self._key = None if api_key is None else api_key.encode()
        self._is_local = api_key is None and not public
        names = {host.lower().strip("[]") for host in hosts}
        self._hosts = names | set(LOOPBACK) if names or self._is_local else None
        known = {origin.lower().rstrip("/") for origin in origins}
        self._origins = known if known or not public else {"*"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await refusal.response()(scope, receive, send)

    def _refusal(self, scope: Scope) -> ApiError | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._is_local and not _is_loopback((scope.get("client") or ("",))[0]):
            return _forbidden("without a key, this server only answers its own machine")
        if self._hosts is not None and _name_of(host) not in self._hosts:
            return _forbidden("this server does not go by the name in the header Host")
        if not self._knows(headers.getlist("origin"), host):
            return _forbidden("this server does not answer pages of this origin")
        if self._key is not None and not self._is_key(headers.get("authorization", "")):
            return ApiError(
                401,
                "the API key is missing or wrong",
                kind="authentication_error",
                code="invalid_api_key",
                headers={"www-authenticate": "Bearer"},
            )
        return None

    def _knows(self, origins: list[str], host: str) -> bool:
        """Say whether a page may ask: of an origin that is allowed, or of this very server."""
        return all(
            "*" in self._origins
            or origin.lower() in self._origins
            or (host != "" and _place_of(origin) == host.lower())
            for origin in origins
        )

    def _is_key(self, authorization: str) -> bool:
        scheme, _, key = authorization.partition(" ")
        # Headers are Latin-1; a key in UTF-8 comes out again as its bytes.
        given = key.strip().encode("latin-1", "replace")
        return hmac.compare_digest(given, self._key or b"") and scheme.lower() == "bearer"


def is_loopback_name(host: str) -> bool:
    """Say whether an address or a name to listen on is out of reach of other machines."""
    return host.lower() == "localhost" or _is_loopback(host)


def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    inner = getattr(parsed, "ipv4_mapped", None)
    return (inner or parsed).is_loopback


def _name_of(host: str) -> str:
    """Return the name in a header Host, without its port; "" for none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _place_of(origin: str) -> str:
    """Return host and port of an origin; "" for one that has none, such as "null"."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _forbidden(message: str) -> ApiError:
    return ApiError(403, message, kind="permission_error", code="forbidden")
