"""Servers that vanish: with SIGPIPE at its default action, the host survives and gets a status.

Python starts programs with the default action, although it ignores SIGPIPE itself.
"""

from __future__ import annotations

import signal
import time

import pytest
from support.asking import ask
from support.authority import Authority
from support.cases import run_case
from support.compiler import run
from support.paths import TESTS
from support.peer import Peer, frame
from support.peer import answer as answered
from support.server import Script, ScriptedServer
from support.workshop import Workshop

# More than the buffers of both ends hold, so that the library is in the middle of sending.
LARGE = ("repeat", "2000000")


def after_a_little(peer: Peer) -> None:
    peer.secure()
    peer.upgrade()
    peer.read(100)
    peer.reset()


def after_much(peer: Peer) -> None:
    peer.secure()
    peer.upgrade()
    peer.read(3_000_000)
    peer.reset()


def politely(peer: Peer) -> None:
    peer.secure()
    peer.upgrade()
    peer.read(100)


def before_the_upgrade(peer: Peer) -> None:
    peer.secure()
    peer.read(10)
    peer.reset()


def right_after_the_upgrade(peer: Peer) -> None:
    peer.secure()
    peer.upgrade()
    peer.reset()


MANNERS = [after_a_little, after_much, politely, before_the_upgrade, right_after_the_upgrade]


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.__name__)
def test_server_vanishes_while_a_large_request_is_sent(
    manner: Script, scheme: str, workshop: Workshop, authority: Authority
) -> None:
    with ScriptedServer(manner, authority.server() if scheme == "wss" else None) as server:
        answer = ask(workshop, server.url, "0123456789", *LARGE, ca_file=authority.file)
    assert answer.status in (
        "ERR_IO",
        "ERR_TRUNCATED",
        "ERR_HANDSHAKE",
        "ERR_CONNECT",
    )
    assert answer.text == ""
    assert answer.message


def speaks_and_leaves(peer: Peer) -> None:
    peer.secure()
    peer.upgrade()
    peer.read(100)
    # By then the client has sent as much as it can, and waits.
    time.sleep(0.7)
    # More than one step reads: the client sends its pong before it reads the refusal.
    filling = frame(b"x" * 100, 10) * 500
    peer.send(frame(b"still there?", 9) + filling + answered("", code=10013))
    peer.pause()
    peer.reset()


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_what_a_server_says_to_half_a_question_is_told(
    scheme: str, workshop: Workshop, authority: Authority
) -> None:
    """Nothing is written after a failed write, so the pong does not make a read fail."""
    program = workshop.case_program(TESTS / "connection" / "half_sent.c", sanitized=True)
    tls = authority.server() if scheme == "wss" else None
    with ScriptedServer(speaks_and_leaves, tls) as server:
        environment = {"SPARK_URL": server.url, "SPARK_CA": str(authority.file)}
        run_case(program, "refusal_of_half_a_question", workshop, **environment)


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_large_request_to_a_server_that_does_not_read(
    scheme: str, workshop: Workshop, authority: Authority
) -> None:
    def upgrade_and_stall(peer: Peer) -> None:
        peer.secure()
        peer.upgrade()
        peer.stall()

    tls = authority.server() if scheme == "wss" else None
    with ScriptedServer(upgrade_and_stall, tls) as server:
        options = (*LARGE, "total_timeout", "500")
        answer = ask(workshop, server.url, "0123456789", *options, ca_file=authority.file)
    assert answer.status == "ERR_TIMEOUT"
    assert answer.phase == "total"


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize(
    "scenario",
    ["drop:how=reset", "drop:after=0,how=reset", "upgrade_drop:how=reset", "drop:how=cut"],
)
def test_server_resets(scenario: str, scheme: str, workshop: Workshop) -> None:
    answer = ask(workshop, workshop.service.url(scheme, scenario=scenario))
    assert answer.status not in ("OK", "ERR_INTERNAL")
    assert answer.message


def test_programs_here_have_the_default_action_for_sigpipe() -> None:
    status = run(["cat", "/proc/self/status"]).stdout
    ignored = int(status.partition("SigIgn:")[2].split()[0], 16)
    assert not ignored & 1 << (signal.SIGPIPE - 1)
