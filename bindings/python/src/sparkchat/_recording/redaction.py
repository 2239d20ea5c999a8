"""Removes secrets from texts, in every encoding that they may appear in."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

GONE = "***"
# Shorter pieces of Base64 occur by chance.
_SHORTEST_PIECE = 6
# In a truncated text, this many characters identify a secret, as in the library.
_BEGINNING = 10
# A value in one of these places is a credential, even if it is not among the secrets.
_PLACES = re.compile(
    r"(?P<before>\bauthorization=)[^\s&\"'\\]+"
    r"|(?P<scheme>\b(?:bearer|basic)\s+)(?=\S*[\d:=])[^\s\"'\\,]{8,}"
    r"|(?P<login>://)[^/\s\"'@]+(?=@)"
    r"|(?P<key>\b(?:api_key|username|signature)=\\*\")[^\"\\]+"
    # `api_key="` in Base64, which begins every signature.
    r"|YXBpX2tleT0i[\w+/=%-]*",
    re.IGNORECASE,
)


class Redaction:
    """Removes secrets from texts: as they are, escaped for JSON or a URL, in Base64, in hex.

    `names` are user names, which are removed from paths only; `home` becomes "~".
    """

    def __init__(
        self, secrets: Iterable[str], *, names: Iterable[str] = (), home: str = ""
    ) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        whole = [re.escape(form) for form in sorted(forms, key=len, reverse=True)]
        cut = {re.escape(f[:_BEGINNING]) + r"[\w+/=%-]*" for f in forms if len(f) > _BEGINNING}
        self._secrets = re.compile("|".join([*whole, *sorted(cut)]) or "(?!)", re.I)
        people = "|".join(re.escape(name) for name in names if name)
        self._people = re.compile(rf"(?<=/)(?:{people})(?![\w.-])" if people else "(?!)")
        inside = home.rstrip("/")
        self._home = re.compile(rf"{re.escape(inside)}(?![\w.-])" if inside else "(?!)")

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        text = self._secrets.sub(GONE, text)
        text = _PLACES.sub(_kept, text)
        return self._people.sub(GONE, self._home.sub("~", text))

    def all_in(self, value: Any) -> Any:
        """Return a JSON value without secrets, in names of members as well."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(name): self.all_in(inner) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.all_in(inner) for inner in value]
        return value


def _kept(found: re.Match[str]) -> str:
    """Return the name of a place, without its value."""
    return (found[found.lastgroup] if found.lastgroup else "") + GONE


def _forms(secret: str) -> Iterator[str]:
    # People copy quotation marks and blanks with a secret.
    for bare in {secret, secret.strip(" \t\r\n\"'")} - {""}:
        data = bare.encode("utf-8", "surrogateescape")
        for form in (bare, data.hex(), *_base64_pieces(data)):
            yield form
            yield json.dumps(form)[1:-1]
            yield json.dumps(form, ensure_ascii=False)[1:-1]
            yield quote(form, safe="", errors="replace")
            yield quote_plus(form, errors="replace")


def _base64_pieces(data: bytes) -> Iterator[str]:
    """Yield the Base64 characters that `data` has in a longer text, for each possible offset."""
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(bytes(shift) + data).decode()
            piece = text[(0, 2, 3)[shift] : (shift + len(data)) * 4 // 3]
            if len(piece) >= _SHORTEST_PIECE:
                yield piece
