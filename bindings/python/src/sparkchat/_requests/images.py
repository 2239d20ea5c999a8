"""Reads images that are given as bytes, a path, or a URL."""

from __future__ import annotations

import base64
import binascii

from ..errors import InvalidArgumentError
from ..messages import Image


def image_at(url: str, where: str) -> Image:
    """Return the image of a data URL, or of a URL that the service downloads."""
    if is_address(url):
        return Image(url)
    head, comma, data = url.partition(",")
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        raise InvalidArgumentError(
            f"the image in {where} is neither a data URL nor an https:// one",
            hint='use "data:image/png;base64,..." or "https://..."',
        )
    return image_of(data, where)


def image_of(data: str, where: str) -> Image:
    """Return the image that is encoded in Base64."""
    try:
        return Image(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError) as error:
        raise InvalidArgumentError(f"the image in {where} is not Base64: {error}") from None


def is_address(source: str) -> bool:
    """Return whether this is a URL and not a path."""
    return source[:8].lower().startswith(("http://", "https://"))
