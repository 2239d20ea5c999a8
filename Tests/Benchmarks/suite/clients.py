"""The clients that are compared: each receives the same answer and reports its cost."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suite import build, world


@dataclass(frozen=True)
class Client:
    name: str
    program: str
    # Frames of an answer when they arrive as fast as possible; slow clients get fewer.
    frames: int
    # Concurrent answers: one, except for a group.
    streams: int = 1
    # Over HTTP, with events, instead of WebSocket.
    is_http: bool = False
    note: str = ""

    @property
    def is_python(self) -> bool:
        return self.program.endswith(".py")

    @property
    def command(self) -> list[str]:
        if self.is_python:
            return [sys.executable, "-W", "ignore", str(build.HERE / "clients" / self.program)]
        return [build.program(self.program)]

    def scheme(self, scheme: str) -> str:
        """Return this client's scheme for "wss" or "ws"."""
        return scheme.replace("ws", "http") if self.is_http else scheme


LIMIT = Client("C loop by hand, OpenSSL + jansson", "limit", 100_000)
SIMDJSON = Client("C++ loop by hand, OpenSSL + simdjson", "limit_simdjson", 100_000)
PULL = Client("libsparkchat, C, pull", "pull", 100_000)
CALLBACK = Client("libsparkchat, C, callback", "callback", 100_000)
GROUP = Client("libsparkchat, C, group of 20 streams", "group", 5_000, streams=20)
LWS = Client("libwebsockets + jansson", "lws", 100_000)
OUR_PYTHON = Client("libsparkchat, Python", "ours.py", 10_000)
WEBSOCKETS = Client("Python loop by hand, websockets + json", "websockets_loop.py", 10_000)
WEBSOCKET_CLIENT = Client(
    "Python loop by hand, websocket-client + json", "websocket_client_loop.py", 5_000
)
OUR_LANGCHAIN = Client("libsparkchat, LangChain ChatSparkLLM", "langchain_ours.py", 5_000)
LANGCHAIN = Client("LangChain ChatSparkLLM", "langchain_spark.py", 5_000)
SPARK_AI = Client(
    "spark-ai-python", "spark_ai.py", 5_000, note="does not check the server's certificate"
)

IN_C = [LIMIT, SIMDJSON, PULL, CALLBACK, GROUP, LWS]
IN_PYTHON = [OUR_PYTHON, WEBSOCKETS, WEBSOCKET_CLIENT, OUR_LANGCHAIN, LANGCHAIN, SPARK_AI]

CURL = Client("C loop by hand, libcurl + jansson", "curl_jansson", 100_000, is_http=True)
CURL_SIMDJSON = Client(
    "C++ loop by hand, libcurl + simdjson", "curl_simdjson", 100_000, is_http=True
)
PULL_HTTP = Client("libsparkchat over HTTP, C, pull", "pull", 100_000, is_http=True)
OUR_PYTHON_HTTP = Client("libsparkchat over HTTP, Python", "ours.py", 10_000, is_http=True)
OPENAI = Client("openai, Python", "openai_sdk.py", 5_000, is_http=True)
OUR_LANGCHAIN_HTTP = Client(
    "libsparkchat over HTTP, LangChain ChatSparkLLM", "langchain_ours.py", 5_000, is_http=True
)
LANGCHAIN_OPENAI = Client(
    "langchain-openai ChatOpenAI", "langchain_openai_chat.py", 5_000, is_http=True
)

HTTP_IN_C = [CURL, CURL_SIMDJSON, PULL_HTTP]
HTTP_IN_PYTHON = [OUR_PYTHON_HTTP, OPENAI, OUR_LANGCHAIN_HTTP, LANGCHAIN_OPENAI]


# The schemes of URLs, and their names in the tables.
SCHEMES = {"wss": "TLS", "ws": "plain"}


@dataclass(frozen=True)
class Mode:
    """How the frames arrive."""

    name: str
    scheme: str
    # Microseconds between two frames; 0: they wait in the socket.
    gap_us: int = 0


PACED = Mode("TLS, one by one", "wss", gap_us=200)
BURST = Mode("TLS, all at once", "wss")
PLAIN = Mode("plain, all at once", "ws")
MODES = [PACED, BURST, PLAIN]

_PACED_FRAMES = 5_000
# Records per packet when frames arrive all at once, so that the server is faster than any client.
FLUSH = 16


def receive(client: Client, mode: Mode, where: world.World, scale: float = 1.0) -> float:
    """Let a client receive an answer, check that it received all of it, and return the CPU time
    for one frame, in us."""
    streams = client.streams
    frames = client.frames if mode.gap_us == 0 else _PACED_FRAMES // streams
    frames = max(int(frames * scale), 50)
    settings: dict[str, int | str] = {"n": frames}
    if mode.gap_us:
        settings["gap_us"] = mode.gap_us * streams
    else:
        settings["flush"] = FLUSH
    if streams > 1:
        settings["hold"] = streams
    scheme = client.scheme(mode.scheme)
    report = start(client, where, where.url(scheme, n=200), where.url(scheme, **settings))
    check(client, report, frames)
    return float(report["cpu_s"]) * 1e6 / (frames * streams)


def start(
    client: Client,
    where: world.World,
    warm_up: str,
    url: str,
    tool: Sequence[str] = (),
    **environment: str,
) -> dict[str, Any]:
    """Run a client, under a tool if one is given, and return its report."""
    more = [str(client.streams)] if client.streams > 1 else []
    return world.run(
        [*tool, *client.command, where.ca_file, warm_up, url, *more],
        SPARKCHAT_LIBRARY=str(build.LIBRARY),
        PYTHONPATH=str(build.PYTHON_PACKAGE),
        PYTHONDONTWRITEBYTECODE="1",
        **environment,
    )


def check(
    client: Client, report: dict[str, Any], frames: int, style: str = "plain", repeat: int = 1
) -> None:
    """End the run if a client has not received the whole text."""
    if (report["bytes"], report["crc"]) != world.answer(frames, style, repeat) or report.get(
        "wrong"
    ):
        raise SystemExit(f"{client.name}: the text is not what was sent")
