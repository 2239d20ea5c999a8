"""A local stand-in for the service in a terminal: `python -m sparkchat.testing`."""

from __future__ import annotations

import shlex
import sys
from typing import Any

from .._runtime.environment import TEST_SERVICE, VARIABLES
from ._emulator_modules import emulator_module

_PROGRAM = "python -m sparkchat.testing"
# What would lead elsewhere.
_UNSET = ("IFLYTEK_SPARK_API_PASSWORD", "IFLYTEK_SPARK_LLM_DOMAIN")


def _how_to(ready: dict[str, Any]) -> str:
    """Return what to type where a program is to ask here."""
    host = f"[{ready['host']}]" if ":" in ready["host"] else ready["host"]
    server = f"{host}:{ready['ws_port']}"
    variables = {VARIABLES[name][0]: ready[name] for name in ("app_id", "api_key", "api_secret")}
    variables[VARIABLES["url"][0]] = f"ws://{server}/v3.5/chat"
    variables[TEST_SERVICE] = f"ws://{server}"
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    exports.append(f'export no_proxy="{ready["host"]}${{no_proxy:+,$no_proxy}}"')
    question = '{"model": "generalv3.5", "messages": [{"role": "user", "content": "1+1"}]}'
    return "\n".join(
        [
            f"# A local stand-in for the service answers at {server}; Ctrl-C ends it.",
            "# In another terminal, these lines lead programs here, whatever model they ask:",
            *exports,
            f"unset {' '.join(_UNSET)}",
            '# Then, as an example: python -m sparkchat "6 times 7"',
            "# HTTP, from any program: the key is the API password",
            f"#   curl http://{server}/v1/chat/completions \\",
            f"#     -H 'Authorization: Bearer {ready['api_password']}' \\",
            f"#     -d '{question}'",
            "",
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Serve until the process is asked to stop, and return the exit status."""
    launch = emulator_module("options").parse_command_line(arguments, _PROGRAM)
    try:
        emulator_module("running").serve(launch, _how_to)
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
