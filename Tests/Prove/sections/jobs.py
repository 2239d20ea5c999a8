"""Jobs that are killed and restarted: in Python at random moments, again and again, and in C."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

from rows import Effort, Row
from workbench import ROOT, workbench

sys.path.append(str(ROOT / "Tests" / "Python"))

# The Python tests check these modules.
jobs: Any = import_module("jobs")
running_service: Any = import_module("service").running_service
RATE, LONGEST = 50, 1.2


def killed(kills: int) -> Row:
    """Kill a job `kills` times, and compare its output with the service's records."""
    row = Row("sparkchat batch, killed with SIGKILL at random moments", kills)
    ids = [f"request-{number}" for number in range(kills * 16)]
    with running_service("--quiet") as service, tempfile.TemporaryDirectory() as folder:
        job = jobs.JobFolder(Path(folder), service, "jobs")
        job.write(*({"custom_id": name, "prompt": f"{name[8:]}+1"} for name in ids))
        status, said = jobs.kill_often(job, kills, random.Random(kills), RATE, LONGEST)
        answered = job.answered()
        answers = {line["custom_id"]: line["response"]["body"] for line in job.lines()}
        records = service.records("jobs")
    if status != 0:
        row.failures.append(f"it ended with {status}: {said[-1000:]}")
    if answered != dict.fromkeys(ids, 1):
        twice = [name for name, times in answered.items() if times > 1]
        row.failures.append(f"missing {set(ids) - set(answered)}, more than once {twice}")
    for name, body in answers.items():
        number = int(name[8:])
        if body["choices"][0]["message"]["content"] != f"{number} + 1 = **{number + 1}**.":
            row.failures.append(f"{name}: {body}")
    asked: Counter[str] = Counter()
    for record in records:
        for request in record["requests"]:
            text = json.loads(request)["payload"]["message"]["text"][0]["content"]
            asked[f"request-{text.partition('+')[0]}"] += 1
    repeated = {name for name, times in asked.items() if times > 1}
    named = set(re.findall(r"request-\d+", said))
    if repeated - named:
        row.failures.append(f"asked twice and not named: {repeated - named}")
    row.figures = f"{len(ids)} answers, {len(repeated)} asked twice, {len(named)} named"
    return row


def bulk(count: int) -> Row:
    """Have bulk.c ask `count` questions, measure its memory, kill it near the end, restart it."""
    row = Row("bulk.c, killed with SIGKILL", count)
    memory: list[int] = []
    with workbench() as bench:
        questions, answers = bench.folder / "questions", bench.folder / "answers"
        questions.write_text("".join(f"{number}+1\n" for number in range(1, count + 1)))
        command = [str(bench.example("bulk")), str(questions), str(answers), "64"]
        where = bench.service.environment() | {"IFLYTEK_SPARK_API_URL": bench.service.url("ws")}
        begin = time.monotonic()
        with subprocess.Popen(command, env=where, stderr=subprocess.DEVNULL) as process:
            for mark in (0.1, 0.5, 0.9):
                while _lines(answers) < mark * count and process.poll() is None:
                    time.sleep(0.1)
                memory.append(_resident(process.pid))
            took = time.monotonic() - begin
            process.kill()
        done = subprocess.run(command, env=where, capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in answers.read_text().splitlines()]
    if done.returncode != 0:
        row.failures.append(f"it ended with {done.returncode}: {done.stderr[-1000:]}")
    found = sorted((line["line"], line["text"]) for line in lines)
    if found != [(number, f"{number} + 1 = **{number + 1}**.") for number in range(1, count + 1)]:
        row.failures.append(f"{len(lines)} answers, of {len(dict(found))} questions, or wrong ones")
    if memory[-1] > 1.1 * memory[0]:
        row.failures.append(f"its memory grew: {memory} kB")
    row.figures = f"{0.9 * count / took:.0f} a second, {memory} kB at 10, 50 and 90 %"
    return row


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _resident(process: int) -> int:
    """Return the resident kB of a process, or 0 if it has ended."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) if found else 0


def run(effort: Effort) -> list[Row]:
    return [killed(effort.pick(10, 200)), bulk(effort.pick(2_000, 100_000))]
