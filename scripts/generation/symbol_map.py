"""Writes the linker's map: the functions that the library exports, under their version."""

from __future__ import annotations

from .header import PREFIX, Header
from .python_text import NOTE


def symbol_map(header: Header) -> str:
    """Return the text of the map."""
    node = f"SPARKCHAT_{header.macro('VERSION_MAJOR')}.{header.macro('VERSION_MINOR')}"
    names = sorted(PREFIX + function.name for function in header.functions)
    symbols = "".join(f"    {name};\n" for name in names)
    return f"/* {NOTE} */\n{node} {{\n  global:\n{symbols}  local:\n    *;\n}};\n"
