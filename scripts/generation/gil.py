"""Says which calls let other threads of Python run: those that wait or work.

Releasing the GIL costs more than a short call does, and a thread that gives it up while it
receives tokens has to wait for it at each of them. So calls that only read or set a value keep it.
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
# Setters of a config or a request are short. To load the environment keeps the GIL on purpose:
# no other thread of Python then changes the environment meanwhile.


def releases_the_gil(function: Function) -> bool:
    """Say whether other threads run while the function does."""
    if function.name.endswith(_FREEING) or function.name.startswith(_LONG):
        return True
    return function.name.startswith(_WORKING) and _MAY_FAIL in function.parameters
