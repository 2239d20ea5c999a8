"""The command line of the OpenAI-compatible server."""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..async_client import AsyncSpark
from ..errors import ConfigError, SparkError
from .clients import new_client
from .limits import add_limits, check_limits, shared_limiter
from .options import add_where, new_parser, number
from .terminal import Terminal

KEY_VARIABLE = "SPARKCHAT_SERVE_KEY"
_DESCRIPTION = """\
Serve the models to programs written for OpenAI's API. Set their base URL to http://HOST:PORT/v1,
and their model to one that `sparkchat models` lists, including those that the service offers only
over WebSocket. Without a key for the server, only requests from this machine are answered."""
_EPILOG = f"""\
The service's credentials come from the environment, as for the chat. --max-rate and
--max-concurrency apply to all models and clients together, and with --limit to all servers and
programs that name the same file or Redis. The file of --models maps your own names to settings of
`Spark`: {{"ours": {{"model": "maas", "domain": "ID", "patch_id": "ID", "api_password": "..."}}}}.
Without it, hosted models are "maas/ID", and fine-tuned ones "MODEL@PATCH_ID".

Exit status: 1 failed, 2 wrong usage, 130 ended by Ctrl-C, 143 by SIGTERM. Open answers may finish
first; a second Ctrl-C cuts them off. {KEY_VARIABLE} is the same as --api-key, but
hidden from other users of this machine."""


def _parser() -> argparse.ArgumentParser:
    parser = new_parser("serve", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="the address to listen on; default 127.0.0.1")
    add(
        "--port",
        type=number(int, 0, 65535),
        default=8000,
        help="the port; default 8000; 0 takes any free one",
    )
    add("--api-key", metavar="KEY", help="the key of requests; required on other addresses")
    add("--allow-host", action="append", default=[], metavar="NAME", help="an extra accepted Host")
    add(
        "--allow-origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="allow a web origin",
    )
    add("--models", type=Path, metavar="FILE", help="your own names for models, in JSON")
    add_limits(parser, "")
    size, seconds = number(int, 1, 2**40), number(float, 0, 86_400)
    add("--max-body", type=size, metavar="BYTES", help="the largest request; default 32 MiB")
    add("--grace", type=seconds, default=30, metavar="SECONDS", help="for open answers; default 30")
    add(
        "--verbose",
        action="store_true",
        help="log how each request ended, and nothing of its content",
    )
    add_where(parser)
    return parser


def main(arguments: list[str]) -> int:
    """Serve until a signal arrives, and return the exit status."""
    parser = _parser()
    given: dict[str, Any] = vars(parser.parse_args(arguments))
    try:
        from .. import serve
        from ..serve import listening
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn"):
            raise
        hint = (
            "pip install starlette uvicorn (they are the extra `serve` of the wheel that"
            " `make wheel` builds)"
        )
        raise ConfigError(f"{error.name} is not installed", hint=hint) from None
    host, port, grace = given.pop("host"), given.pop("port"), given.pop("grace")
    key = given.pop("api_key") or os.environ.get(KEY_VARIABLE) or None
    is_local = listening.is_loopback_name(host)
    if key is None and not is_local:
        parser.error(
            f"{host} is in reach of other machines: set {KEY_VARIABLE}, or --api-key, to a key that"
            " requests must carry"
        )
    hosts, origins = given.pop("allow_host"), given.pop("allow_origin")
    path, most = given.pop("models"), given.pop("max_body")
    named = {} if path is None else _read_models(parser, path)
    if given.pop("verbose"):
        logging.getLogger("sparkchat.serve").setLevel(logging.INFO)
    limits = given.pop("limit"), given.pop("max_rate"), given.pop("max_concurrency") or 0
    check_limits(parser, *limits)
    with ExitStack() as until_end:
        try:
            given["limiter"] = until_end.enter_context(shared_limiter(*limits))
            app = serve.create_app(
                new_client(AsyncSpark, given),
                models=named,
                api_key=key,
                # On this machine, a key does not add other accepted names.
                hosts=[*hosts, *(listening.LOOPBACK if is_local else ())],
                origins=origins,
                **({} if most is None else {"max_body": most}),
            )
        except SparkError:
            raise
        except TypeError as error:
            # A wrong type or an unknown setting in the file; argparse checks the rest.
            parser.error(f"{path}: {error}")
        except ValueError as error:
            parser.error(str(error))
        say = Terminal(io.StringIO(), sys.stderr).say
        listening.run(app, host, port, grace, say)
    return 0


def _read_models(parser: argparse.ArgumentParser, path: Path) -> dict[str, Any]:
    try:
        models = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        # The error's message may quote a key.
        parser.error(f"{path} is not JSON")
    if not isinstance(models, dict) or not all(isinstance(m, dict) for m in models.values()):
        parser.error(f"{path} is not an object of names, each with an object of settings")
    return models
