"""Measures for the section `floods`, and sends its floods."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from amount import Amount
from amounts_http import OVER_HTTP, calls_in_an_event
from amounts_ws import WEBSOCKET, calls_in_a_frame
from support.authority import Authority
from support.cases import CaseFailed, run_case
from support.compiler import run as run_program
from support.dialects import HTTP, WebSocket
from support.floods import Flood
from support.paths import TESTS
from support.peer import Peer
from support.server import ScriptedServer
from support.tls_floods import TLSFlood
from support.workshop import Workshop

SOURCES = TESTS / "floods"
AMOUNTS = {**WEBSOCKET, **OVER_HTTP}
TALKS = {
    "a reply full of calls, ws": Amount(WebSocket, calls_in_a_frame, 8_000),
    "a reply full of calls, http": Amount(HTTP, calls_in_an_event, 8_000),
}


@dataclass(frozen=True)
class Taken:
    """The cost of an answer, as the program prints it."""

    status: str
    cpu_us: int
    growth_kib: int
    counts: dict[str, int]
    message: str


def read(output: str) -> dict[str, list[Taken]]:
    """Return the measurements of each kind."""
    found: dict[str, list[Taken]] = {}
    for line in output.splitlines():
        what, status, cpu, growth, text, reasoning, calls, citations, size, message = line.split(
            "\t", 9
        )
        counts = {
            "text": int(text),
            "reasoning": int(reasoning),
            "calls": int(calls),
            "citations": int(citations),
            "received": int(size),
        }
        taken = Taken(status.removeprefix("SPARKCHAT_"), int(cpu), int(growth), counts, message)
        found.setdefault(what, []).append(taken)
    return found


class Bench:
    """Compiles and runs the programs of `Tests/C/floods`."""

    def __init__(self, workshop: Workshop, folder: Path) -> None:
        self.workshop = workshop
        self.folder = folder
        self.authority = Authority(folder)
        self.endless = workshop.case_program(SOURCES / "floods.c")
        self.amounts = workshop.case_program(SOURCES / "amounts.c")
        # Starts the service here, so that two threads do not start it concurrently.
        self.environment = workshop.service.environment()

    def measure(self, case: str, amount: Amount, count: int) -> dict[str, list[Taken]]:
        """Ask for an answer of `count` things, and for a tenth of that."""
        whole, some = amount.build(count), amount.build(count // 10)
        small = small_answer(amount)

        def script(peer: Peer) -> None:
            question = amount.dialect.question(peer)
            peer.send({"more": whole, "some": some}.get(question, small))
            if amount.dialect is not HTTP:
                peer.wait()

        with ScriptedServer(script) as server:
            environment = {**self.environment, "SPARK_URL": amount.dialect.url(server)}
            result = run_program([self.amounts, case], env=environment)
        if result.returncode:
            raise CaseFailed(f"ended with {result.returncode}: {result.stderr[-500:]}")
        return read(result.stdout)

    def flood(self, flood: Flood, case: str) -> None:
        """Run a case against an endless server."""
        with ScriptedServer(flood) as server:
            run_case(
                self.endless,
                case,
                self.workshop,
                SPARK_URL=server.http_url if flood.over_http else server.url,
                MAY_REFUSE=str(int(flood.may_refuse)),
            )

    def flood_tls(self, name: str, stage: str, case: str) -> None:
        """Run a case against a server that sends TLS records without data."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        flood = TLSFlood(name, self.authority, folder, stage)
        trusted = self.folder / "trusted.pem"
        with ScriptedServer(flood) as server:
            url = server.url if stage in ("upgrade", "answer") else server.http_url
            scheme = "wss" if url.startswith("ws") else "https"
            run_case(
                self.endless,
                case,
                self.workshop,
                SPARK_URL=url.replace(url.partition(":")[0], scheme).replace(
                    "127.0.0.1", "localhost"
                ),
                SPARK_CA=str(trusted),
                MAY_REFUSE=str(int(flood.may_refuse)),
            )


def small_answer(amount: Amount) -> bytes:
    """Return an answer of one word."""
    return AMOUNTS["comments" if amount.dialect is HTTP else "frames without text"].build(1)
