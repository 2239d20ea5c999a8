"""Bytes that are neither HTTP nor TLS nor WebSocket."""

from __future__ import annotations

import random

# Looks random, but never changes. It has no line ends, and its first byte begins no protocol.
GARBAGE = b"\x9c" + random.Random(7).randbytes(255).replace(b"\n", b"\x0b")
