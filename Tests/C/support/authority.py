"""Certificates for the servers and clients of a test."""

from __future__ import annotations

import base64
import hashlib
import ssl
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Authority:
    """A certificate authority for tests."""

    def __init__(self, folder: Path, key_type: trustme.KeyType = trustme.KeyType.ECDSA) -> None:
        self._folder = folder
        self._key_type = key_type
        self._authority = trustme.CA(key_type=key_type)
        self._server = self._authority.issue_cert("localhost", "127.0.0.1", key_type=key_type)
        self.file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def server(
        self, version: ssl.TLSVersion | None = None, *, wants_certificate: bool = False
    ) -> ssl.SSLContext:
        """Return a server's context; with a version, the server speaks only that version."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._server.configure_cert(context)
        if version is not None:
            context.minimum_version = context.maximum_version = version
        if wants_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            self._authority.configure_trust(context)
        return context

    def with_others(self, *files: Path) -> Path:
        """Return a file with our certificate and those of other authorities."""
        together = self._folder / "together.pem"
        together.write_bytes(b"".join(file.read_bytes() for file in (self.file, *files)))
        return together

    def client(self, name: str) -> tuple[Path, Path]:
        """Return the files of a client's certificate and key."""
        issued = self._authority.issue_cert(f"{name}@example.org", key_type=self._key_type)
        certificate, key = self._folder / f"{name}.pem", self._folder / f"{name}-key.pem"
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(key))
        return certificate, key

    @property
    def pin(self) -> str:
        """Return the pin of the server's public key."""
        certificate = x509.load_pem_x509_certificate(self._server.cert_chain_pems[0].bytes())
        return pin_of(certificate)


def pin_of(certificate: x509.Certificate) -> str:
    """Return the pin of a certificate's public key."""
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return "sha256//" + base64.b64encode(hashlib.sha256(key).digest()).decode()
