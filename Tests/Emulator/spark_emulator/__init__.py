"""A local replacement for the SparkLLM chat service, for tests without an account."""

from __future__ import annotations

from .emulator import Emulator
from .options import Options

__all__ = ["Emulator", "Options"]
