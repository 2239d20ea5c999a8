"""Runs a program unchanged, except that its clients ask the local service.

`python local_client.py PROGRAM [ARGUMENT]...`, or `-m MODULE` for PROGRAM, sends each client of the
program to LOCAL_BASE, with the path and the domain that the client has chosen, and with LOCAL_QUERY
as the URL's query. If LOCAL_PASSWORD is set, clients whose model is served over HTTP use it.
"""

from __future__ import annotations

import os
import runpy
import sys
import urllib.parse
from typing import Any

import sparkchat

_Spark = sparkchat.Spark


def local(*arguments: Any, **settings: Any) -> dict[str, Any]:
    """Return the settings of a client of the local service."""
    password = os.environ.get("LOCAL_PASSWORD")
    # The real client chooses the transport and the address.
    real = _Spark(*arguments, **{"api_password": password, **settings})
    base = os.environ["LOCAL_BASE"]
    if real.transport is sparkchat.Transport.HTTP:
        base = base.replace("ws", "http", 1)
    path = urllib.parse.urlsplit(real.url).path
    url = f"{base}{path}?{os.environ.get('LOCAL_QUERY', '')}".rstrip("?")
    settings |= {"model": None, "transport": None, "url": url, "domain": real.domain}
    return {"api_password": password, **settings}


class _Local:
    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **local(*arguments, **settings))

    def with_options(self, **changes: Any) -> Any:
        # The real `with_options` does not call `__init__` above.
        goes_elsewhere = changes.keys() & {"model", "url", "domain", "transport"}
        led = local(**changes) if goes_elsewhere else changes
        return super().with_options(**led)  # type: ignore[misc]


class LocalSpark(_Local, _Spark):
    """A client of the local service."""


class LocalAsyncSpark(_Local, sparkchat.AsyncSpark):
    """The same client for asyncio."""


if __name__ == "__main__":
    # Classes of a named module can be pickled.
    from local_client import LocalAsyncSpark as AsyncSpark
    from local_client import LocalSpark as Spark

    sparkchat.Spark = sparkchat.client.Spark = Spark  # type: ignore[misc]
    sparkchat.AsyncSpark = AsyncSpark  # type: ignore[misc]
    del sys.argv[0]
    if sys.argv[0] == "-m":
        del sys.argv[0]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")
