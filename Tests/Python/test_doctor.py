"""`sparkchat doctor`: what it prints, records and keeps, and answers that are wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path

import pytest

from doctors import QUESTIONS, Doctor, credentials, doctor
from service import Service

__all__ = ["doctor"]


def test_all_is_well(doctor: Doctor) -> None:
    done = doctor()
    assert (done.status, done.complained) == (0, "")
    for topic in ("names", "proxy", "connection", "trust", "clock", "credentials", "plan"):
        done.finding(topic, "ok")
    for topic in QUESTIONS:
        said = done.finding(topic, "ok")
        assert "first token after" in said
        assert "tokens; sid ch" in said
    assert "generalv2 over WebSocket" in done.finding("another version", "ok")
    assert "All is well." in done.said
    assert f"The recording is in {done.file.name}." in done.said
    assert done.recording["doctor"]["library"].startswith("sparkchat/")


def test_what_there_are_no_credentials_for_is_not_asked(doctor: Doctor, service: Service) -> None:
    done = doctor(environment=credentials(service, password=False))
    assert done.status == 0
    assert "over HTTP" not in done.said
    only = {"IFLYTEK_SPARK_API_PASSWORD": service.password}
    url = service.url("/v1", tls=True, transport="http")
    done = doctor("--domain", "generalv3.5", url=url, environment=only)
    assert done.status == 0
    assert "over HTTP" in done.finding("streaming", "ok")
    assert "asked over WebSocket" in done.finding("another version", "skipped")


@pytest.mark.parametrize(
    ("scenario", "words", "conclusion"),
    [
        ("finish:reason=abort,shows=nothing", 'ended it with "abort"', "it is the service"),
        ("finish:reason=abort,shows=half", 'with "abort", so it may not be', "it is the service"),
        ("finish:reason=content_filter", "moderation stopped", "it is the service"),
        ("finish:reason=stop,shows=nothing", "the answer is empty", "it is the service"),
        ("finish:reason=length", "cut at the limit of tokens", "wrong on this side"),
        ("finish:reason=length,shows=reasoning", "went into reasoning", "wrong on this side"),
    ],
)
def test_an_answer_that_ends_badly(
    doctor: Doctor, service: Service, scenario: str, words: str, conclusion: str
) -> None:
    only = {"IFLYTEK_SPARK_API_PASSWORD": service.password}
    url = service.url("/v1", tls=True, transport="http", scenario=scenario)
    done = doctor("--domain", "generalv3.5", url=url, environment=only)
    assert done.status == 1
    for topic in ("plain", "streaming"):
        said = done.finding(topic, "problem")
        assert words in said
        assert "what to do: " in said
    assert "All is well" not in done.said
    assert conclusion in done.said


def test_a_busy_service(doctor: Doctor) -> None:
    done = doctor(scenario="error:code=10008")
    assert done.status == 1
    for topic in QUESTIONS:
        said = done.finding(topic, "problem")
        assert "code 10008; sid ch" in said
        assert "try again later" in said
    assert "Nothing is wrong here: it is the service." in done.said


def test_an_answer_that_breaks_off(doctor: Doctor) -> None:
    done = doctor(scenario="drop:after=2")
    assert done.status == 1
    done.finding("plain", "problem")
    assert [exchange["is_cut"] for exchange in done.recording["exchanges"]] == [True] * 4


def test_for_machines(doctor: Doctor) -> None:
    done = doctor("--json", scenario="error:code=10008")
    summary = json.loads(done.said)
    assert (done.status, summary["well"]) == (1, False)
    assert {"topic", "verdict", "said", "advice", "side"} == summary["findings"][0].keys()
    assert summary["recording"] == done.file.name


def test_wrong_usage(doctor: Doctor) -> None:
    assert doctor("--nonsense").status == 2
    there = doctor.folder / "there.json"
    there.write_text("mine", encoding="utf-8")
    done = doctor("--output", str(there))
    assert (done.status, there.read_text(encoding="utf-8")) == (2, "mine")
    assert "name another file with --output" in done.complained
    assert doctor("--output", "no-such-folder/file.json").status == 2


def test_a_device_needs_no_new_name(doctor: Doctor) -> None:
    done = doctor("--output", os.devnull)
    assert (done.status, done.complained) == (0, "")
    assert f"The recording is in {os.devnull}." in done.said
    assert not Path(os.devnull).is_file()
    assert not list(doctor.folder.iterdir())


def test_each_recording_has_its_own_name(doctor: Doctor, service: Service) -> None:
    there = {}
    for later in range(300):
        date = time.strftime("%Y%m%d-%H%M%S", time.gmtime(time.time() + later))
        there[doctor.folder / f"sparkchat-doctor-{date}.json"] = "mine"
    for file, text in there.items():
        file.write_text(text, encoding="utf-8")
    # Without a name, as if --output were not given.
    given = {**credentials(service), "TZ": "UTC"}
    said = [doctor("--output", "", environment=given).said for _ in range(2)]
    names = re.findall(r"The recording is in (\S+-\d+\.json)\.", "".join(said))
    assert len(set(names)) == 2
    for name in names:
        recording = json.loads((doctor.folder / name).read_text(encoding="utf-8"))
        assert len(recording["exchanges"]) == 4
    assert {file: file.read_text(encoding="utf-8") for file in there} == there


def test_what_a_server_says_does_not_steer_the_terminal(doctor: Doctor) -> None:
    done = doctor(scenario="error:code=10012,message=\x1b]52;c;x\x07")
    assert done.status == 1
    assert "\x1b" not in done.said


def test_what_was_seen_before_ctrl_c_is_kept(doctor: Doctor) -> None:
    url = doctor.service.url(tls=True, scenario="stall")
    with doctor.begin("--url", url, "--output", "stopped.json") as program:
        assert program.stdout is not None
        while not program.stdout.readline().startswith("ok       plan"):
            assert program.poll() is None
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 130
    findings = json.loads((doctor.folder / "stopped.json").read_text(encoding="utf-8"))["doctor"][
        "findings"
    ]
    assert findings[-1]["topic"] == "plan"
