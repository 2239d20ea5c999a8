"""The Authorization header of the HTTP API: what the gateway and the service check."""

from __future__ import annotations

import hmac
import re
from enum import Enum

_BEARER = re.compile(r"Bearer +(\S+)", re.IGNORECASE)

# What the gateway says to a header it cannot read, and the service to a password it does not know.
UNREADABLE = {
    "message": "HMAC signature cannot be verified:enforced header 'host' not used for signature"
    " creation"
}
UNKNOWN = {
    "error": {"message": "invalid user", "type": "api_error", "param": None, "code": None},
}


class Bearer(Enum):
    """What kind of credentials a request shows, and whether they are good."""

    NONE = "none"
    MALFORMED = "malformed"
    PASSWORD = "password"
    KEY_AND_SECRET = "key:secret"
    WRONG = "wrong"

    @property
    def good(self) -> bool:
        """Say whether the request is let in."""
        return self in (Bearer.PASSWORD, Bearer.KEY_AND_SECRET)


def check_bearer(header: str | None, *, password: str, key: str, secret: str) -> Bearer:
    """Judge an Authorization header."""
    if not header:
        return Bearer.NONE
    match = _BEARER.fullmatch(header.strip())
    if match is None:
        return Bearer.MALFORMED
    token = match[1].encode("utf-8", "surrogateescape")
    if hmac.compare_digest(token, password.encode()):
        return Bearer.PASSWORD
    if hmac.compare_digest(token, f"{key}:{secret}".encode()):
        return Bearer.KEY_AND_SECRET
    return Bearer.WRONG
