"""Servers that vanish: with SIGPIPE at its default action, the host lives on and gets a status.

Python starts programs with the default action again, although it ignores SIGPIPE itself.
"""

from __future__ import annotations

import signal
import socket
import time
from pathlib import Path

import pytest
from support.asking import ask
from support.compiler import run
from support.rude_server import Authority, reset, serving, upgrade
from support.workshop import Workshop

# More than the buffers of both ends hold: the library is in the middle of sending.
LARGE = ("repeat", "2000000")


def after_a_little(connection: socket.socket) -> None:
    upgrade(connection)
    connection.recv(100)
    reset(connection)


def after_much(connection: socket.socket) -> None:
    upgrade(connection)
    left = 3_000_000
    while left > 0:
        left -= len(connection.recv(65536)) or left
    reset(connection)


def politely(connection: socket.socket) -> None:
    upgrade(connection)
    connection.recv(100)


def before_the_upgrade(connection: socket.socket) -> None:
    connection.recv(10)
    reset(connection)


def long_after_the_upgrade(connection: socket.socket) -> None:
    upgrade(connection)
    reset(connection)
    connection.close()
    time.sleep(0.2)


MANNERS = [after_a_little, after_much, politely, before_the_upgrade, long_after_the_upgrade]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a certificate authority for the servers here."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.__name__)
def test_server_vanishes_while_a_large_request_is_sent(
    manner: object, scheme: str, workshop: Workshop, authority: Authority
) -> None:
    tls = authority.context() if scheme == "wss" else None
    with serving(manner, tls) as port:  # type: ignore[arg-type]
        url = f"{scheme}://localhost:{port}/v3.5/chat"
        answer = ask(workshop, url, "0123456789", *LARGE, SPARK_CA=str(authority.ca_file))
    assert answer["status"] in (
        "SPARKCHAT_ERR_IO",
        "SPARKCHAT_ERR_TRUNCATED",
        "SPARKCHAT_ERR_HANDSHAKE",
        "SPARKCHAT_ERR_CONNECT",
    )
    assert answer["text"] == ""
    assert answer["message"]


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_large_request_to_a_server_that_does_not_read(
    scheme: str, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    def upgrade_and_sleep(connection: socket.socket) -> None:
        upgrade(connection)
        time.sleep(2)

    tls = authority.context() if scheme == "wss" else None
    with serving(upgrade_and_sleep, tls) as port:
        url = f"{scheme}://localhost:{port}/v3.5/chat"
        options = (*LARGE, "total_timeout", "500")
        answer = ask(workshop, url, "0123456789", *options, SPARK_CA=str(authority.ca_file))
    assert answer["status"] == "SPARKCHAT_ERR_TIMEOUT"
    assert answer["phase"] == "total"


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize(
    "scenario",
    ["drop:how=reset", "drop:after=0,how=reset", "upgrade_drop:how=reset", "drop:how=cut"],
)
def test_server_resets(scenario: str, scheme: str, workshop: Workshop) -> None:
    answer = ask(workshop, workshop.service.url(scheme, scenario=scenario))
    assert answer["status"] not in ("SPARKCHAT_OK", "SPARKCHAT_ERR_INTERNAL")
    assert answer["message"]


def test_programs_here_have_the_default_action_for_sigpipe() -> None:
    status = run(["cat", "/proc/self/status"]).stdout
    ignored = int(status.partition("SigIgn:")[2].split()[0], 16)
    assert not ignored & 1 << (signal.SIGPIPE - 1)
