"""Decides which calls let other Python threads run: those that wait or work.

Releasing the GIL costs more than a short call, and a thread that releases it while it
receives tokens has to wait for it at each token. Calls that only read or set a value keep it.
"""

from __future__ import annotations

from .header import PREFIX, Function

_MAY_FAIL = f"{PREFIX}error **"

# Objects that connect, wait, or read a whole history. What cannot fail only reads or sets a value.
_WORKING = ("client_", "stream_", "group_", "conversation_")
# A file, or megabytes to encode.
_LONG = ("request_add_image",)
# Closes connections, calls back, and wipes memory.
_FREEING = "_free"
# Setters of a config or a request are short. Loading the environment keeps the GIL on purpose,
# so that no other Python thread changes the environment meanwhile.


def releases_the_gil(function: Function) -> bool:
    """Return whether other threads run during the function."""
    if function.name.endswith(_FREEING) or function.name.startswith(_LONG):
        return True
    return function.name.startswith(_WORKING) and _MAY_FAIL in function.parameters
