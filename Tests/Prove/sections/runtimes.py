"""Foreign runtimes: each program of `bindings/examples` streams an answer and cancels another."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

from c_support import compiler
from c_support.paths import LIBRARY_FOLDER
from c_support.service import Service
from rows import Effort, Row
from runtimes_table import RUNTIMES, Runtime

HELLO = (
    "Hello! I am the **Spark emulator** 🤖, a local stand-in for the chat service. "
    "What would you like to know?"
)
STORY = "Once upon a time, 从前有座山, there was a mountain. "
CHUNKS = 8
# The service stops in the middle: what does not cancel hangs. The rest is the question itself.
SCENARIO = f"#scenario stall:at=middle,after=4,content={STORY},chunks={CHUNKS}\nTell me a story"


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
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss", tag=tag),
        "LD_LIBRARY_PATH": str(LIBRARY_FOLDER),
    }


def try_once(runtime: Runtime, command: list[str], service: Service, tag: str) -> list[str]:
    """Run a program against the service; return all that is wrong."""
    environment = surroundings(runtime, service, tag)
    try:
        result = compiler.run([*command, "Hello", SCENARIO], env=environment)
    except AssertionError as hung:
        return [str(hung)]
    found = [check_output(runtime, result.stdout), check_records(service, tag)]
    if result.returncode != 0:
        found.append(f"exit status {result.returncode}")
    if result.stderr:
        found.append(f"on stderr: {result.stderr[:500]}")
    return [failure for failure in found if failure]


def try_refusal(runtime: Runtime, command: list[str], service: Service) -> list[str]:
    """Run a program with credentials that the service does not know."""
    environment = {**surroundings(runtime, service, "refused"), "IFLYTEK_SPARK_API_KEY": "unknown"}
    result = compiler.run(command, env=environment)
    said = f"refused, it ended with {result.returncode} and said {result.stderr[:500]}"
    if result.returncode in (0, 127) or result.returncode < 0 or "401" not in result.stderr:
        return [said]
    if result.stdout or environment["IFLYTEK_SPARK_API_SECRET"] in result.stderr:
        return [said + result.stdout]
    return []


def try_runtime(runtime: Runtime, folder: Path, service: Service, times: int) -> Row:
    """Build a program and run it so many times."""
    row = Row(runtime.name)
    missing = runtime.missing()
    if missing:
        row.skipped = f"{missing} is not installed; `make prove` installs it"
        return row
    place = folder / runtime.name
    place.mkdir()
    start = time.monotonic()
    try:
        command = runtime.build(place)
    except AssertionError as failure:
        row.tried, row.failures = 1, [str(failure)]
        return row
    built = time.monotonic()
    for number in range(times):
        failures = try_once(runtime, command, service, f"{runtime.name}-{number}")
        row.tried += 2  # an answer, and one that is cancelled
        row.failures += failures[:2]
    row.tried += 1
    row.failures += try_refusal(runtime, command, service)
    each = (time.monotonic() - built) / times
    row.figures = f"built in {built - start:.1f} s, {each:.2f} s a run"
    return row


def whose_openssl(trace: str) -> set[str]:
    """Return which files gave the library OpenSSL's functions, by what the loader says."""
    pattern = (
        r"binding file \S*libsparkchat\S* \[0\] to (\S+) \[0\]: \w+ symbol `[^']+' \[OPENSSL_3"
    )
    return {Path(found).name for found in re.findall(pattern, trace)}


def try_node_openssl(folder: Path, service: Service) -> Row:
    """In Node, the library has the system's OpenSSL; by a plain `require`, at least one only."""
    row = Row("Node.js: one OpenSSL for the library")
    node = next(runtime for runtime in RUNTIMES if runtime.name == "Node.js")
    row.skipped = node.missing() and f"{node.missing()} is not installed"
    if row.skipped:
        return row
    place = folder / "openssl"
    place.mkdir()
    command = node.build(place)
    plain = "require(process.argv[1]).ask('Hello', (piece) => piece && process.stdout.write(piece))"
    kinds = {
        "RTLD_DEEPBIND": ([*command, "Hello", SCENARIO], {"libssl.so.3", "libcrypto.so.3"}),
        "require": (["node", "-e", plain, str(place / "sparkchat.node")], {"node"}),
    }
    seen = []
    for kind, (words, expected) in kinds.items():
        environment = {**surroundings(node, service, kind), "LD_DEBUG": "bindings"}
        result = compiler.run(words, env=environment)
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


def run(effort: Effort) -> list[Row]:
    """Try all of them with one service. A space in every path shows what does not quote it."""
    with tempfile.TemporaryDirectory(prefix="sparkchat runtimes ") as name:
        folder = Path(name)
        service = Service(folder)
        try:
            times = effort.pick(1, 10)
            rows = [try_runtime(runtime, folder, service, times) for runtime in RUNTIMES]
            return [*rows, try_node_openssl(folder, service)]
        finally:
            service.stop()
