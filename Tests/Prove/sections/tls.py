"""Bad certificates and bad servers: each is refused with an error that says why.

Certificates that RFC 5280 and RFC 6125 allow are accepted: their server forwards to the local
service, and the answer must arrive. Both transports share the code: the whole table runs over
WebSocket, and a sample of it over HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import select
import socket
import ssl
import warnings
from dataclasses import dataclass
from pathlib import Path

from chain_table import ADVICE, Case, certificate_cases
from rows import Effort, Row
from workbench import PATIENCE, Answer, Exchanges, Peer, ScriptedServer, Workbench, workbench

TEXT = "behind TLS"
PATHS = {"wss": "/v3.5/chat", "https": "/v1/chat/completions"}


def join(near: socket.socket, far: socket.socket) -> None:
    """Forward bytes in both directions until either side ends."""
    while True:
        pending = isinstance(near, ssl.SSLSocket) and near.pending()
        ready = [near] if pending else select.select([near, far], [], [], PATIENCE)[0]
        for source in ready:
            data = source.recv(65536)
            if not data:
                return
            (far if source is near else near).sendall(data)
        if not ready:
            return


class Front:
    """A TLS server in front of the local service. (asyncio's would swallow the alerts.)"""

    def __init__(self, port: int) -> None:
        self._target = port
        self.accepted = 0

    def serve(self, peer: Peer) -> None:
        """Let the service answer."""
        peer.secure()
        self.accepted += 1
        with socket.create_connection(("127.0.0.1", self._target)) as far:
            join(peer.stream, far)


def judge(case: Case, answer: Answer, reached: bool) -> str:
    """Return what is wrong, or ""."""
    if not case.status:
        if answer.is_complete and answer.text == TEXT.encode():
            return ""
        return f"refused: {answer}"
    if answer.text or (reached and case.nothing_may_pass):
        return f"data was forwarded before the refusal: {answer}"
    if answer.status != f"ERR_{case.status}":
        return f"expected {case.status}, got {answer}"
    if not re.search(case.says, answer.message, re.IGNORECASE):
        return f"the message does not say {case.says!r}: {answer.message}"
    if case.status == "CERTIFICATE":
        advice = [ADVICE[words] for words in ADVICE if re.search(words, answer.message)]
        if len(advice) != 1 or not re.search(advice[0], answer.hint):
            return f"the hint does not say {advice}: {answer.message}: {answer.hint}"
    return "" if answer.hint or case.status != "TLS" else f"no hint: {answer.message}"


async def try_certificates(
    program: Exchanges, port: int, cases: list[Case], scheme: str, row: Row
) -> None:
    async def one(case: Case) -> None:
        front = Front(port)
        with ScriptedServer(front.serve, case.context) as server:
            answer = await program.ask(
                url=f"{scheme}://{case.host}:{server.port}{PATHS[scheme]}"
                f"?scenario=text:content={TEXT.replace(' ', '+')}",
                ca=case.ca_file,
                domain="generalv3.5",
                timeout=20_000,
            )
        row.tried += 1
        if complaint := judge(case, answer, front.accepted > 0):
            row.failures.append(f"{case.name}: {complaint}")

    limit = asyncio.Semaphore(16)

    async def limited(case: Case) -> None:
        async with limit:
            await one(case)

    await asyncio.gather(*map(limited, cases))


@dataclass(frozen=True)
class Rude:
    """A server that violates TLS."""

    name: str
    says: str
    data: bytes = b""
    ends: str = "fin"
    status: str = "TLS"


ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
RUDE = [
    Rude("garbage", "TLS with|version", b"\xff\x00garbage that is no TLS" * 10),
    Rude("an HTTP answer", "http|version", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    Rude("an SSH greeting", "version|packet|TLS with", b"SSH-2.0-OpenSSH_9.2\r\n"),
    Rude("zeros", "version|TLS with", bytes(200)),
    Rude("an alert", "alert handshake failure", ALERT),
    Rude("half a record, then the end", "closed", b"\x16\x03\x03\x10\x00\x02\x00", status="IO"),
    Rude("the end, immediately", "closed", status="IO"),
    Rude("an RST, immediately", "reset|closed", ends="reset", status="IO"),
    Rude("silence", "nothing happened", ends="stay", status="TIMEOUT"),
    Rude("half a record, then silence", "nothing", b"\x16\x03\x03", "stay", "TIMEOUT"),
    Rude("a record that is too long", "length|TLS with", b"\x16\x03\x03\xff\xff" + bytes(70000)),
    Rude("warnings without end", "TLS with", b"\x15\x03\x03\x00\x02\x01\x5a" * 3000),
]


async def rude_servers(program: Exchanges, ca_file: Path, scheme: str, row: Row) -> None:
    async def one(rude: Rude) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                if rude.ends != "reset":
                    await reader.read(65536)
                writer.write(rude.data)
                await writer.drain()
                if rude.ends == "stay":
                    await reader.read(65536)
                elif rude.ends == "reset":
                    writer.transport.abort()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        answer = await program.ask(
            url=f"{scheme}://127.0.0.1:{port}{PATHS[scheme]}",
            ca=ca_file,
            domain="generalv3.5",
            timeout=400 if rude.ends == "stay" else 20_000,
        )
        server.close()
        row.tried += 1
        case = Case(rude.name, None, "127.0.0.1", ca_file, rude.status, rude.says)
        if complaint := judge(case, answer, False):
            row.failures.append(f"{scheme} {rude.name}: {complaint}")

    await asyncio.gather(*map(one, RUDE))


async def cut_without_goodbye(program: Exchanges, work: Workbench, row: Row) -> None:
    """End TCP inside TLS, which looks like an attacker who cuts the answer short."""
    base = f"127.0.0.1:{work.service.ready['wss_port']}"
    for scheme, path in PATHS.items():
        for after in range(4):
            scenario = f"drop:how=cut,after={after},content=The+text+of+an+answer."
            answer = await program.ask(
                url=f"{scheme}://{base}{path}?scenario={scenario}",
                ca=work.service.ca_file,
                domain="generalv3.5",
            )
            row.tried += 1
            if answer.status != "ERR_TRUNCATED" or answer.outcome != "truncated":
                row.failures.append(f"{scheme} after {after}: {answer}")


async def renegotiation(program: Exchanges, work: Workbench, case: Case, row: Row) -> None:
    """Refuse a server that wants to renegotiate in the middle of an answer."""
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1_2", "-naccept", "1"]
    server = await asyncio.create_subprocess_exec(
        *command,
        *("-cert", str(case.pem_file), "-key", str(case.pem_file)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    said = b""
    while b"ACCEPT" not in said or not said.endswith(b"\n"):
        said += await server.stdout.readline()
    port = int(re.findall(rb"ACCEPT \S+:(\d+)", said)[0])
    asking = asyncio.create_task(
        program.ask(
            url=f"https://{case.host}:{port}{PATHS['https']}",
            ca=case.ca_file,
            domain="generalv3.5",
            timeout=5000,
        )
    )
    said = b""
    while b"messages" not in said:
        said += await server.stdout.read(65536)
    server.stdin.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        b'data:{"code":0,"choices":[{"delta":{"content":"first"},"index":0}]}\n\n'
    )
    await server.stdin.drain()
    await asyncio.sleep(0.2)
    server.stdin.write(b"r\n")
    await server.stdin.drain()
    answer = await asking
    server.stdin.close()
    said += (await server.communicate())[0]
    row.tried += 1
    refused = answer.status == "ERR_TLS" and re.search(rb"no.renegotiation", said, re.IGNORECASE)
    if not refused or answer.text != b"first":
        row.failures.append(f"{answer}; the server says {said[-300:]!r}")


async def everything(work: Workbench, effort: Effort) -> list[Row]:
    refused, accepted, sample = (
        Row("bad certificates refused, and why (WebSocket)"),
        Row("what RFC 5280 and 6125 allow (WebSocket)"),
        Row("a sample of both (HTTP)"),
    )
    rude, cut = Row("bad servers (both)"), Row("TLS cut without close_notify (both)")
    anew = Row("renegotiation (TLS 1.2)")
    environment = {**work.service.environment(), "LD_PRELOAD": str(work.shim("names"))}
    program = await Exchanges.start([work.program("exchanges")], environment)
    port = work.service.ready["ws_port"]
    cases = certificate_cases(work.folder)
    await try_certificates(program, port, [c for c in cases if c.status], "wss", refused)
    await try_certificates(program, port, [c for c in cases if not c.status], "wss", accepted)
    await try_certificates(program, port, cases[:: effort.pick(3, 1)], "https", sample)
    for scheme in PATHS:
        await rude_servers(program, work.service.ca_file, scheme, rude)
    await cut_without_goodbye(program, work, cut)
    await renegotiation(program, work, next(c for c in cases if not c.status), anew)
    status, left = await program.finish()
    end = Row("descriptors and exit of the asking program", 1)
    if status or left:
        end.failures.append(f"exit {status}, {left} descriptors left")
    return [refused, accepted, sample, rude, cut, anew, end]


def run(effort: Effort) -> list[Row]:
    with warnings.catch_warnings(), workbench() as work:
        # Python warns about the old versions that some of these servers speak.
        warnings.simplefilter("ignore", DeprecationWarning)
        return asyncio.run(everything(work, effort))
