"""Commands for a shell, so that its programs use the emulator."""

from __future__ import annotations

import shlex
from typing import Any

# Variables that would lead elsewhere.
_UNSET = ("IFLYTEK_SPARK_API_PASSWORD", "IFLYTEK_SPARK_LLM_DOMAIN")


def address(ready: dict[str, Any], *, tls: bool = False) -> str:
    """Return the host and port, as in a URL."""
    host = f"[{ready['host']}]" if ":" in ready["host"] else ready["host"]
    return f"{host}:{ready['wss_port' if tls else 'ws_port']}"


def script(ready: dict[str, Any], *, tls: bool = False) -> str:
    """Return commands for a POSIX shell. With `tls`, programs also trust its certificate."""
    server = f"{'wss' if tls else 'ws'}://{address(ready, tls=tls)}"
    variables = {
        "IFLYTEK_SPARK_APP_ID": ready["app_id"],
        "IFLYTEK_SPARK_API_KEY": ready["api_key"],
        "IFLYTEK_SPARK_API_SECRET": ready["api_secret"],
        "IFLYTEK_SPARK_API_URL": f"{server}/v3.5/chat",
        "SPARKCHAT_TEST_SERVICE": server,
        "SPARK_EMULATOR_PID": str(ready["pid"]),
    }
    if tls:
        variables["SSL_CERT_FILE"] = ready["ca_file"]
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    no_proxy = f'{shlex.quote(ready["host"])}"${{no_proxy:+,$no_proxy}}"'
    lines += [f"export no_proxy={no_proxy}", f"unset {' '.join(_UNSET)}", ""]
    return "\n".join(lines)
