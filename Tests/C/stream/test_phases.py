"""For each phase of an exchange and each way to fail in it: the right error, in time; the text
received so far is kept, nothing is left behind, and the client's next exchange succeeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from support.asking import Answer, ask_often, conversation
from support.authority import Authority
from support.peer import Peer, answer
from support.relay import relay
from support.server import ScriptedServer, closed_port, full_port
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

CONTENT = "abcdefgh"
FAILURES = 3
# A stalled phase has 400 ms, and no other phase takes that long, even under load.
DEADLINE = 400
GENEROUS_US = 20_000_000


@dataclass(frozen=True)
class Expected:
    """How an exchange must end: the status, and for an error the phase and the outcome."""

    status: str
    phase: str = "none"
    outcome: str = "failed"
    # How much of the text must have been received.
    text: int | None = 0


def truncated(phase: str, text: int | None = 0) -> Expected:
    """Expect that the connection ended too early."""
    return Expected("ERR_TRUNCATED", phase, "truncated", text)


def timeout(phase: str, text: int | None = 0) -> Expected:
    """Expect that a deadline passed."""
    return Expected("ERR_TIMEOUT", phase, "timeout", text)


SOME = None
COMPLETE = Expected("OK", "none", "complete", len(CONTENT))

# From the upgrade on, the service's scenarios; each is followed by `times`.
SCENARIOS = {
    ("upgrade", "stall"): ("upgrade_stall:after=20", timeout("upgrade")),
    ("upgrade", "reset"): ("upgrade_drop:how=reset,after=20", Expected("ERR_IO", "upgrade")),
    ("upgrade", "close"): ("upgrade_drop:how=fin,after=20", Expected("ERR_HANDSHAKE", "upgrade")),
    ("upgrade", "garbage"): ("garbage_upgrade:", Expected("ERR_PROTOCOL", "upgrade")),
    ("request", "stall"): ("stall:at=request", timeout("first token")),
    ("request", "reset"): ("drop:after=0,how=reset", truncated("first token")),
    ("request", "close"): ("close_early:after=0", truncated("first token")),
    ("request", "garbage"): ("bad_json:after=0", Expected("ERR_PROTOCOL", "first token")),
    ("first token", "stall"): ("stall:at=middle,after=1", timeout("idle", 1)),
    ("first token", "reset"): ("drop:after=1,how=reset,bytes=9", truncated("idle", 1)),
    ("first token", "close"): ("drop:after=1,how=cut", truncated("idle", 1)),
    ("first token", "garbage"): ("bad_json:after=1", Expected("ERR_PROTOCOL", "idle", text=1)),
    ("middle", "stall"): ("stall:at=middle,after=3", timeout("idle", SOME)),
    ("middle", "reset"): ("drop:after=3,how=reset,bytes=40", truncated("idle", SOME)),
    ("middle", "close"): ("close_early:after=3", truncated("idle", SOME)),
    ("middle", "garbage"): ("bad_opcode:after=3", Expected("ERR_PROTOCOL", "idle", text=SOME)),
    ("end", "stall"): ("stall:at=end,deaf=1", COMPLETE),
}


def check(answers: list[Answer], expected: Expected) -> None:
    """Compare the failures with the expected result; the last answer must be complete."""
    *failures, last = answers
    assert len(failures) == FAILURES
    for failure in failures:
        assert failure.status == expected.status, failure
        assert failure.phase == expected.phase, failure
        assert failure.outcome == expected.outcome, failure
        assert failure.attempts == 1, failure
        assert 0 < failure.t_total < GENEROUS_US, failure
        assert CONTENT.startswith(failure.text), failure
        if expected.text is SOME:
            assert 1 < len(failure.text) < len(CONTENT), failure
        else:
            assert len(failure.text) == expected.text, failure
    assert last.status == "OK", last
    assert last.outcome == "complete", last
    assert last.text == CONTENT, last
    assert all(answer.descriptors_left == 0 for answer in answers), answers


def deadlines() -> dict[str, object]:
    """Return short deadlines for all phases."""
    phases = ("connect", "tls", "upgrade", "first_token", "idle", "close")
    settings = {f"{phase}_timeout": DEADLINE for phase in phases}
    others = {"total_timeout": 15_000, "questions": FAILURES + 1, "descriptors": 1}
    return {**settings, **others, "via": "stream"}


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize(("phase", "fault"), SCENARIOS)
def test_scenario(
    phase: str, fault: str, scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    """The service fails in the phase three times, and then no longer."""
    scenario, expected = SCENARIOS[phase, fault]
    separator = "" if scenario.endswith(":") else ","
    scenario += f"{separator}content={CONTENT},times={FAILURES}"
    if phase == "upgrade":
        # A scenario for the upgrade cannot choose the text as well.
        message = f"#scenario text:content={CONTENT}\nHello"
        url = service.url(scheme, tag=tag, scenario=scenario)
        check(ask_often(workshop, url, text=message, **deadlines()), expected)
    else:
        url = service.url(scheme, tag=tag, scenario=scenario)
        *failures, last = ask_often(workshop, url, **deadlines())
        assert last.status == "OK", last
        last["text"] = CONTENT
        check([*failures, last], expected)


def test_connect_refused(workshop: Workshop) -> None:
    """At first no one listens at the port, and then a server does."""
    with closed_port() as port:
        url = f"ws://127.0.0.1:{port}/v3.5/chat"
        with conversation(workshop, url, **deadlines()) as asking:
            failures = [asking.answer(), asking.ask(), asking.ask()]
            with ScriptedServer(whole_answer, port=port):
                last = asking.ask()
    check([*failures, last], Expected("ERR_CONNECT", "connect"))


def test_connect_stalls(workshop: Workshop) -> None:
    """The server's connection queue is full at first, and then it is served."""
    with full_port() as (port, listener):
        url = f"ws://127.0.0.1:{port}/v3.5/chat"
        with conversation(workshop, url, **{**deadlines(), "connect_timeout": 300}) as asking:
            failures = [asking.answer(), asking.ask(), asking.ask()]
            with ScriptedServer(whole_answer, listener=listener):
                last = asking.ask()
    check([*failures, last], timeout("connect"))


# Inside TLS, the relay cuts the bytes at any place of a record.
@pytest.mark.parametrize("at", [7, 700])
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("stall", timeout("tls")),
        ("reset", Expected("ERR_IO", "tls")),
        ("fin", Expected("ERR_IO", "tls")),
    ],
)
def test_tls_handshake(
    fault: str, at: int, expected: Expected, workshop: Workshop, service: Service
) -> None:
    """The handshake is cut off."""
    url = service.url("wss", scenario=f"text:content={CONTENT}")
    port = service.ready["wss_port"]
    with relay(port, f"down:{fault}@{at}", first=FAILURES) as through:
        answers = ask_often(workshop, url.replace(str(port), str(through)), **deadlines())
    check(answers, expected)


def test_tls_garbage(workshop: Workshop, authority: Authority) -> None:
    """The answer is not TLS."""

    def script(peer: Peer) -> None:
        if peer.number <= FAILURES:
            peer.send(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n" * 4)
            peer.wait()
        else:
            whole_answer(peer)

    with ScriptedServer(script, authority.server()) as server:
        answers = ask_often(workshop, server.url, ca_file=authority.file, **deadlines())
    check(answers, Expected("ERR_TLS", "tls"))


def whole_answer(peer: Peer) -> None:
    """Answer as the service does."""
    begin_answer(peer)
    peer.goodbye()


def begin_answer(peer: Peer) -> None:
    """Answer up to the final frame, and leave the connection open."""
    peer.secure()
    peer.upgrade()
    peer.question()
    peer.send(answer(CONTENT[:3], 0) + answer(CONTENT[3:], 2))


def reset(peer: Peer) -> None:
    """Reset the connection, after the client has read the answer and says goodbye."""
    peer.message()
    peer.reset()


@pytest.mark.parametrize("secure", [False, True], ids=["ws", "wss"])
@pytest.mark.parametrize(
    "behind",
    [
        Peer.wait,
        reset,
        Peer.close,
        lambda peer: peer.send(b"\xff\xff\xff\xff no frame"),
        lambda peer: peer.send(b"\x81\x05half"),
        lambda peer: peer.send_raw(b"\x17\x03\x03\x00\x20 no record of this connection "),
    ],
    ids=["stall", "reset", "close", "garbage", "half a frame", "no record"],
)
def test_end(
    behind: Callable[[Peer], None], secure: bool, workshop: Workshop, authority: Authority
) -> None:
    """A failure after the final frame does not affect the answer."""

    def script(peer: Peer) -> None:
        begin_answer(peer)
        behind(peer)
        peer.wait()

    with ScriptedServer(script, authority.server() if secure else None) as server:
        answers = ask_often(workshop, server.url, ca_file=authority.file, **deadlines())
        assert server.connections == FAILURES + 1
    check(answers, COMPLETE)


@pytest.mark.parametrize("at", [25_000, 40_011])
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("stall", timeout("idle", SOME)),
        ("reset", truncated("idle", SOME)),
        ("fin", truncated("idle", SOME)),
    ],
)
def test_cut_inside_a_record(
    fault: str, at: int, expected: Expected, workshop: Workshop, service: Service
) -> None:
    """All whole frames received before the cut are kept."""
    url = service.url("wss", scenario="count:n=50,size=1000")
    port = service.ready["wss_port"]
    with relay(port, f"down:{fault}@{at}", first=FAILURES) as through:
        address = url.replace(str(port), str(through))
        *failures, last = ask_often(workshop, address, **deadlines())
    assert last.status == "OK", last
    assert last.text.count(".") > 45_000
    for failure in failures:
        assert (failure.status, failure.phase) == (expected.status, expected.phase), failure
        assert failure.outcome == expected.outcome
        assert 1000 <= len(failure.text) < at
        assert len(failure.text) % 1000 == 0
        assert last.text.startswith(failure.text)
        assert failure.descriptors_left == 0
