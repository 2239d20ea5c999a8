"""Too few descriptors, failing allocations, a clock that jumps, and names that cannot be looked up.

The allocations of jansson, OpenSSL and the library's own byte buffers are made to fail. If an
allocation of the Swift runtime fails, it ends the program, which cannot be avoided.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rows import Effort, Row
from workbench import LIBRARY, PATIENCE, Exchanges, Workbench, workbench

PATHS = {"ws": "/v3.5/chat", "http": "/v1/chat/completions"}
SCENARIO = "?scenario=text:content=All+of+it."
NEVER = 99
NO_DESCRIPTOR = re.compile(r"Too many open files|looked up", re.IGNORECASE)


def url(work: Workbench, scheme: str, host: str = "127.0.0.1") -> str:
    ready = work.service.ready
    port = ready["wss_port" if scheme.endswith("s") and scheme != "ws" else "ws_port"]
    path = PATHS["http" if scheme.startswith("http") else "ws"]
    return f"{scheme}://{host}:{port}{path}{SCENARIO}"


def run_program(
    work: Workbench, program: Path, *arguments: str, **environment: str
) -> tuple[int, list[list[str]]]:
    """Run a program; return its exit status and its lines, split at tabs."""
    result = subprocess.run(
        [str(program), *arguments],
        env={**work.service.environment(), **environment},
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        timeout=30 * PATIENCE,
        check=False,
    )
    lines = result.stdout.decode(errors="replace").splitlines()
    return result.returncode, [line.split("\t") for line in lines]


def hashed_directory(work: Workbench) -> Path:
    """Return a directory in OpenSSL's format with the authority's certificate."""
    folder = work.folder / "hashed"
    folder.mkdir(exist_ok=True)
    (folder / "ca.pem").write_bytes(work.service.ca_file.read_bytes())
    subprocess.run(["openssl", "rehash", str(folder)], check=True, capture_output=True)
    return folder


def descriptors(work: Workbench, effort: Effort) -> Iterator[Row]:
    """Try an exchange with 0, 1, 2, ... descriptors left."""
    program = work.program("scarce_descriptors")
    directory = str(hashed_directory(work))
    row = Row("an exchange with 0, 1, 2, ... descriptors left")
    needed = set()
    for scheme in ("ws", "wss", "http", "https"):
        for host in ("127.0.0.1", "localhost"):
            for how in ("alone", "group"):
                for trust in ("file", "directory"):
                    if trust == "directory" and not scheme.endswith(("ss", "ps")):
                        continue
                    file = str(work.service.ca_file) if trust == "file" else ""
                    arguments = (url(work, scheme, host), file, "" if file else directory, how)
                    status, lines = run_program(work, program, *arguments)
                    name = f"{scheme} {host} {how} CA {trust}"
                    needed.add(judge_descriptors(row, name, status, lines))
    row.figures = f"needed: {min(needed)} to {max(needed)}"
    yield row


def judge_descriptors(row: Row, name: str, status: int, lines: list[list[str]]) -> int:
    """Note what is wrong; return how many descriptors the exchange needs."""
    if status:
        row.failures.append(f"{name}: ended with {status}")
    first = NEVER
    for fields in lines:
        if len(fields) == 2:
            row.failures.append(f"{name}: {' '.join(fields)}")
            continue
        number, code, _, message = fields
        row.tried += 1
        if code == "SPARKCHAT_DONE":
            first = min(first, int(number))
        elif not NO_DESCRIPTOR.search(message):
            row.failures.append(f"{name}, {number} left: {code} does not say why: {message}")
    if first == NEVER:
        row.failures.append(f"{name}: the exchange never succeeded")
    return first


def own_ranges() -> str:
    """Return the code addresses at which byte buffers allocate, in the format of failing.so."""
    library = LIBRARY.resolve()
    library = library.with_name(f"{library.name}.debug")
    listed = subprocess.run(
        ["nm", "-S", "--defined-only", str(library)], capture_output=True, text=True, check=True
    )
    found = re.findall(r"(\w+) (\w+) \w \S*ByteBufferV8makeRoom", listed.stdout)
    # If the function were renamed, no allocation would fail.
    assert found, "ByteBuffer.makeRoom() is not among the library's functions"
    return ",".join(f"{int(at, 16):x}-{int(at, 16) + int(size, 16):x}" for at, size in found)


def allocations(work: Workbench, effort: Effort) -> Iterator[Row]:
    """Let the first, second, third, ... allocation fail."""
    program = work.program("scarce_memory")
    for whose, extra in (
        ("jansson and OpenSSL", {}),
        ("byte buffers", {"FAILING_RANGES": own_ranges()}),
    ):
        row = Row(f"a failing allocation of {whose}")
        ends: Counter[str] = Counter()
        for scheme in ("wss", "https", "ws", "http"):
            step = 1 if extra or effort.long else 37 if scheme in ("wss", "https") else 5
            for how, state in (("one", "warm"), ("all", "warm"), ("one", "cold"), ("all", "cold")):
                if state == "cold" and not effort.long and scheme != "wss":
                    continue
                wider = step * 9 if state == "cold" and not extra else step
                file = str(work.service.ca_file) if scheme in ("wss", "https") else ""
                arguments = (url(work, scheme), file, "1", str(wider), how, state)
                shim = str(work.shim("failing"))
                status, lines = run_program(work, program, *arguments, LD_PRELOAD=shim, **extra)
                name = f"{scheme} {how} {state}"
                known = SHORT_OF_MEMORY[:1] if extra else SHORT_OF_MEMORY
                ends += judge_allocations(row, name, status, lines, known)
        row.figures = ", ".join(f"{end} {count}" for end, count in ends.most_common(7))
        row.failures += [f"none ended with {end}" for end in ("no_memory", "done") if not ends[end]]
        yield row


# OpenSSL and jansson do not always report the lack of memory as the cause.
SHORT_OF_MEMORY = (
    ("SPARKCHAT_ERR_NO_MEMORY", "out of memory"),
    ("SPARKCHAT_ERR_TLS", ""),
    ("SPARKCHAT_ERR_IO", "TLS handshake"),
    ("SPARKCHAT_ERR_CERTIFICATE", ""),
    ("SPARKCHAT_ERR_INTERNAL", "OpenSSL"),
    ("SPARKCHAT_ERR_PROTOCOL", "invalid JSON"),
)


def judge_allocations(
    row: Row,
    name: str,
    status: int,
    lines: list[list[str]],
    expected: tuple[tuple[str, str], ...],
) -> Counter[str]:
    ends: Counter[str] = Counter()
    if status:
        last = lines[-1][0] if lines else "the first"
        row.failures.append(f"{name}: ended with {status} after allocation {last}")
    for fields in lines:
        if len(fields) == 2:
            row.failures.append(f"{name}: {' '.join(fields)}")
            continue
        number, code, _, message = fields
        row.tried += 1
        ends[code.removeprefix("SPARKCHAT_").removeprefix("ERR_").lower()] += 1
        is_known = any(end == code and re.search(says, message) for end, says in expected)
        if code != "SPARKCHAT_DONE" and not is_known:
            row.failures.append(f"{name}, allocation {number}: {code} {message}")
    return ends


def clock(work: Workbench, effort: Effort) -> Iterator[Row]:
    """Set the clock at each event by an hour and by ten years, forwards and backwards."""
    row = Row("the clock jumps in the middle of an answer")
    for scheme in ("ws", "wss", "http", "https"):
        for how in ("alone", "group"):
            for number, code, _, message in clocked(work, row, scheme, how):
                if code != "SPARKCHAT_DONE":
                    row.failures.append(f"{scheme} {how} {number}: {code} {message}")
    # A signature contains the date, so this shows whether the library sees that clock at all.
    for step, code, skew, message in clocked(work, row, "ws", "before"):
        if code != "SPARKCHAT_ERR_AUTH" or abs(int(skew) - int(step)) > 60:
            row.failures.append(f"set by {step} s, seen as {skew} s: {code} {message}")
    yield row


def clocked(work: Workbench, row: Row, scheme: str, how: str) -> list[list[str]]:
    """Run the program that sets the clock; return its lines."""
    file = str(work.service.ca_file) if scheme in ("wss", "https") else ""
    shim = str(work.shim("clock"))
    arguments = (url(work, scheme), file, how)
    status, lines = run_program(work, work.program("scarce_time"), *arguments, LD_PRELOAD=shim)
    if status or not lines:
        row.failures.append(f"{scheme} {how}: ended with {status}")
    row.tried += len(lines)
    return lines


NAMES = (
    # Name, status, phase, and pattern of the message.
    ("fail.test", "ERR_RESOLVE", "resolve", "fail.test.*[Tt]emporary"),
    ("gone.test", "ERR_RESOLVE", "resolve", "gone.test.*not known"),
    ("memory.test", "ERR_RESOLVE", "resolve", "memory.test.*emory"),
    ("system.test", "ERR_RESOLVE", "resolve", "system.test.*Too many open files"),
    ("stall.test", "ERR_TIMEOUT", "resolve", "resolve: nothing happened"),
    ("dead.test", "ERR_CONNECT", "connect", "127.0.0.9.*refused.*127.0.0.10.*refused"),
    ("dead-first.test", "DONE", "none", ""),
    ("deaf-first.test", "DONE", "none", ""),
    ("slow-but-there.test", "DONE", "none", ""),
)


@contextlib.contextmanager
def deaf(port: int) -> Iterator[None]:
    """Let connections to 127.0.0.8 hang: a socket listens there, and its queue is full."""
    with socket.create_server(("127.0.0.8", port), backlog=0), contextlib.ExitStack() as fillers:
        for _ in range(4):
            filler = fillers.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.8", port))
        yield


async def look_up(work: Workbench, row: Row) -> None:
    environment = {**work.service.environment(), "LD_PRELOAD": str(work.shim("names"))}
    program = work.program("exchanges")
    commands: list[list[str | Path]] = [[program], [program, "alone"]]
    for arguments in commands:
        asking = await Exchanges.start(arguments, environment)
        for scheme in ("ws", "http"):
            for name, status, phase, says in NAMES:
                answer = await asking.ask(
                    url=url(work, scheme, name),
                    domain="generalv3.5",
                    timeout=300 if name == "stall.test" else 20_000,
                )
                row.tried += 1
                is_right = answer.status == status and answer.phase == phase
                if not is_right or not re.search(says, answer.message):
                    row.failures.append(f"{scheme} {name}: {answer}")
        end = await asking.finish()
        if end != (0, 0):
            row.failures.append(f"exit and descriptors left: {end}")


def lookups(work: Workbench, effort: Effort) -> Iterator[Row]:
    """Look up names that fail, stall, or have dead addresses first."""
    row = Row("names that fail, stall, or have dead addresses first")
    with deaf(work.service.ready["ws_port"]):
        asyncio.run(look_up(work, row))
    yield row


def run(effort: Effort) -> list[Row]:
    with workbench() as work:
        return [
            row for part in (descriptors, allocations, clock, lookups) for row in part(work, effort)
        ]
