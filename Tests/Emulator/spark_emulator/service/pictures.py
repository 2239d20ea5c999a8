"""Reads the format and size of images in a request from their bytes."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from . import schema
from .errors import ServiceError

LONGEST_SIDE = 12800
FEWEST_PIXELS, MOST_PIXELS = 50 * 50, 6000 * 6000

_DATA = re.compile(r"data:image/(?:png|jpe?g);base64,")
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
# Start-of-frame markers: C0 to CF, except three with another meaning.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length.
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))


@dataclass(frozen=True)
class Picture:
    """What is known about an image: its format and size, or its address."""

    format: str = ""
    width: int = 0
    height: int = 0
    link: str = ""


def read_picture_url(url: str, place: str) -> Picture:
    """Read an image from a `data:` URL. Images at web addresses are not fetched."""
    if url.startswith(("http://", "https://")):
        return Picture(link=url)
    match = _DATA.match(url)
    if match is None:
        schema.fail(place, "value is not the url of an image")
    return read_picture(url[match.end() :], place)


def read_picture(content: str, place: str) -> Picture:
    """Read an image from its Base64, or raise the service's error."""
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        schema.fail(place, "value is not base64")
    picture = _png(data) or _jpeg(data)
    if picture is None:
        schema.fail(place, "value is not a png or jpeg image")
    if max(picture.width, picture.height) > LONGEST_SIDE:
        raise ServiceError(10029)
    if not FEWEST_PIXELS <= picture.width * picture.height <= MOST_PIXELS:
        raise ServiceError(10041)
    return picture


def _png(data: bytes) -> Picture | None:
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return Picture("PNG", int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))


def _jpeg(data: bytes) -> Picture | None:
    """Find the segment that describes the frame."""
    if not data.startswith(_JPEG):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            height = int.from_bytes(data[at + 5 : at + 7], "big")
            return Picture("JPEG", int.from_bytes(data[at + 7 : at + 9], "big"), height)
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
