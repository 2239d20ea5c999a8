"""A server that sends pings without end: all calls come back, and deadlines hold."""

from __future__ import annotations

import pytest
from support.cases import run_case
from support.paths import TESTS
from support.server import Peer, ScriptedServer, frame
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

PINGS = frame(b"", 9) * 500_000


def flood(peer: Peer) -> None:
    """Send pings until the client leaves."""
    peer.upgrade()
    while True:
        peer.send(PINGS)


@pytest.mark.parametrize(
    "case",
    [
        "next_comes_back",
        "group_comes_back",
        "group_hears_a_wake_and_a_cancel",
        "deadlines_hold",
        "others_go_on",
        "parked_stream_is_left_alone",
    ],
)
def test_flood(case: str, workshop: Workshop) -> None:
    """Run a case that checks everything itself."""
    with ScriptedServer(flood) as server:
        program = workshop.case_program(TESTS / "floods" / "ping_floods.c")
        run_case(program, case, workshop, SPARK_URL=server.url)
