"""Checks name resolution, and finds the proxy."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import proxy_bypass

from .report import Finding

_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
# Nothing is sent: connecting a datagram socket only looks up a route to these reserved addresses.
_SOMEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


@dataclass(frozen=True)
class Proxy:
    """A proxy, and the setting that names it."""

    url: str
    source: str

    @property
    def host(self) -> str:
        """Its host."""
        return self._parts.hostname or ""

    @property
    def port(self) -> int:
        """Its port."""
        return self._parts.port or (80 if self.is_http else 1080)

    @property
    def is_http(self) -> bool:
        """Whether it speaks HTTP; otherwise SOCKS 5."""
        return not self._parts.scheme.startswith("socks")

    @property
    def login(self) -> tuple[str, str] | None:
        """User name and password, if there are any."""
        user, password = self._parts.username, self._parts.password
        return None if user is None else (unquote(user), unquote(password or ""))

    @property
    def shown(self) -> str:
        """Its address and source, without the login."""
        login = ", with a login" if self.login else ""
        return f"{self._parts.scheme}://{self.host}:{self.port} (from {self.source}{login})"

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(self.url if "://" in self.url else f"http://{self.url}")


def proxies(given: str | None, environment: Mapping[str, str]) -> list[Proxy]:
    """Return the proxy in use, if any, and then the others that are set."""
    found = [Proxy(environment[name], name) for name in _VARIABLES if environment.get(name)]
    if given is not None:
        found.insert(0, Proxy(given, "--proxy"))
    return [proxy for proxy in found if proxy.url or proxy.source == "--proxy"]


def proxy_for(host: str, all_set: Iterable[Proxy], environment: Mapping[str, str]) -> Proxy | None:
    """Return the proxy on the way to a host."""
    first = next(iter(all_set), None)
    if first is None or not first.url:
        return None
    exceptions = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    if first.source != "--proxy" and proxy_bypass(host, {"no": exceptions}):
        return None
    return first


def look_up(host: str, *, is_proxy: bool) -> Finding:
    """Check whether a name can be looked up."""
    what = f"{host} (the proxy)" if is_proxy else host
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        if not _has_a_way_out():
            said = f"{what} cannot be looked up: this machine has no network"
            return Finding("names", "problem", said, "connect it, and try again")
        advice = (
            "check the spelling of the proxy"
            if is_proxy
            else f"check the URL's spelling and this machine's DNS (`getent hosts {host}`); behind"
            " a company's proxy, set https_proxy"
        )
        return Finding("names", "problem", f"{what} cannot be looked up ({reason})", advice)
    addresses = sorted({str(answer[4][0]) for answer in answers})
    return Finding("names", "ok", f"{what} is {', '.join(addresses[:4])}")


def _has_a_way_out() -> bool:
    for family, address in _SOMEWHERE:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            return True
    return False
