"""Runs the local service in a terminal: `python -m sparkchat.testing`."""

from __future__ import annotations

import sys
from typing import Any

from ._emulator_modules import emulator_module

_PROGRAM = "python -m sparkchat.testing"


def _how_to(ready: dict[str, Any]) -> str:
    """Return the commands that direct programs to this service."""
    shell = emulator_module("shell")
    server = shell.address(ready)
    question = '{"model": "generalv3.5", "messages": [{"role": "user", "content": "1+1"}]}'
    return f"""\
# A local substitute for the service answers at {server}; Ctrl-C ends it.
# In another terminal, these lines direct programs here, whatever model they use:
{shell.script(ready)}\
# Then, as an example: python -m sparkchat "6 times 7"
# HTTP, from any program: the key is the API password
#   curl http://{server}/v1/chat/completions \\
#     -H 'Authorization: Bearer {ready["api_password"]}' \\
#     -d '{question}'
"""


def main(arguments: list[str] | None = None) -> int:
    """Serve until the process is asked to stop, and return the exit status."""
    try:
        launch = emulator_module("options").parse_command_line(arguments, _PROGRAM)
        emulator_module("running").serve(launch, _how_to)
    except (ImportError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
