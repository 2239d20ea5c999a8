"""Writes the version for Swift."""

from __future__ import annotations

from .header import Header
from .python_text import NOTE


def version_enum(header: Header) -> str:
    """Return the Swift file with the library's version."""
    version = header.macro("VERSION_STRING")
    return f"""\
// {NOTE}
/// The version of the library.
package enum Version {{
  package static let string: StaticString = "{version}"
  package static let userAgent: StaticString = "sparkchat/{version}"
}}
"""
