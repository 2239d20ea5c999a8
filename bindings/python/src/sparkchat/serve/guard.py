"""Decides which requests to accept.

Every web page that the user opens can reach a server on this machine: through a form or a script of
another origin, or through a name that suddenly resolves to 127.0.0.1 (DNS rebinding). The headers
Origin and Host, which browsers send, reveal both.
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
    """Passes on permitted requests, and rejects others.

    With a key, requests must carry it. Without one, they must come from this machine, unless the
    server is `public`. `hosts` are the accepted names in the Host header. If none are given, all
    names are accepted, or without a key only those of this machine.
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
        """Reject a request, or pass it to the application."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await refusal.response()(scope, receive, send)

    def _refusal(self, scope: Scope) -> ApiError | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._is_local and not _is_loopback((scope.get("client") or ("",))[0]):
            return _forbidden(
                "without an API key, this server only answers requests from its own machine"
            )
        if self._hosts is not None and _name_of(host) not in self._hosts:
            return _forbidden("this server does not answer to the name in the Host header")
        if not self._knows(headers.getlist("origin"), host):
            return _forbidden("this server does not answer requests from this origin")
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
        """Return whether the origins are allowed: each is known, or is this server itself."""
        return all(
            "*" in self._origins
            or origin.lower() in self._origins
            or (host != "" and _place_of(origin) == host.lower())
            for origin in origins
        )

    def _is_key(self, authorization: str) -> bool:
        scheme, _, key = authorization.partition(" ")
        # Headers are decoded as Latin-1: this restores the bytes of a key in UTF-8.
        given = key.strip().encode("latin-1", "replace")
        return hmac.compare_digest(given, self._key or b"") and scheme.lower() == "bearer"


def is_loopback_name(host: str) -> bool:
    """Return whether other machines cannot reach an address or name to listen on."""
    return host.lower() == "localhost" or _is_loopback(host)


def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    inner = getattr(parsed, "ipv4_mapped", None)
    return (inner or parsed).is_loopback


def _name_of(host: str) -> str:
    """Return the name in a Host header, without its port; "" for none."""
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
