"""Finds calls of OpenSSL that may bypass its gate; called by `make lint`. Prints each, and exits
with 1 if there are any.

`OpenSSLGate` keeps threads out of OpenSSL while the process exits: docs/architecture.md, "Exiting".
A Swift file that calls OpenSSL uses the gate itself, or is one of INSIDE. Those are called
between the gate's `enter` and `leave`: other modules cannot call them, and in their own module
only files that use the gate or are in INSIDE name their types.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).parent.parent / "Sources"
INSIDE = {
    "ClientIdentity",
    "PublicKeyPins",
    "SocketBIO",
    "TLSFailure",
    "TrustPlace",
    "TrustStore",
    "Verification",
}
# These touch nothing that OpenSSL's threads share.
FREE = {"EVP_DecodeBlock", "EVP_EncodeBlock", "OPENSSL_cleanse", "OpenSSL_version"}

# Constants have no lower-case letters.
FUNCTION = re.compile(
    r"\b(?:(?:ASN1|BIO|BN|CRYPTO|ERR|EVP|OPENSSL|OpenSSL|OSSL|PEM|RAND|SSL|TLS|X509|X509V3)_\w*[a-z]\w*"
    r"|(?:d2i|i2d)_\w+|(?:HMAC|MD5|SHA\d+)(?=\())"
)
SHIM = re.compile(r"^static inline .*\b(sparkchat_shim_\w+)\(", re.MULTILINE)
GATE = re.compile(r"\b(?:OpenSSLGate\.shared|gate)\.(?:enter|admits|ifOpen)\b")
# What other modules may call.
EXPORTED = re.compile(r"\b(?:package|public) (?:static )?func (\w+)")


def faults() -> Iterator[str]:
    """Yield the faults."""
    shims = set(SHIM.findall((SOURCES / "COpenSSL/shim.h").read_text(encoding="utf-8")))
    used: set[str] = set()
    calling: set[str] = set()
    for path in sorted(SOURCES.rglob("*.swift")):
        text = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        name = path.relative_to(SOURCES).as_posix()
        functions = {word for word in FUNCTION.findall(text) if "import COpenSSL" in text}
        functions |= {word for word in re.findall(r"\bsparkchat_shim_\w+", text) if word in shims}
        used |= functions
        is_inside = path.stem in INSIDE
        if is_inside:
            calling |= {path.stem} if functions - FREE else set()
            yield from (f"{name}: {word}() is not internal" for word in EXPORTED.findall(text))
        if is_inside or GATE.search(text) or path.stem == "OpenSSLGate":
            continue
        for word in sorted(functions - FREE):
            yield f"{name}: {word} is called outside OpenSSLGate"
        if name.startswith("SparkTransport/"):
            for word in sorted(INSIDE & set(re.findall(r"\w+", text))):
                yield f"{name}: {word} is used outside OpenSSLGate"
    for word in sorted(INSIDE - calling | FREE - used):
        yield f"{Path(__file__).name}: {word} is not needed in the lists"


def main() -> int:
    """Print the faults, and return the exit status."""
    found = list(faults())
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
