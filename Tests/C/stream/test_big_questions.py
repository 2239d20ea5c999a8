"""Questions that do not fit into a socket: they are sent as the server makes room."""

from __future__ import annotations

import time

import pytest
from support.authority import Authority
from support.cases import run_case
from support.paths import TESTS
from support.peer import Peer, answer
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)


def late_reader(peer: Peer) -> None:
    """Let the question wait, and answer with its length."""
    peer.secure()
    peer.upgrade()
    time.sleep(0.3)
    peer.send(answer(str(len(peer.question()))))
    peer.goodbye()


def no_reader(peer: Peer) -> None:
    """Read the upgrade, and nothing more until the client is gone."""
    peer.secure()
    peer.upgrade()
    peer.stall()


@pytest.mark.parametrize("secure", [False, True], ids=["ws", "wss"])
@pytest.mark.parametrize("case", ["alone", "in_a_group", "in_the_hosts_loop", "nobody_reads"])
def test_big_question(case: str, secure: bool, workshop: Workshop, authority: Authority) -> None:
    """Run a case that checks everything itself."""
    script = no_reader if case == "nobody_reads" else late_reader
    with ScriptedServer(script, authority.server() if secure else None) as server:
        run_case(
            workshop.case_program(TESTS / "stream" / "big_questions.c", sanitized=True),
            case,
            workshop,
            SPARK_URL=server.url,
            SPARK_CA=str(authority.file),
        )
