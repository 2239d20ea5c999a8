"""Checks which credentials are set, and whether they look like those of the console."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..credentials import CONSOLE, SIGNED, Credential, listed, missing_variables
from .report import Finding

_WORDS = {
    "app_id": "app id",
    "api_key": "API key",
    "api_secret": "API secret",
    "api_password": "API password",
}
_USUAL = {
    "app_id": (re.compile(r"[0-9a-f]{8}"), "8 hex digits"),
    "api_key": (re.compile(r"[0-9a-f]{32}"), "32 hex digits"),
    "api_secret": (re.compile(r"[!-~]{32}"), "32 characters"),
}
_COPY = "copy it from the console again, without quotation marks"


def look_at(found: Mapping[str, Credential]) -> Iterator[Finding]:
    """Report which credentials are set, or what is wrong with them, but never their values."""
    if not found:
        needed = f"set {listed(missing_variables(found))}"
        advice = f"{needed}, or for HTTP IFLYTEK_SPARK_API_PASSWORD; {CONSOLE}"
        yield Finding("credentials", "problem", "there are none", advice)
        return
    known = ", ".join(f"{_WORDS[name]} ({found[name].variable})" for name in found)
    odd = list(_oddities(found))
    problems = [finding for finding in odd if finding.verdict == "problem"]
    missing = [_WORDS[name] for name in SIGNED if name not in found]
    if missing and "api_password" not in found:
        said = f"{known}; the {listed(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        advice = f"set {listed(missing_variables(found))}"
        problems.insert(0, Finding("credentials", "problem", said, advice))
    yield from problems or [Finding("credentials", "ok", known), *odd]


def _oddities(found: Mapping[str, Credential]) -> Iterator[Finding]:
    """Report what is odd about the form of the credentials."""
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
            # Gateways may use other forms, and the service itself reports wrong credentials.
            said = f"{what} has {len(credential.value)} characters, not the usual {_USUAL[name][1]}"
            yield Finding("credentials", "note", said, _COPY)


def _look_swapped(found: Mapping[str, Credential]) -> bool:
    if "api_key" not in found or "api_secret" not in found:
        return False
    usual = _USUAL["api_key"][0]
    key, secret = found["api_key"].value, found["api_secret"].value
    return not usual.fullmatch(key) and usual.fullmatch(secret) is not None


def _fault(value: str) -> str:
    """Return what is wrong with the form of a credential; "" if nothing is."""
    if value[0] in "\"'" or value[-1] in "\"'":
        return "quotation marks around it"
    if re.search(r"\s", value):
        return "a blank or a line end in it"
    return "" if re.fullmatch(r"[!-~]*", value) else "a character that is not ASCII"
