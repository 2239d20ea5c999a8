# Generated from include/sparkchat.h by scripts/generate.py; do not edit.
"""The release that this package belongs to."""

VERSION = "0.1.0"
ABI_VERSION = 0
