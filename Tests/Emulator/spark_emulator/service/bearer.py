"""Checks the Authorization header of the HTTP API, as the gateway and the service do."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from enum import Enum

_BEARER = re.compile(r"Bearer +(\S+)", re.IGNORECASE)

# The gateway's answer to an unreadable header, the service's answer to an unknown password, and
# the answer of the hosted services' gateway to an unknown key.
UNREADABLE = {
    "message": "HMAC signature cannot be verified:enforced header 'host' not used for signature"
    " creation"
}
UNKNOWN = {
    "error": {"message": "invalid user", "type": "api_error", "param": None, "code": None},
}


UNKNOWN_TO_GATEWAY = {"message": "HMAC signature cannot be verified: apikey not found"}


class Bearer(Enum):
    """The kind of a request's credentials, and whether they are valid."""

    NONE = "none"
    MALFORMED = "malformed"
    PASSWORD = "password"
    KEY_AND_SECRET = "key:secret"
    OTHER_PLAN = "other plan"
    WRONG = "wrong"

    @property
    def good(self) -> bool:
        """Return whether the request is accepted."""
        return self in (Bearer.PASSWORD, Bearer.KEY_AND_SECRET)


def check_bearer(
    header: str | None, *, password: str, pair: str = "", others: Sequence[str] = ()
) -> Bearer:
    """Check an Authorization header. `others` are keys of other plans."""
    if not header:
        return Bearer.NONE
    match = _BEARER.fullmatch(header.strip())
    if match is None:
        return Bearer.MALFORMED
    token = match[1].encode("utf-8", "surrogateescape")
    if hmac.compare_digest(token, password.encode()):
        return Bearer.PASSWORD
    if pair and hmac.compare_digest(token, pair.encode()):
        return Bearer.KEY_AND_SECRET
    is_other = any(hmac.compare_digest(token, other.encode()) for other in others)
    return Bearer.OTHER_PLAN if is_other else Bearer.WRONG
