"""The options, and the command line that sets them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

DEFAULT_APP_ID = "a1b2c3d4"
DEFAULT_API_KEY = "0123456789abcdef0123456789abcdef"
DEFAULT_API_SECRET = "TestOnlySecretNotReal0000000000x"
DEFAULT_MAAS_PASSWORD = "TestOnlyMaaS:NotReal00000000000000000"
DEFAULT_TOKEN_KEY = "TestOnlyTokenPlan:NotReal000000000000"
DEFAULT_CODING_KEY = "TestOnlyCodingPlan:NotReal00000000000"
DEFAULT_API_PASSWORD = "TestOnlyPassword:NotReal0000000000000"


@dataclass(frozen=True)
class Options:
    """The settings of an emulator. The defaults are also those of the command line."""

    host: str = "127.0.0.1"
    port: int = 0
    tls_port: int = 0
    ca_file: str | None = None
    app_id: str = DEFAULT_APP_ID
    api_key: str = DEFAULT_API_KEY
    api_secret: str = DEFAULT_API_SECRET
    api_password: str = DEFAULT_API_PASSWORD
    maas_password: str = DEFAULT_MAAS_PASSWORD
    token_key: str = DEFAULT_TOKEN_KEY
    coding_key: str = DEFAULT_CODING_KEY
    pace_ms: float = 0.0
    max_rate: float = 0.0
    max_concurrency: int = 0
    request_wait: float = 60.0
    close_wait: float = 5.0
    sse_space: bool = False
    strict: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Launch:
    """The options of the service, and those of its process."""

    options: Options
    ready_file: str | None
    exit_with_stdin: bool
    print_env: bool


def _number(kind: type[int] | type[float], most: float = 1e9) -> Callable[[str], int | float]:
    """Return a function that reads a number from 0 to `most`; its error names the range."""

    def read(text: str) -> int | float:
        try:
            value = kind(text)
        except ValueError:
            value = -1
        if not 0 <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to {most:.0f}")
        return value

    return read


def parse_command_line(
    arguments: Sequence[str] | None = None, program: str = "python -m spark_emulator"
) -> Launch:
    """Parse `arguments`, or the command line of this process."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="A local replacement for the SparkLLM service, for tests without an account.",
    )
    add = parser.add_argument
    add("--host", default=Options.host, help="address to listen on (default: %(default)s)")
    add(
        "--port",
        type=_number(int, 65535),
        default=0,
        help="port for ws:// and http:// (default: any free)",
    )
    add(
        "--tls-port",
        type=_number(int, 65535),
        default=0,
        help="port for wss:// and https:// (default: any free)",
    )
    add(
        "--ca-file",
        help="where to write the temporary CA certificate, PEM (default: a temporary file)",
    )
    add("--app-id", default=DEFAULT_APP_ID, help="the valid app id")
    add("--api-key", default=DEFAULT_API_KEY, help="the valid API key")
    add("--api-secret", default=DEFAULT_API_SECRET, help="the secret of that key")
    add("--api-password", default=DEFAULT_API_PASSWORD, help="the password of the HTTP API")
    add("--maas-password", default=DEFAULT_MAAS_PASSWORD, help="the password of MaaS's host")
    add("--token-key", default=DEFAULT_TOKEN_KEY, help="the key of the Token Plan's host")
    add("--coding-key", default=DEFAULT_CODING_KEY, help="the key of the Coding Plan's host")
    add("--pace", type=_number(float), default=0.0, metavar="MS", help="delay between chunks")
    add(
        "--max-rate",
        type=_number(float),
        default=0.0,
        metavar="N",
        help="how many requests per second are accepted; others get 11202 (default: no limit)",
    )
    add(
        "--max-concurrency",
        type=_number(int),
        default=0,
        metavar="N",
        help="how many requests run at the same time; others get 11203 (default: no limit)",
    )
    add(
        "--request-wait",
        type=_number(float),
        default=Options.request_wait,
        metavar="S",
        help="how long a connection may wait for its (next) request (default: %(default)s)",
    )
    add(
        "--close-wait",
        type=_number(float),
        default=Options.close_wait,
        metavar="S",
        help="how long to wait for the client's close frame (default: %(default)s)",
    )
    add("--sse-space", action="store_true", help="write a space after `data:` in HTTP streams")
    add("--strict", action="store_true", help="reject what the service reportedly tolerates")
    add("--quiet", action="store_true", help="no line on stderr for each exchange")
    add("--ready-file", metavar="PATH", help="also write the ready line to this file")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input ends")
    way.add_argument(
        "--print-env",
        action="store_true",
        help="continue in the background, and print commands that point a shell's programs here:"
        ' eval "$(%(prog)s --print-env)"; stop it with kill "$SPARK_EMULATOR_PID"',
    )
    given = parser.parse_args(arguments)
    options = Options(
        host=given.host,
        port=given.port,
        tls_port=given.tls_port,
        ca_file=given.ca_file,
        app_id=given.app_id,
        api_key=given.api_key,
        api_secret=given.api_secret,
        api_password=given.api_password,
        maas_password=given.maas_password,
        token_key=given.token_key,
        coding_key=given.coding_key,
        pace_ms=given.pace,
        max_rate=given.max_rate,
        max_concurrency=given.max_concurrency,
        request_wait=given.request_wait,
        close_wait=given.close_wait,
        sse_space=given.sse_space,
        strict=given.strict,
        quiet=given.quiet,
    )
    return Launch(options, given.ready_file, given.exit_with_stdin, given.print_env)
