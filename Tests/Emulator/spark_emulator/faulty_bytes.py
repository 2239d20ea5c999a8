"""Bytes that are neither HTTP nor TLS nor WebSocket."""

from __future__ import annotations

import random

# Looks random, and is always the same. No line ends in it; the first byte begins no protocol.
GARBAGE = b"\x9c" + random.Random(7).randbytes(255).replace(b"\n", b"\x0b")
