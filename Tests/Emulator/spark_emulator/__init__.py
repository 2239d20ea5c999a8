"""A local stand-in for the SparkLLM chat service, for tests that need no account."""

from __future__ import annotations

from .emulator import Emulator
from .options import Options

__all__ = ["Emulator", "Options"]
