"""Checks the signed URL, as the gateway does before it upgrades a connection."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

ALLOWED_SKEW = 300.0

_FIELD = re.compile(r'(\w+)="([^"]*)"')
_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC)"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DATE_MESSAGE = (
    "HMAC signature cannot be verified, a valid date or x-date header is required for "
    "HMAC Authentication"
)


@dataclass(frozen=True)
class Refusal:
    """Why a handshake is refused: a short name for the records, and the answer to the client."""

    reason: str
    status: int
    message: str


MISSING = Refusal("missing", 401, "Unauthorized")
MALFORMED = Refusal("malformed", 401, "HMAC signature cannot be verified")
UNKNOWN_KEY = Refusal(
    "unknown_key", 401, "HMAC signature cannot be verified: fail to retrieve credential"
)
SIGNATURE = Refusal("signature", 401, "HMAC signature does not match")
DATE = Refusal("date", 403, _DATE_MESSAGE)


def _not_signed(header: str) -> Refusal:
    return Refusal(
        f"{header}_not_signed",
        401,
        f"HMAC signature cannot be verified:enforced header '{header}' not used for signature"
        " creation",
    )


def http_date(moment: float) -> str:
    """Format a time as an HTTP date, regardless of the locale."""
    t = time.gmtime(moment)
    return (
        f"{_DAYS[t.tm_wday]}, {t.tm_mday:02} {_MONTHS[t.tm_mon - 1]} {t.tm_year:04}"
        f" {t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02} GMT"
    )


def parse_date(text: str, *, check_weekday: bool = False) -> float | None:
    """Parse an RFC 1123 date that ends in GMT or UTC; None if it is invalid."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    weekday, day, month, year, hour, minute, second = match.groups()
    try:
        moment = datetime(
            int(year),
            _MONTHS.index(month) + 1,
            int(day),
            int(hour),
            int(minute),
            int(second),
            tzinfo=timezone.utc,
        )
    except ValueError:
        return None
    if check_weekday and _DAYS[moment.weekday()] != weekday:
        return None
    return moment.timestamp()


def sign(secret: str, host: str, date: str, path: str, method: str = "GET") -> str:
    """Return the Base64 signature over host, date and request line."""
    text = f"host: {host}\ndate: {date}\n{method} {path} HTTP/1.1"
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def signed_query(
    host: str, path: str, *, api_key: str, api_secret: str, now: float
) -> dict[str, str]:
    """Return the query parameters of a signed URL."""
    date = http_date(now)
    plain = (
        f'api_key="{api_key}", algorithm="hmac-sha256", headers="host date request-line",'
        f' signature="{sign(api_secret, host, date, path)}"'
    )
    authorization = base64.b64encode(plain.encode()).decode()
    return {"authorization": authorization, "date": date, "host": host}


def _fields(authorization: str) -> dict[str, str] | None:
    """Parse the authorization. Clients differ in its spacing and first word."""
    try:
        # A query decoder turns a raw `+` into a space; Base64 has no spaces.
        raw = base64.b64decode(authorization.replace(" ", "+"), validate=True)
        fields = dict(_FIELD.findall(raw.decode()))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    fields.setdefault("api_key", fields.get("username", ""))
    wanted = ("api_key", "algorithm", "headers", "signature")
    if not all(fields.get(name) for name in wanted) or fields["algorithm"] != "hmac-sha256":
        return None
    return fields


def verify(
    query: Mapping[str, str],
    path: str,
    *,
    api_key: str,
    api_secret: str,
    now: float,
    strict: bool = False,
    method: str = "GET",
) -> Refusal | None:
    """Check a signed URL in the gateway's order. None means that it is valid.

    The host comes from the query, because that is what clients sign: some with the port, some
    without.
    """
    authorization = query.get("authorization")
    if not authorization:
        return MISSING
    fields = _fields(authorization)
    if fields is None:
        return MALFORMED
    if fields["api_key"] != api_key:
        return UNKNOWN_KEY
    date = parse_date(query.get("date", ""), check_weekday=strict)
    if date is None or abs(date - now) > ALLOWED_SKEW:
        return DATE
    signed = fields["headers"].lower().split()
    for header in ("host", "date", "request-line"):
        if header not in signed:
            return _not_signed(header)
    expected = sign(api_secret, query.get("host", ""), query["date"], path, method)
    if signed != ["host", "date", "request-line"]:
        return SIGNATURE
    if not hmac.compare_digest(expected.encode(), fields["signature"].encode()):
        return SIGNATURE
    return None
