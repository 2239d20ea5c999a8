"""The framing of HTTP bodies: chunks, a length, or the end of the connection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass
class BodyFormat:
    """How a body is framed."""

    framing: Literal["chunked", "length", "close"] = "chunked"
    # Chunk extensions and trailers are allowed, but rare.
    extensions: bool = False
    trailers: bool = False
    # Split the body into pieces of this size; 0 leaves its parts unchanged.
    split: int = 0

    def headers(self, length: int) -> list[tuple[str, str]]:
        """Return the header that announces the framing."""
        if self.framing == "chunked":
            trailer = [("Trailer", "X-Checksum")] if self.trailers else []
            return [("Transfer-Encoding", "chunked"), *trailer]
        if self.framing == "length":
            return [("Content-Length", str(length))]
        return []

    def slices(self, part: bytes) -> Iterator[bytes]:
        """Split a part of the body into separate writes."""
        size = self.split or max(len(part), 1)
        for start in range(0, len(part), size):
            yield self.frame(part[start : start + size])

    def frame(self, data: bytes) -> bytes:
        """Return the bytes for one part of the body."""
        if self.framing != "chunked" or not data:
            return data
        extension = b';name=value;quoted="a;b"' if self.extensions else b""
        return b"%x%s\r\n%s\r\n" % (len(data), extension, data)

    def end(self) -> bytes:
        """Return the bytes that end the body."""
        if self.framing != "chunked":
            return b""
        trailers = b"X-Checksum: none\r\nX-Trailer: last\r\n" if self.trailers else b""
        return b"0\r\n%s\r\n" % trailers
