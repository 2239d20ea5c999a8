"""Breaks connections at every byte of an exchange, in both directions, and judges the outcome.

Plain and inside TLS, over WebSocket and HTTP: handshake, upgrade, request, stream and close. At
every byte: the right kind of end, text that is the beginning of the original, no hang, no crash,
and no descriptor left open.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from breaking import Fault, Slot
from rows import Effort, Row
from workbench import Answer, Exchanges, Workbench, workbench

TEXT = "Grüße, 世界! 🎉 Done."
QUESTION = "/v3.5/chat", "/v1/chat/completions"
SCHEMES = ("ws", "wss", "http", "https")
CUTS = ("fin", "reset", "stall", "delay")
SPOILS = ("corrupt", "duplicate", "drop")
# The long timeout keeps a busy machine from looking like a stall.
LONG_MS, SHORT_MS = 20_000, 400
# An exchange through the group, and one through sparkchat_stream_next(), at the same time.
GROUPED, ALONE = 48, 6

BROKEN = {"CONNECT", "IO", "TLS", "HANDSHAKE", "TRUNCATED"}
# Over plain connections, a damaged request reaches the service, which reports an error; a damaged
# answer can say anything.
SAID = {
    *("AUTH", "SERVICE", "RATE_LIMITED", "CONTENT_FILTERED", "INVALID_REQUEST", "PERMISSION"),
    *("QUOTA", "CONTEXT_LENGTH", "OVERLOADED", "PROTOCOL", "TOO_LARGE"),
}


@dataclass(frozen=True)
class Case:
    """One exchange with one fault."""

    scheme: str
    fault: Fault
    attempts: int = 1

    @property
    def is_secure(self) -> bool:
        """Whether it uses TLS."""
        return self.scheme in ("wss", "https")

    @property
    def may_wait(self) -> bool:
        """Whether only a deadline may end it."""
        return self.fault.kind == "stall" or self.fault.kind in SPOILS

    def __str__(self) -> str:
        retried = f", {self.attempts} attempts" if self.attempts > 1 else ""
        return f"{self.scheme} {self.fault}{retried}"


class Bench:
    """Relays, and the programs that ask through them."""

    def __init__(self, work: Workbench) -> None:
        self._work = work
        self._free: asyncio.Queue[tuple[Slot, Exchanges]] = asyncio.Queue()
        self.programs: list[Exchanges] = []

    @contextlib.asynccontextmanager
    async def ready(self) -> AsyncIterator[Bench]:
        """Start everything."""
        program = self._work.program("exchanges")
        environment = self._work.service.environment()
        grouped = await Exchanges.start([program], environment)
        alone = [await Exchanges.start([program, "alone"], environment) for _ in range(ALONE)]
        self.programs = [grouped, *alone]
        servers = []
        for owner in [grouped] * GROUPED + alone:
            slot = Slot(("127.0.0.1", 0))
            servers.append(await slot.listen())
            self._free.put_nowait((slot, owner))
        try:
            yield self
        finally:
            for server in servers:
                server.close()

    async def run(self, case: Case, *, patience: int = 1) -> tuple[Answer, Slot]:
        """Ask once, through a relay that serves only this case meanwhile."""
        slot, program = await self._free.get()
        try:
            ready = self._work.service.ready
            port = ready["wss_port" if case.is_secure else "ws_port"]
            slot.arm(case.fault, ("127.0.0.1", port))
            path = QUESTION[case.scheme.startswith("http")]
            milliseconds = SHORT_MS * patience if case.may_wait else LONG_MS
            answer = await program.ask(
                url=f"{case.scheme}://127.0.0.1:{slot.port}{path}?scenario=text:content={CODED}",
                ca=self._work.service.ca_file,
                domain="generalv3.5",
                attempts=case.attempts,
                timeout=milliseconds,
            )
            # A copy: the next case changes the relay's slot.
            seen = Slot(slot.target, slot.fault, slot.port, slot.connections, dict(slot.passed))
            seen.taken, seen.has_fired = bytearray(slot.taken), slot.has_fired
            return answer, seen
        finally:
            self._free.put_nowait((slot, program))


CODED = "".join(f"%{byte:02X}" for byte in TEXT.encode())


def judge(case: Case, answer: Answer, slot: Slot) -> str:
    """Return what is wrong with an answer, or ""."""
    text, kind = TEXT.encode(), case.fault.kind
    if answer.is_complete != (answer.outcome == "complete"):
        return f"status and outcome differ: {answer}"
    if answer.is_complete and not slot.has_fired and answer.text != text:
        return f"undisturbed, but the text differs: {answer}"
    spoilt = kind in SPOILS and not case.is_secure
    if not spoilt and not text.startswith(answer.text):
        return f"the text is not the beginning of the original: {answer}"
    if answer.is_complete:
        if not spoilt and answer.text != text:
            return f"complete without all of the text: {answer}"
        return ""
    if not slot.has_fired or kind == "delay":
        return f"nothing was broken: {answer}"
    if answer.status.removeprefix("ERR_") not in allowed(case):
        return f"an unexpected status: {answer}"
    if not answer.text.startswith(arrived(case, slot)):
        return f"text that had arrived is lost: {answer}"
    if not answer.message:
        return f"an error without a message: {answer}"
    return ""


def arrived(case: Case, slot: Slot) -> bytes:
    """Return the text that arrived before the fault, in whole frames or events."""
    fault = case.fault
    # A reset may discard bytes that the client has not read yet, and TLS hides where a frame ends.
    is_known = fault.kind in ("fin", "stall") and fault.direction == "down"
    if not is_known or case.is_secure or case.attempts > 1:
        return b""
    body = bytes(slot.taken[: fault.at]).partition(b"\r\n\r\n")[2]
    whole = frames(body) if case.scheme == "ws" else body.split(b"\n\n")[:-1]
    return b"".join(re.findall(rb'"content":"([^"]*)"', b"".join(whole)))


def frames(data: bytes) -> Iterator[bytes]:
    """Yield the payloads of a server's complete frames."""
    while len(data) >= 4:
        is_long = data[1] == 126
        start = 4 if is_long else 2
        end = start + (int.from_bytes(data[2:4], "big") if is_long else data[1])
        if len(data) < end:
            return
        yield data[start:end]
        data = data[end:]


def allowed(case: Case) -> set[str]:
    """Return how an exchange may fail."""
    kind = case.fault.kind
    if kind == "stall":
        return {"TIMEOUT"}
    if kind in ("fin", "reset"):
        # A server may answer half a request with an error, or not at all.
        half = {"INVALID_REQUEST"} if case.fault.direction == "up" else set()
        return BROKEN | half
    if case.is_secure:
        return {*BROKEN, "CERTIFICATE", "TIMEOUT"}
    return BROKEN | SAID | {"TIMEOUT"}


def completion(scheme: str, taken: bytes) -> tuple[int, int]:
    """Return the numbers of plain bytes after which an answer may, and must, be complete."""
    if scheme == "ws":
        end = taken.index(b"}", taken.index(b'"text":{', taken.index(b'"usage"')))
        last = taken.index(b"\x88", end)
        return last, last
    done = taken.index(b"[DONE]") + 6
    return done, min(done + 8, len(taken))


async def lengths(bench: Bench, scheme: str) -> tuple[dict[str, int], bytes]:
    """Return the largest number of bytes in each direction, and the bytes to the client."""
    most = {"up": 0, "down": 0}
    for _ in range(4):
        answer, slot = await bench.run(Case(scheme, Fault()))
        assert answer.text == TEXT.encode(), answer
        assert answer.is_complete, answer
        most = {way: max(count, slot.passed[way]) for way, count in most.items()}
    return most, bytes(slot.taken)


def cases(effort: Effort, scheme: str, kind: str, most: dict[str, int]) -> Iterator[Case]:
    """Yield a case for every byte, or for a sample of them."""
    step = effort.pick(53 if kind != "stall" else 89, 1)
    for way, count in most.items():
        # A different sample for each kind, the same in each run, and always the first byte.
        start = (len(kind) * 7 + len(scheme) * 3) % step
        for at in sorted({0, *range(start, count + 1, step)}):
            yield Case(scheme, Fault(kind, way, at))
            if kind == "reset" and at % 4 == 0:
                yield Case(scheme, Fault("reset", way, at, first=1), attempts=3)


async def try_all(bench: Bench, row: Row, todo: list[Case]) -> dict[Case, Answer]:
    """Run cases, many at once; repeat failed ones with longer timeouts."""
    answers: dict[Case, Answer] = {}
    again: list[Case] = []

    async def one(case: Case, patience: int) -> str:
        try:
            answer, slot = await bench.run(case, patience=patience)
        except asyncio.TimeoutError:
            return "hung"
        answers[case] = answer
        return judge(case, answer, slot)

    async def worker(queue: Iterator[Case]) -> None:
        for case in queue:
            if await one(case, 1):
                again.append(case)

    queue = iter(todo)
    await asyncio.gather(*(worker(queue) for _ in range(GROUPED + ALONE)))
    for case in again:
        if complaint := await one(case, 10):
            row.failures.append(f"{case}: {complaint}")
    row.tried += len(todo)
    ends = Counter(answer.status.removeprefix("ERR_").lower() for answer in answers.values())
    row.figures = ", ".join(f"{name} {count}" for name, count in ends.most_common(6))
    return answers


# The length of a signature varies by a few bytes.
SLACK = 16


def check_completion(
    row: Row, scheme: str, kind: str, taken: bytes, answers: dict[Case, Answer]
) -> None:
    """Check that an answer is complete exactly from the right byte on, and that its text grows."""
    down = {
        case.fault.at: answer
        for case, answer in answers.items()
        if case.fault.direction == "down" and case.attempts == 1
    }
    if kind != "reset":
        check_growth(row, scheme, kind, down)
    done = [at for at, answer in down.items() if answer.is_complete]
    cut = [at for at, answer in down.items() if not answer.is_complete]
    if scheme in ("ws", "http"):
        may, must = completion(scheme, taken)
        row.failures += [f"{scheme} {kind}@{at}: complete too early" for at in done if at < may]
        row.failures += [f"{scheme} {kind}@{at}: not complete" for at in cut if at >= must]
    elif done and cut and max(cut) > min(done) + SLACK:
        row.failures.append(f"{scheme} {kind}: complete at {min(done)}, but not at {max(cut)}")


def check_growth(row: Row, scheme: str, kind: str, down: dict[int, Answer]) -> None:
    """Check that more bytes do not give less text."""
    for at, answer in down.items():
        before = [len(other.text) for where, other in down.items() if where < at - SLACK]
        if max(before, default=0) > len(answer.text):
            row.failures.append(f"{scheme} {kind}@{at}: less text than from fewer bytes: {answer}")
    if not any(answer.text for answer in down.values() if not answer.is_complete):
        row.failures.append(f"{scheme} {kind}: no interrupted answer has any text")


async def broken_at_every_byte(work: Workbench, effort: Effort) -> list[Row]:
    rows = {kind: Row(f"{kind} at a byte") for kind in (*CUTS, *SPOILS)}
    left = Row("descriptors and exit of the asking programs")
    async with Bench(work).ready() as bench:
        for scheme in SCHEMES:
            most, taken = await lengths(bench, scheme)
            for kind, row in rows.items():
                before = row.figures
                todo = list(cases(effort, scheme, kind, most))
                answers = await try_all(bench, row, todo)
                if kind in ("fin", "reset", "stall"):
                    check_completion(row, scheme, kind, taken, answers)
                row.figures = _merged(before, row.figures)
        for program in bench.programs:
            status, count = await program.finish()
            left.tried += 1
            if status or count:
                left.failures.append(f"exit {status}, {count} descriptors left")
    return [*rows.values(), left]


def _merged(before: str, now: str) -> str:
    total: Counter[str] = Counter()
    for part in filter(None, [*before.split(", "), *now.split(", ")]):
        name, count = part.rsplit(" ", 1)
        total[name] += int(count)
    return ", ".join(f"{name} {count}" for name, count in total.most_common(8))


def run(effort: Effort) -> list[Row]:
    with workbench() as work:
        return asyncio.run(broken_at_every_byte(work, effort))
