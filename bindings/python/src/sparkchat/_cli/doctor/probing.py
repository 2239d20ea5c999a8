"""Sends one request with made-up credentials, to check the connection and the clock.

It uses the library, and so the same proxy and certificates as real requests. The service refuses
it, and the refusal contains the server's date.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...enums import Phase
from ...errors import CertificateError, ConnectError, ResolveError, SparkError, TLSError
from .certificate import shown_by
from .network import Proxy
from .places import Place
from .report import Finding

ALLOWED_SKEW = 300
_NOTABLE_SKEW = 60
_PROXY_LOGIN = 407
_PROBE = {"max_attempts": 1, "total_timeout": 60}


@dataclass
class Probe:
    """A request with made-up credentials, and its result."""

    place: Place
    proxy: Proxy | None
    error: SparkError | None = None
    is_connected: bool = field(init=False, default=True)

    def ask(self) -> Iterator[Finding]:
        """Send the request; yield findings about connection, trust and clock."""
        try:
            with self.place.stand_in(**_PROBE) as spark:
                spark.invoke("1+1")
        except SparkError as error:
            self.error = error
        yield self._connection()
        if self.is_connected:
            yield self._trust()
        if self.is_connected:
            yield self._clock()

    def _connection(self) -> Finding:
        error, where = self.error, f"{self.place.host}:{self.place.port}"
        by = f" through the proxy {self.proxy.shown}" if self.proxy else ""
        is_lost = isinstance(error, (ConnectError, ResolveError)) or (
            error is not None and error.phase in (Phase.RESOLVE, Phase.CONNECT, Phase.PROXY)
        )
        if error is None or not is_lost:
            return Finding("connection", "ok", f"{where} accepts connections{by}")
        self.is_connected = False
        return Finding("connection", "problem", error.message, self._way_out(error))

    def _way_out(self, error: SparkError) -> str:
        if self.proxy is None:
            return f"{error.hint}; behind a company's proxy, set https_proxy"
        source = self.proxy.source
        if error.http_status == _PROXY_LOGIN:
            return (
                f"the proxy requires a login: write user name and password into {source}, as in"
                " http://USER:PASSWORD@HOST:PORT, with %40 for an @ in them"
            )
        return f"{error.hint}; check that the proxy in {source} is right and running"

    def _trust(self) -> Finding:
        error, host = self.error, self.place.host
        if not self.place.is_secure:
            said = f"{host} is used without encryption, so its identity is not verified"
            return Finding("trust", "note", said, "use wss:// or https://, unless this is a test")
        store = _store(self.place)
        if not isinstance(error, TLSError):
            return Finding("trust", "ok", f"the certificate of {host} is trusted by {store}")
        self.is_connected = False
        if not isinstance(error, CertificateError):
            return Finding("trust", "problem", error.message, error.hint)
        shown = shown_by(host, self.place.port, self.proxy)
        said = f"{error.message}; trusted: {store}"
        if shown is None:
            return Finding("trust", "problem", said, error.hint)
        said += f"; issued by: {shown.issuer}; valid from {shown.begins} to {shown.ends}"
        today = time.strftime("%Y-%m-%d", time.gmtime())
        if not shown.begins <= today <= shown.ends:
            advice = f"set this machine's clock, if {today} is wrong; otherwise the server must"
            return Finding("trust", "problem", said, f"{advice} renew its certificate")
        if "CA file" not in error.hint:  # The issuer is not the problem.
            return Finding("trust", "problem", said, error.hint)
        advice = (
            f"{error.hint}. If the issuer is your company's, its proxy decrypts the traffic."
            " Ask for its CA certificate, and name the file in SSL_CERT_FILE or with --ca-file"
        )
        return Finding("trust", "problem", said, advice)

    def _clock(self) -> Finding:
        skew = self.error.clock_skew if self.error else None
        if skew is None:
            return Finding("clock", "note", f"{self.place.host} does not report its time")
        direction = "ahead of" if skew > 0 else "behind"
        said = f"this machine's clock is {abs(skew)} s {direction} the server's"
        if abs(skew) > ALLOWED_SKEW:
            advice = "set it (`timedatectl set-ntp true`; for a container, set its host's)"
            allowed = f"the service allows {ALLOWED_SKEW} s, and refuses signatures beyond that"
            return Finding("clock", "problem", f"{said}; {allowed}", advice)
        if abs(skew) > _NOTABLE_SKEW:
            return Finding("clock", "note", f"{said}; {ALLOWED_SKEW} s are allowed")
        return Finding("clock", "ok", f"{abs(skew)} s from the server's")


def _store(place: Place) -> str:
    given = place.settings.get("ca_file")
    if given:
        return f"{given} (from --ca-file)"
    names = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
    named = [f"{os.environ[name]} (from {name})" for name in names]
    return " and ".join(named) or "the system's certificates"
