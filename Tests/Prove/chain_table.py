"""The table of certificates that `sections/tls.py` presents to the library."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from chains import (
    CLIENT,
    Owner,
    authority,
    context_of,
    issue,
    not_for_servers,
    usage,
    with_broken_signature,
    with_explicit_curve,
    with_weak_hash,
)
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

HOST = "a.example.test"
Options = dict[str, object]
# What the hint must say if a certificate is refused with these words.
ADVICE = {
    "expired|not yet valid": "machine's clock .* renewed",
    "hostname mismatch|IP address mismatch": "host name that the certificate was made for",
    "unable to get (local )?issuer|unable to verify": "install the system's CA certificates",
    "self.signed": "no trusted authority .* set the CA file to it",
    "signature failure|identifier mismatch": "has not signed it",
    "subtree violation": "name constraints",
    "purpose|certificate rejected": "not made for TLS servers",
    "invalid CA|does not include certificate signing": "may not issue certificates",
    "path length|chain too long": "shorter chain",
    "critical extension": "critical extension",
    "too weak|explicit": "security level",
    "unspecified|inconsistent": "RFC 5280",
}


@dataclass(frozen=True)
class Case:
    """A server, the host name to call it by, and the expected error; "" is an answer."""

    name: str
    context: ssl.SSLContext | None
    host: str
    ca_file: Path
    status: str = ""
    says: str = ""
    pem_file: Path = Path()
    nothing_may_pass: bool = True


class Table:
    """Collects cases that share a root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cases: list[Case] = []
        self.root = authority(key_usage=usage("key_cert_sign"))
        self.ca_file = self.trusting("root", self.root)

    def trusting(self, name: str, *owners: Owner) -> Path:
        """Return a file of trusted certificates."""
        file = self.folder / f"ca-{name}.pem"
        file.write_bytes(b"".join(owner.pem for owner in owners))
        return file

    def add(
        self,
        name: str,
        owner: Owner,
        status: str = "",
        says: str = "",
        *,
        host: str = HOST,
        ca_file: Path | None = None,
        chain: list[x509.Certificate] | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Add a case."""
        context = context or context_of(owner, self.folder, chain)
        pem_file = self.folder / f"{owner.certificate.serial_number}.pem"
        self.cases.append(
            Case(name, context, host, ca_file or self.ca_file, status, says, pem_file)
        )

    def refuse(self, name: str, owner: Owner, says: str, **options: object) -> None:
        """Add a case whose certificate must be refused."""
        self.add(name, owner, "CERTIFICATE", says, **options)  # type: ignore[arg-type]


def certificate_cases(folder: Path) -> list[Case]:
    """Return the table; the first accepted case is an ordinary certificate."""
    table = Table(folder)
    for fill in (
        names,
        addresses,
        times,
        chains,
        constraints,
        forms,
        strengths,
        purposes,
        versions,
    ):
        fill(table)
    return table.cases


def names(table: Table) -> None:
    root = table.root
    table.add("the name itself", issue(root, HOST))
    table.add("in capital letters", issue(root, "A.EXAMPLE.test"))
    table.add("one of several", issue(root, "x.test", "y.test", HOST, "z.test"))
    table.add("a wildcard", issue(root, "*.example.test"))
    table.add("the URL in capitals", issue(root, HOST), host="A.Example.TEST")
    table.add("another common name", issue(root, HOST, common_name="x.test"))
    for name, listed, host in (
        ("another name", ["b.example.test"], HOST),
        ("a part of the name", ["example.test"], HOST),
        ("a longer name", ["a.a.example.test"], HOST),
        ("a wildcard over two labels", ["*.example.test"], "a.b.example.test"),
        ("a wildcard over no label", ["*.example.test"], "example.test"),
        ("a wildcard at the start of a label", ["*a.example.test"], "aa.example.test"),
        ("a wildcard at the end of a label", ["a*.example.test"], "ab.example.test"),
        ("a wildcard in the middle of the name", ["a.*.test"], HOST),
        ("two wildcards", ["*.*.test"], HOST),
        ("a wildcard alone", ["*"], "localhost"),
        ("a wildcard of a top-level domain", ["*.test"], "example.test"),
        ("a NUL after the name", [f"{HOST}\0.evil.test"], HOST),
        ("a dot before the name", [".example.test"], HOST),
        ("no name at all", [], HOST),
        ("a URI as name", [], HOST),
    ):
        extra: Options = {}
        if "URI" in name:
            uri = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"https://{HOST}")])
            extra = {"extra": ((uri, False),)}
        owner = issue(root, *listed, **extra)  # type: ignore[arg-type]
        table.refuse(name, owner, "hostname mismatch", host=host)
    only = issue(root, common_name=HOST)
    table.refuse("only a common name (RFC 9525)", only, "hostname mismatch")


def addresses(table: Table) -> None:
    root, host = table.root, "127.0.0.1"
    table.add("an address", issue(root, "127.0.0.1"), host=host)
    table.add("an address among names", issue(root, HOST, "::1", "127.0.0.1"), host=host)
    says = "IP address mismatch"
    table.refuse("another address", issue(root, "127.0.0.2"), says, host=host)
    table.refuse("an address as name", issue(root, "dns:127.0.0.1"), says, host=host)
    table.refuse("a wildcard for an address", issue(root, "dns:*.0.0.1"), says, host=host)
    table.refuse("an address as common name", issue(root, common_name=host), says, host=host)
    table.refuse("a name for an address", issue(root, "localhost"), says, host=host)
    table.refuse("an address for a name", issue(root, "127.0.0.1"), "hostname", host="localhost")


def times(table: Table) -> None:
    root = table.root
    table.refuse("expired", issue(root, HOST, days=(-30, -1)), "expired")
    table.refuse("not yet valid", issue(root, HOST, days=(1, 30)), "not yet valid")
    table.refuse("expired after a year", issue(root, HOST, days=(-400, -35)), "expired")
    old = authority(root, days=(-30, -1))
    table.refuse("the authority has expired", issue(old, HOST), "expired")
    young = authority(root, days=(1, 30))
    table.refuse("the authority is not yet valid", issue(young, HOST), "not yet valid")
    gone = authority(days=(-30, -1))
    file = table.trusting("expired", gone)
    table.refuse("the root has expired", issue(gone, HOST), "expired", ca_file=file)


def chains(table: Table) -> None:
    root = table.root
    middle = authority(root)
    low = authority(middle)
    leaf = issue(low, HOST)
    table.add("two authorities between", leaf)
    table.add("with the root", leaf, chain=[*leaf.chain, root.certificate])
    turned = [leaf.certificate, *reversed(leaf.above)]
    table.add("in another order", leaf, chain=turned)
    stranger = issue(authority(), "x.test")
    table.add("with an unrelated certificate", leaf, chain=[*leaf.chain, stranger.certificate])
    says = "unable to get (local )?issuer certificate|unable to verify"
    table.refuse("one authority is missing", leaf, says, chain=leaf.chain[:2])
    table.refuse("all authorities are missing", leaf, says, chain=leaf.chain[:1])
    table.refuse("an unknown root", issue(authority(), HOST), says)
    other = authority()
    shown = issue(other, HOST)
    own = [*shown.chain, other.certificate]
    table.refuse("an unknown root, also sent", shown, "self.signed certificate in", chain=own)
    table.refuse("its own issuer", issue(None, HOST), "self.signed certificate")
    alone = issue(None, HOST)
    file = table.trusting("alone", alone)
    table.add("its own issuer, and trusted", alone, ca_file=file)
    fake = Owner(authority().certificate, other.key)
    table.refuse("signed with another key", issue(fake, HOST), says)
    file = table.trusting("fake", fake)
    table.refuse("the same, and trusted", issue(fake, HOST), "signature failure", ca_file=file)
    broken = with_broken_signature(issue(root, HOST))
    table.refuse("a broken signature", broken, "signature failure")
    renewed = authority(extra=((x509.SubjectKeyIdentifier(b"new"), False),))
    file = table.trusting("renewed", renewed)
    old_key = x509.AuthorityKeyIdentifier(b"old", None, None)
    outdated = issue(renewed, HOST, extra=((old_key, False),))
    table.refuse("the issuer has another key now", outdated, "identifier mismatch", ca_file=file)
    for name, owner in (("the authority in the middle", middle), ("the lowest authority", low)):
        file = table.trusting(f"only-{owner.certificate.serial_number}", owner)
        table.add(f"only {name} is trusted", leaf, ca_file=file)
    file = table.trusting("leaf", leaf)
    table.add("only the server itself is trusted", leaf, ca_file=file)
    table.refuse("only another server is trusted", issue(low, HOST), says, ca_file=file)
    deep = root
    for _ in range(12):
        deep = authority(deep)
    table.add("twelve authorities between", issue(deep, HOST))
    for _ in range(93):
        deep = authority(deep)
    table.refuse("105 authorities between", issue(deep, HOST), "chain too long")
    padding = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), bytes(120_000)
    )
    huge = issue(root, HOST, extra=((padding, False),))
    table.add("a huge certificate", huge, "TLS", "excessive|too large|length")


def constraints(table: Table) -> None:
    root = table.root

    def limited(**names: list[x509.GeneralName] | None) -> Owner:
        rules: dict[str, list[x509.GeneralName] | None] = {
            "permitted_subtrees": None,
            "excluded_subtrees": None,
            **names,
        }
        return authority(root, extra=((x509.NameConstraints(**rules), True),))

    here: list[x509.GeneralName] = [x509.DNSName("example.test")]
    table.add("a name that is permitted", issue(limited(permitted_subtrees=here), HOST))
    there: list[x509.GeneralName] = [x509.DNSName("other.test")]
    table.refuse("none permitted", issue(limited(permitted_subtrees=there), HOST), "permitted")
    table.refuse("excluded", issue(limited(excluded_subtrees=here), HOST), "excluded")
    local: list[x509.GeneralName] = [x509.IPAddress(ip_network("127.0.0.0/8"))]
    no_address = issue(limited(excluded_subtrees=local), "127.0.0.1")
    table.refuse("an excluded address", no_address, "excluded", host="127.0.0.1")
    path = authority(root, path_length=0)
    table.add("as long as allowed", issue(path, HOST))
    table.refuse("longer than allowed", issue(authority(path), HOST), "path length")
    for name, options, says in (
        ("the issuer is not an authority", {"is_ca": False, "purposes": ()}, "invalid CA"),
        ("the issuer does not say what it is", {"is_ca": None, "purposes": ()}, "invalid CA"),
        (
            "the issuer may not sign",
            {"is_ca": True, "key_usage": usage("digital_signature")},
            "invalid CA|does not include certificate signing",
        ),
        (
            "the issuer may sign, but does not say that it is an authority",
            {"is_ca": None, "purposes": (), "key_usage": usage("key_cert_sign")},
            "invalid CA",
        ),
    ):
        table.refuse(name, issue(issue(root, **options), HOST), says)
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.2"), b"\x05\x00")
    table.add("an unknown extension", issue(root, HOST, extra=((unknown, False),)))
    critical = issue(root, HOST, extra=((unknown, True),))
    table.refuse("an unknown critical extension", critical, "unhandled critical")
    above = authority(root, extra=((unknown, True),))
    table.refuse(
        "an unknown critical one, in the authority", issue(above, HOST), "unhandled critical"
    )
    names = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), b"\x05\x00")
    broken = issue(authority(root, extra=((names, False),)), HOST)
    table.refuse("an extension that cannot be read", broken, "unspecified|inconsistent")


def forms(table: Table) -> None:
    """Rules of RFC 5280 for authorities that it does not require clients to check (section 6)."""
    root = table.root
    signing = usage("digital_signature", "key_cert_sign")
    table.add("no key identifiers, no key usage", issue(authority(root), HOST))
    table.add(
        "an authority not marked critical", issue(authority(root, basic_is_critical=False), HOST)
    )
    table.add("a server's key that may sign certificates", issue(root, HOST, key_usage=signing))
    table.add("no basic constraints", issue(root, HOST, is_ca=None))
    table.add("no subject", issue(root, HOST, is_nameless=True))
    table.add("no issuer", issue(authority(root, is_nameless=True), HOST))
    table.add("valid for long", issue(root, HOST, days=(-4000, 4000)))
    table.add("an authority as server", issue(root, HOST, is_ca=True))
    policy = x509.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=None)
    table.add("a policy is required", issue(authority(root, extra=((policy, True),)), HOST))
    # A root that the administrator trusts need not declare what it is.
    for name, options in (
        ("is not marked critical", {"is_ca": True, "basic_is_critical": False}),
        ("only says that it may sign", {"is_ca": None, "key_usage": usage("key_cert_sign")}),
    ):
        trusted = issue(None, purposes=(), **options)
        file = table.trusting(f"form-{trusted.certificate.serial_number}", trusted)
        table.add(f"a root that {name}", issue(trusted, HOST), ca_file=file)


def strengths(table: Table) -> None:
    root, folder = table.root, table.folder
    for key in ("rsa2048", "p384", "ed25519"):
        table.add(f"a key of kind {key}", issue(root, HOST, key=key))
    table.refuse("a weak key", issue(root, HOST, key="rsa1024"), "key too weak")
    weak = authority(root, key="rsa1024")
    table.refuse("a weak key of the authority", issue(weak, HOST), "key too weak")
    strong = authority(key="rsa2048")
    file = table.trusting("rsa", strong)
    for digest in ("sha1", "md5"):
        owner = with_weak_hash(strong, folder, digest, HOST)
        table.refuse(f"signed with {digest}", owner, "too weak", ca_file=file)
    explicit = with_explicit_curve(folder)
    own = table.trusting("explicit", explicit)
    table.refuse("a curve of its own", issue(explicit, HOST), "explicit", ca_file=own)
    table.add("the same with sha256", with_weak_hash(strong, folder, "sha256", HOST), ca_file=file)


def purposes(table: Table) -> None:
    root = table.root
    emails = ExtendedKeyUsageOID.EMAIL_PROTECTION
    table.add("no purpose is given", issue(root, HOST, purposes=()))
    both = issue(root, HOST, purposes=(CLIENT, ExtendedKeyUsageOID.SERVER_AUTH))
    table.add("for clients and servers", both)
    says = "purpose"
    table.refuse("for clients only", issue(root, HOST, purposes=(CLIENT,)), says)
    table.refuse("for e-mails only", issue(root, HOST, purposes=(emails,)), says)
    signing = issue(root, HOST, key_usage=usage("key_cert_sign"))
    table.refuse("a key that may only sign certificates", signing, says)
    clients = x509.ExtendedKeyUsage([CLIENT])
    narrow = authority(root, extra=((clients, False),))
    table.refuse("the authority is for clients only", issue(narrow, HOST), says)
    file = not_for_servers(root, table.folder)
    leaf = issue(root, HOST)
    table.refuse("the root is not trusted for servers", leaf, "certificate rejected", ca_file=file)


def versions(table: Table) -> None:
    for name, version in (("1.0", ssl.TLSVersion.TLSv1), ("1.1", ssl.TLSVersion.TLSv1_1)):
        owner = issue(table.root, HOST)
        context = context_of(owner, table.folder)
        context.minimum_version = context.maximum_version = version
        says = "protocol|alert"
        table.add(f"TLS {name}", owner, "TLS", says, context=context)
    for name, version in (("1.2", ssl.TLSVersion.TLSv1_2), ("1.3", ssl.TLSVersion.TLSv1_3)):
        owner = issue(table.root, HOST)
        context = context_of(owner, table.folder)
        context.minimum_version = context.maximum_version = version
        table.add(f"TLS {name}", owner, context=context)
    for name, ciphers in (("no authentication", "aNULL"), ("no encryption", "eNULL:!aNULL")):
        owner = issue(table.root, HOST, key="rsa2048")
        context = context_of(owner, table.folder)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
        table.add(f"ciphers with {name}", owner, "TLS", "handshake failure", context=context)
