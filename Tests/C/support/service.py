"""The local Spark service that the tests talk to."""

from __future__ import annotations

import sys
import urllib.parse
from pathlib import Path

from .compiler import bare_environment
from .paths import LIBRARY, ROOT

sys.path.append(str(ROOT / "Tests" / "Emulator"))

from emulator_process import EmulatorProcess


class Service(EmulatorProcess):
    """A running service, with the details that tests need."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.ca_file = folder / "ca.pem"
        super().__init__("--ca-file", str(self.ca_file), *options)

    def base(self, scheme: str) -> str:
        """Return `scheme://host:port`. With TLS, the host is a name."""
        if scheme in ("wss", "https"):
            return f"{scheme}://localhost:{self.ready['wss_port']}"
        return f"{scheme}://127.0.0.1:{self.ready['ws_port']}"

    def url(self, scheme: str = "ws", path: str | None = None, **query: str) -> str:
        """Return the address of the model Max or of another path; `query` may hold `scenario` and
        `tag`."""
        path = path or ("/v3.5/chat" if scheme.startswith("ws") else "/v1/chat/completions")
        encoded = urllib.parse.urlencode(query, safe=":,=")
        return self.base(scheme) + path + (f"?{encoded}" if encoded else "")

    def credentials(self) -> dict[str, str]:
        """Return the variables that `sparkchat_config_load_environment` reads."""
        return {
            f"IFLYTEK_SPARK_{name.upper()}": self.ready[name]
            for name in ("app_id", "api_key", "api_secret", "api_password")
        }

    def environment(self) -> dict[str, str]:
        """Return the environment of a program under test."""
        ports = {
            f"SPARK_PORT_{name.upper()}": str(port) for name, port in self.ready["ports"].items()
        }
        return {
            **bare_environment(),
            **self.credentials(),
            "IFLYTEK_SPARK_EMBEDDING_URL": self.url("http", "/"),
            **ports,
            "SPARK_WS": self.base("ws"),
            "SPARK_WSS": self.base("wss"),
            "SPARK_HTTP": self.base("http"),
            "SPARK_HTTPS": self.base("https"),
            "SPARK_CA": str(self.ca_file),
            "SPARK_LIBRARY": str(LIBRARY),
        }
