"""Real networks: lost packets, unplugged cables, forgetful routers, names with dead addresses.

They are network namespaces with nftables rules. Without root, or if the kernel does not support
them, nothing is tried.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from netns import CLIENT_V4, SERVER_V4, SERVER_V6, Network, Unavailable, network
from rows import Effort, Row
from support.asking import Answer, ask, ask_often, conversation
from support.peer import Peer, answer
from support.server import ScriptedServer
from support.workshop import Workshop

PIECES = [f"piece {number} of a long answer. " for number in range(40)]
TEXT = "".join(PIECES)
DOCUMENT = b'{"code":0,"choices":[{"message":{"role":"assistant","content":"fine"}}]}'
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(DOCUMENT),
    DOCUMENT,
)
LOSS = "meta l4proto tcp numgen random mod 100 < 5 drop"
ONCE: dict[str, object] = {"max_attempts": 1}
Script = Callable[[Peer], None]


class Bench:
    """Asks at the client's end of the cable; the servers are at the other end."""

    def __init__(self, workshop: Workshop, net: Network) -> None:
        self.workshop = workshop
        self.net = net

    @contextmanager
    def server(self, script: Script) -> Iterator[ScriptedServer]:
        """Start a server at the other end."""
        with ScriptedServer(script, listener=self.net.listener()) as server:
            yield server

    def url(self, server: ScriptedServer, scheme: str = "ws", host: str = SERVER_V4) -> str:
        path = "/v3.5/chat" if scheme == "ws" else "/v1/chat/completions"
        return f"{scheme}://{host}:{server.port}{path}"

    def ask(self, url: str, **options: object) -> Answer:
        chosen: dict[str, Any] = {**ONCE, **options}
        return ask(self.workshop, url, wrapper=self.net.client, **chosen)


def stream_answer(peer: Peer) -> None:
    peer.upgrade()
    peer.question()
    for number, piece in enumerate(PIECES):
        peer.send(answer(piece, 0 if number == 0 else 1))
    peer.send(answer(""))
    peer.goodbye()


def answer_all(peer: Peer) -> None:
    with suppress(ConnectionError):
        while True:
            peer.body()
            peer.send(WHOLE)


def expect(row: Row, name: str, found: Answer, says: str = "", **wanted: object) -> None:
    row.tried += 1
    wrong = {key: found[key] for key, value in wanted.items() if found[key] != value}
    if wrong or says not in found.message:
        row.failures.append(f"{name}: not {wanted} {says!r} but {dict(found)}")


def lossy(bench: Bench, row: Row, effort: Effort) -> None:
    bench.net.rules(LOSS, LOSS)
    count = effort.pick(8, 200)
    common: dict[str, Any] = {**ONCE, "questions": count, "wrapper": bench.net.client}
    with bench.server(stream_answer) as server:
        for found in ask_often(bench.workshop, bench.url(server), **common):
            expect(row, "WebSocket", found, status="OK", text=TEXT)
    with bench.server(answer_all) as server:
        url = bench.url(server, "http")
        for found in ask_often(bench.workshop, url, **common):
            expect(row, "HTTP", found, status="OK", text="fine")
        # A lost packet does not end a connection.
        row.failures += ["HTTP: a connection was replaced"] if server.connections > 1 else []


def unplugged(bench: Bench, row: Row, effort: Effort) -> None:
    for is_for_good in (False, True):
        is_down = threading.Event()

        def script(peer: Peer, is_down: threading.Event = is_down) -> None:
            peer.upgrade()
            peer.question()
            peer.send(answer(TEXT, 0))
            peer.pause()
            bench.net.wire("down")
            is_down.set()
            peer.send(answer("the end"))
            peer.wait()

        def plug(is_down: threading.Event = is_down) -> None:
            is_down.wait(30)
            threading.Event().wait(1)
            bench.net.wire("up")

        with bench.server(script) as server:
            if is_for_good:
                found = bench.ask(bench.url(server), idle_timeout=1500)
                expect(row, "down, to stay", found, status="ERR_TIMEOUT", phase="idle", text=TEXT)
                bench.net.wire("up")
            else:
                thread = threading.Thread(target=plug)
                thread.start()
                found = bench.ask(bench.url(server))
                thread.join()
                expect(row, "down for a second", found, status="OK", text=TEXT + "the end")


def forgotten(bench: Bench, row: Row, effort: Effort) -> None:
    for how in ("drop", "reject with tcp reset"):

        def script(peer: Peer, how: str = how) -> None:
            if peer.number == 1:
                peer.body()
                bench.net.rules(f"tcp sport {peer.stream.getpeername()[1]} {how}")
                peer.send(WHOLE)
                peer.stall()
            else:
                answer_all(peer)

        options: dict[str, object] = {**ONCE, "connect_timeout": 1500}
        with bench.server(script) as server:
            url = bench.url(server, "http")
            with conversation(bench.workshop, url, wrapper=bench.net.client, **options) as talk:
                expect(row, f"{how}, first", talk.answer(), status="OK")
                expect(row, f"{how}, second", talk.ask(), status="OK", attempts=1)
            if server.connections != 2:
                row.failures.append(f"{how}: {server.connections} connections")
        bench.net.rules("accept")


def vanished(bench: Bench, row: Row, effort: Effort) -> None:
    """The server's machine vanishes: before it has the request, or while its model thinks."""
    options: dict[str, object] = {"max_attempts": 3, "backoff": 1, "keepalive": 1000}
    for has_question in (False, True):

        def script(peer: Peer, has_question: bool = has_question) -> None:
            head = peer.head()
            if peer.number > 1:
                peer.accept(head)
                peer.send(answer(peer.question()))
                return peer.goodbye()
            if has_question:
                peer.accept(head)
                peer.question()
                # A system acknowledges received data with a delay.
                peer.pause()
            port = peer.stream.getpeername()[1]
            bench.net.rules(f"tcp sport {port} drop", f"tcp dport {port} drop" * has_question)
            if not has_question:
                peer.accept(head)
            return peer.stall()

        with bench.server(script) as server:
            found = bench.ask(bench.url(server), **options)
        bench.net.rules("accept")
        if has_question:
            says = "had received the request"
            expect(row, "thinking", found, says, status="ERR_TRUNCATED", attempts=1, retryable=1)
        else:
            expect(row, "unasked", found, status="OK", attempts=2, text="Hello")


def names(bench: Bench, row: Row, effort: Effort) -> None:
    nobody = ["10.77.0.66", "10.77.0.67"]
    crowd = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(4000)]
    silent = [f"10.77.{number // 250 + 1}.{number % 250 + 1}" for number in range(4000)]
    bench.net.names(
        {
            "dead-first.test": [*nobody, SERVER_V4],
            "refused-first.test": [CLIENT_V4, "127.0.0.9", SERVER_V4],
            "unreachable-first.test": ["192.0.2.1", "2001:db8::1", SERVER_V4],
            "crowd.test": crowd,
            "silent.test": nobody * 2000,
            "away.test": silent,
        }
    )
    with bench.server(stream_answer) as server:
        for name in ("dead-first", "refused-first", "unreachable-first"):
            found = bench.ask(bench.url(server, host=f"{name}.test"))
            expect(row, name, found, status="OK", text=TEXT)
        for name in ("crowd", "away"):
            found = bench.ask(bench.url(server, host=f"{name}.test"))
            expect(row, name, found, "were not tried", status="ERR_CONNECT", phase="connect")
            if len(found.message) > 400:
                row.failures.append(f"{name}: a message of {len(found.message)} bytes")
        found = bench.ask(bench.url(server, host="silent.test"), total_timeout=700)
        expect(row, "silent", found, status="ERR_TIMEOUT", phase="total")


def without_ipv4(bench: Bench, row: Row, effort: Effort) -> None:
    if not bench.net.has_ipv6:
        raise Unavailable("this machine has no IPv6")
    bench.net.names({"both.test": [SERVER_V4, SERVER_V6], "six.test": [SERVER_V6]})
    with bench.server(stream_answer) as server:
        found = bench.ask(bench.url(server, host=f"[{SERVER_V6}]"))
        expect(row, "with IPv4", found, status="OK", text=TEXT)
        bench.net.lose_ipv4()
        for host in (f"[{SERVER_V6}]", "six.test", "both.test"):
            found = bench.ask(bench.url(server, host=host))
            expect(row, host, found, status="OK", text=TEXT)
        found = bench.ask(bench.url(server))
        expect(row, "IPv4", found, "unreachable", status="ERR_CONNECT")


# In this order: at the end, the client has no IPv4 left.
TRIALS: dict[str, Callable[[Bench, Row, Effort], None]] = {
    "5 % of all packets are lost, both ways": lossy,
    "the cable is unplugged in mid-answer": unplugged,
    "a router forgets a kept connection": forgotten,
    "the server's machine vanishes": vanished,
    "names with dead addresses, and thousands of them": names,
    "a client without IPv4": without_ipv4,
}


def run(effort: Effort) -> list[Row]:
    rows = {what: Row(what) for what in TRIALS}
    workshop = Workshop()
    try:
        with network() as net:
            bench = Bench(workshop, net)
            for what, trial in TRIALS.items():
                try:
                    trial(bench, rows[what], effort)
                except Unavailable as failure:
                    rows[what].skipped = str(failure)
                net.rules("accept")
    except Unavailable as failure:
        for row in rows.values():
            row.skipped = row.skipped or str(failure)
    finally:
        workshop.close()
    return list(rows.values())
