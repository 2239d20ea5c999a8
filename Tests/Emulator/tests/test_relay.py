"""The relay: exact bytes, exact faults."""

from __future__ import annotations

import socket
import ssl
import time

import pytest

from client import Target, request_text
from raw import RawClient
from spark_emulator.relay import Relay
from spark_emulator.relay_plan import PlanError, parse_plan


def through(target: Target, plan: str, *, tls: bool = False, first: int | None = None) -> Relay:
    port = target.ready["wss_port" if tls else "ws_port"]
    return Relay(("127.0.0.1", port), plan, first=first)


def ask(client: RawClient) -> int:
    client.send_text(request_text("1+1"))
    return len(client.frames())


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("plan", ["", "both:delay=5ms", "down:slow=100B/0.1ms, up:slow=50B/0.1ms"])
def test_forwards_everything(target: Target, plan: str, tls: bool) -> None:
    with through(target, plan, tls=tls) as relay:
        context = target.trust() if tls else None
        with RawClient(target.url(port=relay.port, tls=tls), context=context) as client:
            assert ask(client) > 2


@pytest.mark.parametrize(("end", "error"), [("fin", EOFError), ("reset", ConnectionResetError)])
@pytest.mark.parametrize("at", [1, 50, 150])
def test_ends_towards_the_client(target: Target, end: str, error: type[Exception], at: int) -> None:
    with (
        through(target, f"down:{end}@{at}") as relay,
        RawClient(target.url(port=relay.port), send=False) as client,
    ):
        with pytest.raises(error):
            client.upgrade_and_fill()
        assert len(client.buffer) == at
        assert b"HTTP/1.1 101 Switching Protocols".startswith(client.buffer[:32])


@pytest.mark.parametrize("end", ["fin", "reset"])
def test_ends_at_once(target: Target, end: str) -> None:
    """The end may come while the client connects, or while it sends its request."""
    with (
        through(target, f"down:{end}@0") as relay,
        pytest.raises((EOFError, ConnectionError)),
        RawClient(target.url(port=relay.port), send=False) as client,
    ):
        client.upgrade_and_fill()


def test_ends_towards_the_server(target: Target) -> None:
    with through(target, "up:reset@100") as relay:
        with (
            pytest.raises((ConnectionError, EOFError)),
            RawClient(target.url(port=relay.port)),
        ):
            pass
        assert target.page(f"records?tag={target.tag}") == []


@pytest.mark.parametrize("plan", ["up:stall@0", "down:stall@0", "up:stall@40"])
def test_stalls(target: Target, plan: str) -> None:
    with (
        through(target, plan) as relay,
        RawClient(target.url(port=relay.port), read_head=False) as client,
    ):
        client.socket.settimeout(0.15)
        with pytest.raises(TimeoutError):
            client.read(1)


@pytest.mark.parametrize(
    ("plan", "errors"),
    [
        ("down:fin@0", (ssl.SSLError, ConnectionError)),
        ("down:fin@100", (ssl.SSLError, ConnectionError)),
        ("down:reset@100", (ssl.SSLError, ConnectionError)),
        ("up:fin@100", (ssl.SSLError, ConnectionError)),
        ("down:stall@100", (TimeoutError,)),
    ],
)
def test_cuts_inside_the_tls_handshake(
    target: Target, plan: str, errors: tuple[type[Exception], ...]
) -> None:
    with (
        through(target, plan, tls=True) as relay,
        socket.create_connection(("127.0.0.1", relay.port), timeout=0.5) as client,
        pytest.raises(errors),
    ):
        target.trust().wrap_socket(client, server_hostname="localhost")


def test_cuts_inside_a_tls_record_of_the_answer(target: Target) -> None:
    with through(target, "down:fin@3000", tls=True) as relay:
        url = target.url(port=relay.port, tls=True, scenario="count:n=100")
        with RawClient(url, context=target.trust()) as client:
            client.send_text(request_text("x"))
            # Pythons differ in which kind of SSLError it is; a proper end is EOFError.
            with pytest.raises(ssl.SSLError, match=r"(?i)eof"):
                client.fill_to_the_end()


def test_delay_is_a_delay(target: Target) -> None:
    with through(target, "both:delay=60ms") as relay:
        started = time.monotonic()
        with RawClient(target.url(port=relay.port)):
            assert time.monotonic() - started >= 0.12


def test_slow_keeps_every_byte(target: Target) -> None:
    with (
        through(target, "down:slow=1B/0.1ms") as relay,
        RawClient(target.url(port=relay.port, scenario="single")) as client,
    ):
        client.send_text(request_text("1+1"))
        assert [frame.opcode for frame in client.frames()] == [1, 8]


def test_only_the_first_connections(target: Target) -> None:
    with through(target, "down:fin@0", first=1) as relay:
        with pytest.raises((EOFError, ConnectionError)), RawClient(target.url(port=relay.port)):
            pass
        with RawClient(target.url(port=relay.port)) as client:
            assert ask(client) > 2


def test_nobody_behind_the_relay() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with (
        Relay(("127.0.0.1", port)) as relay,
        pytest.raises(ConnectionResetError),
        socket.create_connection(("127.0.0.1", relay.port), timeout=3) as client,
    ):
        client.recv(1)


def test_plans() -> None:
    plan = parse_plan("down:reset@1234, up:stall@0 both:delay=50ms,down:slow=1B/5ms")
    assert (plan.down.end, plan.down.at) == ("reset", 1234)
    assert (plan.up.end, plan.up.at) == ("stall", 0)
    assert plan.up.delay == plan.down.delay == 0.05
    assert (plan.down.slow_bytes, plan.down.slow_every) == (1, 0.005)
    for wrong in ("down", "left:fin@1", "down:fin", "down:slow=0B/1ms", "down:fin@-1"):
        with pytest.raises(PlanError):
            parse_plan(wrong)
