"""Which credentials there are, and whether they look like those of the console."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..._runtime.environment import VARIABLES
from .report import Finding

SIGNED = ("app_id", "api_key", "api_secret")
_WORDS = {
    "app_id": "app id",
    "api_key": "API key",
    "api_secret": "API secret",
    "api_password": "API password",
}
CREDENTIALS = tuple(_WORDS)
_USUAL = {
    "app_id": (re.compile(r"[0-9a-f]{8}"), "8 hex digits"),
    "api_key": (re.compile(r"[0-9a-f]{32}"), "32 hex digits"),
    "api_secret": (re.compile(r"[!-~]{32}"), "32 characters"),
}
_COPY = "copy it from the console again, and only what is between the quotation marks"
MISSING = (
    "set IFLYTEK_SPARK_APP_ID, IFLYTEK_SPARK_API_KEY and IFLYTEK_SPARK_API_SECRET, or for HTTP"
    " IFLYTEK_SPARK_API_PASSWORD; the console at xfyun.cn shows them"
)


@dataclass(frozen=True)
class Credential:
    """A credential, and where it comes from."""

    value: str
    variable: str


def found_in(environment: Mapping[str, str]) -> dict[str, Credential]:
    """Return the credentials that `Spark` would take."""
    found = {}
    for name in _WORDS:
        variables = (v for v in VARIABLES[name] if environment.get(v))
        if variable := next(variables, None):
            found[name] = Credential(environment[variable], variable)
    return found


def is_signed(found: Mapping[str, Credential]) -> bool:
    """Whether a WebSocket can be signed with them."""
    return all(name in found for name in SIGNED)


def look_at(found: Mapping[str, Credential]) -> Iterator[Finding]:
    """Tell which are there, and what is odd about them; never what they are."""
    if not found:
        yield Finding("credentials", "problem", "there are none", MISSING)
        return
    listed = ", ".join(f"{_WORDS[name]} ({found[name].variable})" for name in found)
    missing = [name for name in SIGNED if name not in found]
    if missing and "api_password" not in found:
        words = " and ".join(_WORDS[name] for name in missing)
        advice = "set " + " and ".join(VARIABLES[name][0] for name in missing)
        yield Finding("credentials", "problem", f"{listed}; the {words} is missing", advice)
    else:
        yield Finding("credentials", "ok", listed)
    if _look_swapped(found):
        key, secret = found["api_key"].variable, found["api_secret"].variable
        yield Finding(
            "credentials",
            "problem",
            "API key and API secret look swapped: the secret has the form of a key",
            f"exchange the values of {key} and {secret}",
        )
        return
    for name, credential in found.items():
        what = f"the {_WORDS[name]} in {credential.variable}"
        if fault := _fault(credential.value):
            yield Finding("credentials", "problem", f"{what} has {fault}", _COPY)
        elif name in _USUAL and not _USUAL[name][0].fullmatch(credential.value):
            # Gateways may have others; the service itself says what is wrong.
            said = f"{what} has {len(credential.value)} characters; usual are {_USUAL[name][1]}"
            yield Finding("credentials", "note", said, _COPY)


def _look_swapped(found: Mapping[str, Credential]) -> bool:
    if "api_key" not in found or "api_secret" not in found:
        return False
    usual = _USUAL["api_key"][0]
    key, secret = found["api_key"].value, found["api_secret"].value
    return not usual.fullmatch(key) and usual.fullmatch(secret) is not None


def _fault(value: str) -> str:
    """Return what no credential has."""
    if value[0] in "\"'" or value[-1] in "\"'":
        return "quotation marks around it"
    if re.search(r"\s", value):
        return "a blank or a line end in it"
    return "" if re.fullmatch(r"[!-~]*", value) else "a character that is no ASCII"
