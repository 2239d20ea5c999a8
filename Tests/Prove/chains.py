"""Good and bad certificates, and the chains that servers send."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from itertools import count
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(timezone.utc)
DAY = timedelta(days=1)
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
_serials = count(1000)


@dataclass(frozen=True)
class Owner:
    """A certificate, its key, and the certificates that lead to its root."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def chain(self) -> list[x509.Certificate]:
        """What a server sends: the certificate and those between it and the root."""
        return [self.certificate, *self.above]


def new_key(kind: str = "ec") -> Key:
    """Return a key: "ec", "p384", "ed25519", or "rsa" and a number of bits."""
    if kind.startswith("rsa"):
        # Some cases test weak keys.
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP384R1() if kind == "p384" else ec.SECP256R1())


def usage(*names: str) -> x509.KeyUsage:
    """Return a key usage with these bits."""
    bits = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment"]
    bits += ["key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{bit: bit in names for bit in bits})


def alternative(name: str) -> x509.GeneralName:
    """Return a subject alternative name: an address, unless it begins with "dns:"."""
    if name.startswith("dns:"):
        return x509.DNSName(name[4:])
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def issue(
    issuer: Owner | None,
    *names: str,
    common_name: str = "",
    is_nameless: bool = False,
    key: str = "ec",
    is_ca: bool | None = False,
    basic_is_critical: bool = True,
    path_length: int | None = None,
    key_usage: x509.KeyUsage | None = None,
    purposes: tuple[x509.ObjectIdentifier, ...] = (SERVER,),
    days: tuple[int, int] = (-1, 30),
    extra: tuple[tuple[x509.ExtensionType, bool], ...] = (),
) -> Owner:
    """Return a new certificate, self-signed without an issuer; `is_ca` None omits that field."""
    own = new_key(key)
    serial = next(_serials)
    common = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else []
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"number {serial}")
    subject = x509.Name([] if is_nameless else [unit, *common])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(serial)
        .not_valid_before(NOW + days[0] * DAY)
        .not_valid_after(NOW + days[1] * DAY)
    )
    if names:
        listed = x509.SubjectAlternativeName([alternative(name) for name in names])
        builder = builder.add_extension(listed, critical=False)
    if is_ca is not None:
        basic = x509.BasicConstraints(ca=is_ca, path_length=path_length)
        builder = builder.add_extension(basic, critical=basic_is_critical)
    if key_usage is not None:
        builder = builder.add_extension(key_usage, critical=True)
    if purposes and not is_ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical)
    signer = issuer.key if issuer else own
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    certificate = builder.sign(signer, algorithm)
    above = (
        tuple(issuer.chain)
        if issuer and issuer.certificate.issuer != issuer.certificate.subject
        else ()
    )
    return Owner(certificate, own, above)


def authority(issuer: Owner | None = None, **options: object) -> Owner:
    """Return a certificate authority: a root, or one below `issuer`."""
    return issue(issuer, is_ca=True, **options)  # type: ignore[arg-type]


def with_weak_hash(issuer: Owner, folder: Path, digest: str, name: str) -> Owner:
    """Return a certificate signed with an old hash, which only the openssl tool still supports."""
    (folder / "issuer.pem").write_bytes(issuer.pem)
    (folder / "issuer.key").write_bytes(issuer.key_pem)
    key = new_key()
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    signed = request.sign(key, hashes.SHA256())
    (folder / "leaf.csr").write_bytes(signed.public_bytes(Encoding.PEM))
    (folder / "leaf.cnf").write_text(
        f"subjectAltName=DNS:{name}\nbasicConstraints=critical,CA:false\n"
        "authorityKeyIdentifier=none\n"
    )
    command = ["openssl", "x509", "-req", "-in", "leaf.csr", "-CA", "issuer.pem"]
    command += ["-CAkey", "issuer.key", "-set_serial", str(next(_serials)), "-days", "30"]
    command += [f"-{digest}", "-extfile", "leaf.cnf", "-out", "leaf.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    certificate = x509.load_pem_x509_certificate((folder / "leaf.pem").read_bytes())
    return Owner(certificate, key)


def with_explicit_curve(folder: Path) -> Owner:
    """Return an authority whose key spells out its curve instead of naming it."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "30"]
    command += ["-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"]
    command += ["-subj", "/CN=explicit", "-keyout", "explicit.key", "-out", "explicit.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    command = ["openssl", "ec", "-in", "explicit.key", "-param_enc", "named_curve"]
    named = subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout
    certificate = x509.load_pem_x509_certificate((folder / "explicit.pem").read_bytes())
    key = load_pem_private_key(named, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Owner(certificate, key)


def not_for_servers(owner: Owner, folder: Path) -> Path:
    """Return a file in OpenSSL's own format that trusts a certificate, but not for servers."""
    (folder / "distrusted.crt").write_bytes(owner.pem)
    command = ["openssl", "x509", "-in", "distrusted.crt", "-addreject", "serverAuth"]
    command += ["-trustout", "-out", "distrusted.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "distrusted.pem"


def with_broken_signature(owner: Owner) -> Owner:
    """Return the same certificate with a wrong signature."""
    der = bytearray(owner.certificate.public_bytes(Encoding.DER))
    der[-1] ^= 1
    return Owner(x509.load_der_x509_certificate(bytes(der)), owner.key, owner.above)


def context_of(
    owner: Owner, folder: Path, chain: list[x509.Certificate] | None = None
) -> ssl.SSLContext:
    """Return a server context that sends a chain, even a bad one."""
    shown = owner.chain if chain is None else chain
    file = folder / f"{owner.certificate.serial_number}.pem"
    file.write_bytes(owner.key_pem + b"".join(one.public_bytes(Encoding.PEM) for one in shown))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(file)
    return context
