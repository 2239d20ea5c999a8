"""Servers that keep TLS busy endlessly, and never send a byte of data."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.asking import ask
from support.authority import Authority
from support.cases import run_case
from support.server import ScriptedServer
from support.tls_floods import TLS_FLOODS, TLSFlood, handshakes
from support.workshop import Workshop
from test_floods import CASES, SOURCE

pytestmark = pytest.mark.timeout(120)


def run(
    case: str,
    stage: str,
    name: str,
    workshop: Workshop,
    authority: Authority,
    folder: Path,
) -> None:
    """Run a case that checks everything itself."""
    flood = TLSFlood(name, authority, folder, stage)
    with ScriptedServer(flood) as server:
        path = "v3.5/chat" if stage in ("upgrade", "answer") else "v1/chat/completions"
        scheme = "wss" if stage in ("upgrade", "answer") else "https"
        program = workshop.case_program(SOURCE)
        run_case(
            program,
            case,
            workshop,
            SPARK_URL=f"{scheme}://localhost:{server.port}/{path}",
            SPARK_CA=str(authority.with_others(workshop.service.ca_file)),
            MAY_REFUSE=str(int(flood.may_refuse)),
        )


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", TLS_FLOODS)
def test_in_place_of_an_answer(
    name: str, case: str, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """The connection is upgraded, and nothing else ever arrives."""
    run(case, "answer", name, workshop, authority, tmp_path)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("stage", ["upgrade", "HTTP"])
def test_at_other_stages(
    stage: str, case: str, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """In place of the upgrade, and of a head over HTTP."""
    run(case, stage, "tickets", workshop, authority, tmp_path)


@pytest.mark.parametrize("name", ["hello requests", "requested key updates"])
def test_what_wants_an_answer(
    name: str, workshop: Workshop, authority: Authority, tmp_path: Path
) -> None:
    """Each answer is a system call: a server that requests too many is refused."""
    with ScriptedServer(TLSFlood(name, authority, tmp_path, "answer")) as server:
        url = f"wss://localhost:{server.port}/v3.5/chat"
        found = ask(workshop, url, ca_file=authority.file, max_attempts=1)
    assert found.status == "ERR_PROTOCOL", found
    assert "too many" in found.message


def test_on_a_kept_connection(workshop: Workshop, authority: Authority, tmp_path: Path) -> None:
    """A connection that is kept for the next request is flooded: the request uses another."""
    run("answer_ends", "kept", "tickets", workshop, authority, tmp_path)


@pytest.mark.parametrize("case", CASES)
def test_in_the_handshake(case: str, workshop: Workshop, authority: Authority) -> None:
    """A server may request a new handshake in the middle of one; the request is ignored."""
    with ScriptedServer(handshakes) as server:
        url = f"wss://localhost:{server.port}/v3.5/chat"
        run_case(workshop.case_program(SOURCE), case, workshop, SPARK_URL=url, MAY_REFUSE="1")
