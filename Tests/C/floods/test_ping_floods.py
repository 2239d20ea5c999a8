"""A server that sends endless pings: all calls return, and deadlines hold."""

from __future__ import annotations

import pytest
from support.cases import case_names, run_case
from support.paths import TESTS
from support.peer import Peer, frame
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

SOURCE = TESTS / "floods" / "ping_floods.c"
CASES = [name for name, _ in case_names(SOURCE)]
PINGS = frame(b"", 9) * 500_000


def flood(peer: Peer) -> None:
    """Send pings until the client leaves."""
    peer.upgrade()
    while True:
        peer.send(PINGS)


@pytest.mark.parametrize("case", CASES)
def test_flood(case: str, workshop: Workshop) -> None:
    """Run a case that checks everything itself."""
    with ScriptedServer(flood) as server:
        run_case(workshop.case_program(SOURCE), case, workshop, SPARK_URL=server.url)
