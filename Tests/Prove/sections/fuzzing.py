"""Every parser under libFuzzer and the address sanitizer: a row for each target of Tests/Fuzz.

The short form replays the seeds and all inputs that ever failed, and tries some new ones; the long
one runs each target for an eighth of the effort's seconds. A new input that fails is kept in
build/fuzz/crashes: once the cause is fixed, it belongs in Tests/Fuzz/crashes.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from programs import ROOT, built
from rows import Effort, Row

FUZZ = ROOT / "Tests" / "Fuzz"
KEPT = ROOT / "build" / "fuzz" / "crashes"
SHORT_RUNS = 2_000
OPTIONS = ["-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"]


def run(effort: Effort) -> list[Row]:
    """Run all targets, one per processor at a time."""
    program = built("fuzz")
    names = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda name: fuzz(program, name, effort), names))


def fuzz(program: Path, name: str, effort: Effort) -> Row:
    """Run one target."""
    row = Row(name)
    kept = KEPT / name
    kept.mkdir(parents=True, exist_ok=True)
    before = set(kept.iterdir())
    with tempfile.TemporaryDirectory(prefix="spark-fuzz-") as scratch:
        # New inputs go into the first folder; the committed ones stay as they are.
        folders = [Path(scratch), FUZZ / "seeds" / name, FUZZ / "crashes" / name]
        limit = [f"-max_total_time={effort.seconds / 8:.0f}"]
        if not effort.long:
            limit = [f"-runs={SHORT_RUNS}", "-max_total_time=10", "-seed=1"]
        command = [program, *OPTIONS, *limit, f"-artifact_prefix={kept}/", *folders]
        said, code = execute([str(word) for word in command if exists(word)], name, effort)
    row.tried = int((re.findall(r"number_of_executed_units: (\d+)", said) or ["0"])[0])
    covered = re.findall(r"cov: (\d+)", said)
    row.figures = f"{covered[-1]} edges" if covered else ""
    row.failures += [f"{file} fails" for file in sorted(set(kept.iterdir()) - before)]
    if code != 0 and not row.failures:
        row.failures.append(f"ended with {code}: {said[-500:]}")
    if row.failures:
        row.failures += re.findall(r"Fatal error: .{0,300}", said)[:1]
    return row


def exists(word: object) -> bool:
    """Omit folders that do not exist; not every target has failed before."""
    return not isinstance(word, Path) or word.exists()


def execute(command: list[str], name: str, effort: Effort) -> tuple[str, int]:
    """Run the fuzzer and return its output and exit code."""
    environment = {
        **os.environ,
        "SPARK_FUZZ_TARGET": name,
        # Naming every frame takes minutes; the input alone reproduces the crash.
        "ASAN_OPTIONS": "symbolize=0",
        "SWIFT_BACKTRACE": "enable=no",
    }
    try:
        result = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=effort.seconds + 120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "it hangs", -1
    return (result.stdout + result.stderr).decode(errors="replace"), result.returncode
