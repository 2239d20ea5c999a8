"""Renews the baseline: `make abi-baseline`."""

from __future__ import annotations

import sys
from pathlib import Path

from .verdict import renew

HEADER = Path(__file__).resolve().parents[3] / "include" / "sparkchat.h"

if __name__ == "__main__":
    told = renew(HEADER.read_text())
    print(told)
    sys.exit("not renewed" in told)
