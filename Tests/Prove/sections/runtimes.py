"""Foreign runtimes: each program of `bindings/examples` streams an answer and cancels another.

Each is built by the words it begins with. It is refused as well, for wrong credentials, interrupted
while it waits, and cancels an answer that has ended.
"""

from __future__ import annotations

import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from rows import Effort, Row
from runtimes_table import FOUND, RUNTIMES, Runtime
from support import compiler
from support.service import Service

HELLO = (
    "Hello! I am the **Spark emulator** 🤖, a local stand-in for the chat service. "
    "What would you like to know?"
)
STORY = "Once upon a time, 从前有座山, there was a mountain. "
CHUNKS = 8
NODE = next(runtime for runtime in RUNTIMES if runtime.name == "Node.js")
ENDINGS = 5  # a run: the two threads meet by chance
# The service stops in the middle: what does not cancel hangs. The rest is the question itself.
SCENARIO = f"#scenario stall:at=middle,after=4,content={STORY},chunks={CHUNKS}\nTell me a story"
PIECE = "All at once"
ENDING = f"#scenario single:content={PIECE}\nTell me a story"


def check_output(runtime: Runtime, output: str) -> str | None:
    """Say what is wrong with what a program printed."""
    pattern = re.escape(HELLO) + r"\n" + runtime.says + r"(?P<part>.*)\n\(cancelled\)\n"
    found = re.fullmatch(pattern, output, re.DOTALL)
    if not found:
        return f"it printed {output!r}"
    part = found["part"]
    if not part or part == STORY or not STORY.startswith(part):
        return f"of the cancelled answer it printed {part!r}"
    return None


def check_records(service: Service, tag: str) -> str | None:
    """Say what is wrong with what the service saw."""
    records = service.records(tag)
    if [record["auth"] for record in records] != ["ok", "ok"]:
        return f"the service saw {records}"
    whole, cancelled = records
    if not (whole["tls"] and cancelled["tls"]):
        return "it asked without TLS"
    if whole["ended"] != "server_close":
        return f"the whole answer ended with {whole['ended']}"
    if cancelled["ended"] not in ("client_close", "client_drop"):
        return f"the cancelled answer ended with {cancelled['ended']}"
    if not 0 < cancelled["frames_sent"] < CHUNKS:
        return f"{cancelled['frames_sent']} frames of the cancelled answer were sent"
    return None


def surroundings(runtime: Runtime, service: Service, tag: str) -> dict[str, str]:
    """Return the environment in which a program asks the local service over TLS."""
    return {
        **service.environment(),
        **runtime.environment,
        **FOUND,
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss", tag=tag),
    }


def try_once(
    runtime: Runtime, command: list[str], place: Path, service: Service, tag: str
) -> list[str]:
    """Run a program against the service; return all that is wrong."""
    environment = surroundings(runtime, service, tag)
    try:
        result = compiler.run([*command, "Hello", SCENARIO], env=environment, cwd=place)
    except AssertionError as hung:
        return [str(hung)]
    found = [check_output(runtime, result.stdout), check_records(service, tag)]
    if result.returncode != 0:
        found.append(f"exit status {result.returncode}")
    if result.stderr:
        found.append(f"on stderr: {result.stderr[:500]}")
    return [failure for failure in found if failure]


def try_refusal(runtime: Runtime, command: list[str], place: Path, service: Service) -> list[str]:
    """Run a program with credentials that the service does not know."""
    environment = {**surroundings(runtime, service, "refused"), "IFLYTEK_SPARK_API_KEY": "unknown"}
    result = compiler.run(command, env=environment, cwd=place)
    said = f"refused, it ended with {result.returncode} and said {result.stderr[:500]}"
    if result.returncode in (0, 127) or result.returncode < 0 or "401" not in result.stderr:
        return [said]
    if result.stdout or environment["IFLYTEK_SPARK_API_SECRET"] in result.stderr:
        return [said + result.stdout]
    return []


def try_ending(runtime: Runtime, command: list[str], place: Path, service: Service) -> list[str]:
    """Cancel an answer that is one piece: the canceller meets its end, or comes after it."""
    environment = surroundings(runtime, service, f"{runtime.name}-ending")
    # What is freed is filled, so that a canceller that comes too late does not find it intact.
    environment["MALLOC_PERTURB_"] = "165"
    try:
        result = compiler.run([*command, "Hello", ENDING], env=environment, cwd=place)
    except AssertionError as hung:
        return [str(hung)]
    pattern = re.escape(HELLO) + r"\n" + runtime.says + rf"{PIECE}(\n\((cancelled|complete)\))?\n?"
    if result.returncode == 0 and not result.stderr and re.fullmatch(pattern, result.stdout):
        return []
    return [f"at the end: {result.returncode}, {result.stdout!r}, {result.stderr[:500]}"]


def try_interrupt(runtime: Runtime, command: list[str], place: Path, service: Service) -> list[str]:
    """Press Ctrl-C while a program waits inside the library: it ends, in the language's own way."""
    tag = f"{runtime.name}-interrupted"
    with subprocess.Popen(
        [*command, SCENARIO],
        cwd=place,
        env=surroundings(runtime, service, tag),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            service.wait_for_questions(tag, 1)
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=10)
        except (AssertionError, subprocess.TimeoutExpired) as failure:
            process.kill()
            return [f"Ctrl-C: {failure}"]
    return [] if process.returncode else ["Ctrl-C: it went on to the end"]


def not_prepared(runtime: Runtime, place: Path) -> str:
    """Make a folder to build in; return why nothing can be built, or ""."""
    if missing := runtime.missing():
        return f"{missing} is not installed; `make prove` installs it"
    place.mkdir()
    return ""


def try_runtime(runtime: Runtime, folder: Path, service: Service, times: int) -> Row:
    """Build a program and run it so many times."""
    row = Row(runtime.name)
    place = folder / runtime.name
    row.skipped = not_prepared(runtime, place)
    if row.skipped:
        return row
    start = time.monotonic()
    try:
        command = runtime.build(place)
    except AssertionError as failure:
        row.tried, row.failures = 1, [str(failure)]
        return row
    built = time.monotonic()
    for number in range(times):
        failures = try_once(runtime, command, place, service, f"{runtime.name}-{number}")
        row.tried += 2  # an answer, and one that is cancelled
        row.failures += failures[:2]
    each = (time.monotonic() - built) / times
    for _ in range(ENDINGS * times):
        row.tried += 1
        row.failures += try_ending(runtime, command, place, service)
    row.tried += 2
    row.failures += try_refusal(runtime, command, place, service)
    row.failures += try_interrupt(runtime, command, place, service)
    row.figures = f"built in {built - start:.1f} s, {each:.2f} s a run"
    return row


def whose_openssl(trace: str) -> set[str]:
    """Return which files gave the library OpenSSL's functions, by what the loader says."""
    pattern = r"binding file .*libsparkchat\S* \[0\] to (.+) \[0\]: \w+ symbol `[^']+' \[OPENSSL_3"
    return {Path(found).name for found in re.findall(pattern, trace)}


def try_node_openssl(folder: Path, service: Service) -> Row:
    """In Node, the library has the system's OpenSSL; by a plain `require`, at least one only."""
    row = Row("Node.js: one OpenSSL for the library")
    place = folder / "openssl"
    row.skipped = not_prepared(NODE, place)
    if row.skipped:
        return row
    command = NODE.build(place)
    plain = "require(process.argv[1]).ask('Hello', (piece) => piece && process.stdout.write(piece))"
    kinds = {
        "RTLD_DEEPBIND": ([*command, "Hello", SCENARIO], {"libssl.so.3", "libcrypto.so.3"}),
        "require": (["node", "-e", plain, str(place / "sparkchat.node")], {"node"}),
    }
    seen = []
    for kind, (words, expected) in kinds.items():
        environment = {**surroundings(NODE, service, kind), "LD_DEBUG": "bindings"}
        result = compiler.run(words, env=environment, cwd=place)
        row.tried += 1
        files = whose_openssl(result.stderr)
        seen.append(f"{kind}: {', '.join(sorted(files))}")
        # A Node that is built with the system's OpenSSL has none to offer.
        if files not in (expected, {"libssl.so.3", "libcrypto.so.3"}):
            row.failures.append(f"by {kind}, OpenSSL comes from {files}")
        elif not result.stdout.startswith(HELLO):
            row.failures.append(f"by {kind}, it answered {result.stdout!r}")
    row.figures = "; ".join(seen)
    return row


def try_node_arguments(folder: Path, service: Service) -> Row:
    """Wrong arguments of the addon's are Node's own TypeError."""
    row = Row("Node.js: wrong arguments")
    place = folder / "arguments"
    row.skipped = not_prepared(NODE, place)
    if row.skipped:
        return row
    NODE.build(place)
    for arguments in ("", "'Hello'", "'Hello', 1", "1, () => {}", "null, null"):
        call = f"require('./sparkchat.node').ask({arguments})"
        program = f"try {{ {call} }} catch (error) {{ console.log(error.name) }}"
        result = compiler.run(
            ["node", "-e", program], env=surroundings(NODE, service, "arguments"), cwd=place
        )
        row.tried += 1
        if (result.returncode, result.stdout) != (0, "TypeError\n"):
            row.failures.append(f"ask({arguments}): {result.returncode}, {result.stdout!r}")
    return row


def run(effort: Effort) -> list[Row]:
    """Try all of them with one service. A space in every path shows what does not quote it."""
    with tempfile.TemporaryDirectory(prefix="sparkchat runtimes ") as name:
        folder = Path(name)
        service = Service(folder)
        try:
            times = effort.pick(1, 10)
            rows = [try_runtime(runtime, folder, service, times) for runtime in RUNTIMES]
            return [
                *rows,
                try_node_openssl(folder, service),
                try_node_arguments(folder, service),
            ]
        finally:
            service.stop()
