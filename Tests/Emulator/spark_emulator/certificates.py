"""A temporary certificate authority, and TLS settings with its certificates."""

from __future__ import annotations

import os
import ssl
import tempfile
import warnings
from datetime import datetime, timezone
from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1", "::1")
# For clients that use the service's own names through the proxy port.
SERVICE_NAMES = ("*.xf-yun.com", "*.cn-huabei-1.xf-yun.com")


class Certificates:
    """One certificate authority, and a TLS context for each kind of server."""

    def __init__(self, ca_file: str | None) -> None:
        ca = trustme.CA()
        self.good = _context(ca.issue_cert(*NAMES, *SERVICE_NAMES))
        self.wrong_name = _context(ca.issue_cert("wrong.example"))
        self.untrusted = _context(trustme.CA().issue_cert(*NAMES))
        past = datetime(2020, 1, 1, tzinfo=timezone.utc)
        self.expired = _context(
            ca.issue_cert(*NAMES, not_before=past.replace(year=2019), not_after=past)
        )
        self.old = _context(ca.issue_cert(*NAMES))
        _limit_to_tls_1_1(self.old)
        self._temporary = ca_file is None
        if ca_file is None:
            descriptor, ca_file = tempfile.mkstemp(prefix="spark-emulator-ca-", suffix=".pem")
            os.close(descriptor)
        self.ca_file = Path(ca_file).absolute()
        ca.cert_pem.write_to_path(self.ca_file)

    def discard(self) -> None:
        """Remove the CA file, unless the user has named one."""
        if self._temporary:
            self.ca_file.unlink(missing_ok=True)


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    certificate.configure_cert(context)
    return context


def _limit_to_tls_1_1(context: ssl.SSLContext) -> None:
    # OpenSSL's default security level does not allow these versions.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        # Python warns that these versions are deprecated, which is intended here.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
