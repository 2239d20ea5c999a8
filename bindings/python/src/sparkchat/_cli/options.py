"""What the programs of the terminal share: options that say where to ask, and an exit status."""

from __future__ import annotations

import argparse

INTERRUPTED = 130
"""The exit status after Ctrl-C."""


def add_where(parser: argparse.ArgumentParser) -> None:
    """Add what says where to ask; each is a setting of `Spark`."""
    parser.add_argument("--model", help='such as "4.0Ultra" or "x1"; the default is "max"')
    parser.add_argument("--transport", choices=["websocket", "http"], help="how to ask")
    parser.add_argument("--url", help="where to ask instead")
    parser.add_argument("--domain", help="the service's own word for the model")
    parser.add_argument("--ca-file", help="certificates to trust instead of the system's")
    parser.add_argument("--proxy", help="an HTTP or SOCKS 5 proxy; https_proxy is used otherwise")
