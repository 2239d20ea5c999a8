"""What can be set, and the command line that sets it."""

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
    """Every setting of one emulator. The defaults are what the command line defaults to."""

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
    """The options of the service, and those that only concern the process around it."""

    options: Options
    ready_file: str | None
    exit_with_stdin: bool
    print_env: bool


def _number(kind: type[int] | type[float], most: float = 1e9) -> Callable[[str], int | float]:
    """Return what reads a number from 0 on, and says the range where it is none of it."""

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
    """Read the command line (of this process, unless another one is given)."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="A local stand-in for the SparkLLM chat service, for tests without an account.",
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
    add("--ca-file", help="where to write the throw-away CA certificate, PEM (default: temporary)")
    add("--app-id", default=DEFAULT_APP_ID, help="the app id that is granted")
    add("--api-key", default=DEFAULT_API_KEY, help="the API key that is known")
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
        help="how many questions a second are taken; others get 11202 (default: no limit)",
    )
    add(
        "--max-concurrency",
        type=_number(int),
        default=0,
        metavar="N",
        help="how many questions at a time are taken; others get 11203 (default: no limit)",
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
    add("--sse-space", action="store_true", help="a space after `data:` in HTTP streams")
    add("--strict", action="store_true", help="refuse what the service is only said to tolerate")
    add("--quiet", action="store_true", help="no line on stderr for each exchange")
    add("--ready-file", metavar="PATH", help="write the ready line here, too")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input ends")
    way.add_argument(
        "--print-env",
        action="store_true",
        help="go on in the background, and print what leads a shell's programs here:"
        ' eval "$(%(prog)s --print-env)", and in the end: kill "$SPARK_EMULATOR_PID"',
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
