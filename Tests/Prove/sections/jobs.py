"""A job that is killed at random moments, again and again, and goes on each time."""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

from rows import Effort, Row
from workbench import ROOT

sys.path.append(str(ROOT / "Tests" / "Python"))

# They are checked with the tests in Python.
jobs: Any = import_module("jobs")
running_service: Any = import_module("service").running_service
RATE, LONGEST = 50, 1.2


def killed(kills: int) -> Row:
    """Kill a job so often, and compare what it wrote with what the service was asked."""
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


def run(effort: Effort) -> list[Row]:
    return [killed(effort.pick(10, 200))]
