"""A host may set its own allocators in jansson and OpenSSL: each library frees its own memory."""

from __future__ import annotations

import pytest
from support.authority import Authority
from support.cases import run_case
from support.dialects import DIALECTS, HTTP, Dialect, encoded, name_of, said
from support.paths import TESTS
from support.peer import Peer
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

FOREIGN = pytest.mark.parametrize("foreign", ["jansson", "openssl", "jansson openssl"])
SOURCE = TESTS / "host" / "foreign_allocators.c"
FUNCTION = {"name": "look", "arguments": {"city": "合肥", "n": [1, {}]}}


def serve(dialect: Dialect, peer: Peer) -> None:
    """Call a function if the question says so, and answer with a text otherwise."""
    item = said("plain")
    if dialect.question(peer) == "call":
        item = {**said(""), "function_call": FUNCTION}
        if dialect is HTTP:
            item = {**said(""), "tool_calls": [{"index": 0, "id": "1", "function": FUNCTION}]}
    dialect.reply(peer, encoded(dialect.message(item, is_last=True)))


def run(case: str, foreign: str, workshop: Workshop, **environment: str) -> None:
    """Run a case that checks everything itself."""
    program = workshop.case_program(SOURCE)
    run_case(program, case, workshop, FOREIGN=foreign, **environment)


@FOREIGN
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("dialect", DIALECTS, ids=name_of)
@pytest.mark.parametrize(
    "case", ["arguments_that_are_an_object", "conversation_that_is_saved_and_restored"]
)
def test_calls(
    case: str,
    dialect: Dialect,
    secure: bool,
    foreign: str,
    workshop: Workshop,
    authority: Authority,
) -> None:
    """Arguments are documented as a string; some gateways send the object itself."""
    tls = authority.server() if secure else None
    with ScriptedServer(lambda peer: serve(dialect, peer), tls) as server:
        url, ca_file = dialect.url(server), str(authority.file)
        run(case, foreign, workshop, SPARK_URL=url, SPARK_CA=ca_file)


@FOREIGN
@pytest.mark.parametrize("scheme", ["wss", "https"])
@pytest.mark.parametrize("case", ["other_answers_and_errors", "given_json"])
def test_the_rest(case: str, scheme: str, foreign: str, workshop: Workshop) -> None:
    """The local service's answers, and JSON that the host passes."""
    run(case, foreign, workshop, SPARK_URL=workshop.service.url(scheme))
