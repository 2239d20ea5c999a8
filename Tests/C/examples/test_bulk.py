"""The example of a million questions: a job with constant memory that can be resumed."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest
from support.compiler import run
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)


def surroundings(service: Service, **query: str) -> dict[str, str]:
    """Return an environment in which it uses the local service."""
    return {**service.environment(), "IFLYTEK_SPARK_API_URL": service.url(**query)}


def sums(path: Path, count: int) -> Path:
    """Write a file of questions."""
    path.write_text("".join(f"{number}+1\n" for number in range(1, count + 1)))
    return path


def answered(path: Path) -> dict[int, str]:
    """Return the answers by line; each must occur once."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    texts = {line["line"]: line["text"] for line in lines}
    assert len(texts) == len(lines)
    return texts


def expected(count: int) -> dict[int, str]:
    """Return the expected answers to `sums`."""
    return {number: f"{number} + 1 = **{number + 1}**." for number in range(1, count + 1)}


def test_each_line_has_its_answer(workshop: Workshop, service: Service, tmp_path: Path) -> None:
    answers = tmp_path / "answers.jsonl"
    command = [workshop.example("bulk"), sums(tmp_path / "questions", 100), answers, "8"]
    result = run(command, env=surroundings(service))
    assert (result.returncode, result.stderr) == (0, "100 answered, 0 before, 0 failed\n")
    assert answered(answers) == expected(100)
    result = run(command, env=surroundings(service))
    assert (result.returncode, result.stderr) == (0, "0 answered, 100 before, 0 failed\n")


def test_odd_lines(workshop: Workshop, service: Service, tmp_path: Path) -> None:
    """Blank lines are skipped; an invalid line does not affect the others."""
    answers = tmp_path / "answers"
    typed = b'1+1\r\n\n \t \r\n\xff\na "b"\\\t\x01\n#scenario error:code=10013\r' + b"x" * 300_000
    command = [str(workshop.example("bulk")), "-", str(answers)]
    environment = surroundings(service, scenario="echo")
    done = subprocess.run(command, input=typed, env=environment, capture_output=True, check=False)
    said = done.stderr.decode()
    assert done.returncode == 1
    assert "line 4: the user message is not valid UTF-8\n" in said
    assert "line 6: " in said
    assert said.endswith("2 answered, 0 before, 2 failed; the same command continues\n")
    assert answered(answers) == {1: "1+1", 5: 'a "b"\\\t\x01'}


def test_questions_that_cannot_be_read(
    workshop: Workshop, service: Service, tmp_path: Path
) -> None:
    """They are not taken from the file of answers, which would have the input's number."""
    answers = tmp_path / "answers"
    bulk = str(workshop.example("bulk"))
    command = [bulk, sums(tmp_path / "questions", 2), answers]
    assert run(command, env=surroundings(service)).returncode == 0
    closed = ["sh", "-c", '"$@" <&-', "sh", bulk, "-", answers]
    result = run(closed, env=surroundings(service))
    assert (result.returncode, answered(answers)) == (1, expected(2))
    assert "the questions: Bad file descriptor" in result.stderr
    # A line that is larger than the memory.
    limited = ["sh", "-c", 'ulimit -v 1000000; exec "$@"', "sh", bulk, "/dev/zero", answers]
    result = run(limited, env=surroundings(service))
    assert (result.returncode, answered(answers)) == (1, expected(2))
    assert "the questions: Cannot allocate memory" in result.stderr


@pytest.mark.parametrize("at_once", ["0", "4294967297", "many"])
def test_wrong_usage(workshop: Workshop, tmp_path: Path, at_once: str) -> None:
    result = run([workshop.example("bulk"), "/dev/null", tmp_path / "answers", at_once])
    assert (result.returncode, "usage:" in result.stderr) == (2, True)


def test_what_has_no_answers_is_left_alone(
    workshop: Workshop, service: Service, tmp_path: Path
) -> None:
    """It appends only to its own files, one job at a time."""
    questions = sums(tmp_path / "questions", 3)
    for text in ("no answers", "no answers\n", '{"line":1,"sid":"","tokens":1,"text":""}\nx'):
        other = tmp_path / "other"
        other.write_text(text)
        result = run([workshop.example("bulk"), questions, other], env=surroundings(service))
        assert (result.returncode, other.read_text()) == (2, text)
    for path in (questions, Path("/dev/full"), tmp_path / "none" / "x"):
        result = run([workshop.example("bulk"), questions, path], env=surroundings(service))
        assert result.returncode == 2
        assert result.stderr.count("\n") == 1
    answers = tmp_path / "answers"
    command = [str(workshop.example("bulk")), "-", str(answers)]
    with subprocess.Popen(command, env=surroundings(service), stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(b"1+1\n" * 16)
        process.stdin.flush()
        while not answers.exists() or not answers.read_bytes():
            time.sleep(0.01)
            assert process.poll() is None
        result = run([workshop.example("bulk"), questions, answers], env=surroundings(service))
        assert (result.returncode, "another job" in result.stderr) == (2, True)
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_it_goes_on(
    number: signal.Signals, workshop: Workshop, service: Service, tmp_path: Path
) -> None:
    answers = tmp_path / "answers"
    command = [str(workshop.example("bulk")), str(sums(tmp_path / "questions", 400)), str(answers)]
    environment = surroundings(service)
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        while not answers.exists() or answers.read_bytes().count(b"\n") < 20:
            time.sleep(0.01)
            assert process.poll() is None
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert "16 left in progress, which may be billed twice" in said
    with answers.open("ab") as file:
        file.write(b'{"line":400,"si')
    result = run(command, env=environment)
    assert result.returncode == 0, result.stderr
    assert answered(answers) == expected(400)


def test_a_used_up_quota_ends_it(
    workshop: Workshop, service: Service, tmp_path: Path, tag: str
) -> None:
    """The job ends instead of failing line by line."""
    answers = tmp_path / "answers"
    questions = sums(tmp_path / "questions", 200)
    environment = surroundings(service, scenario="error:code=11201", tag=tag)
    result = run([workshop.example("bulk"), questions, answers, "4"], env=environment)
    assert result.returncode == 1
    assert "11201" in result.stderr
    assert "0 answered, 0 before, 0 failed, 4 left in progress" in result.stderr
    assert len(service.records(tag)) <= 4


def test_a_limit_of_the_service_loses_no_line(workshop: Workshop, tmp_path: Path) -> None:
    service = Service(tmp_path, "--max-rate", "60", "--max-concurrency", "6")
    try:
        answers = tmp_path / "answers"
        command = [workshop.example("bulk"), sums(tmp_path / "questions", 200), answers, "16"]
        result = run(command, env=surroundings(service, tag="bulk"))
        refused = len(service.records("bulk")) - 200
    finally:
        service.stop()
    assert result.returncode == 0, result.stderr
    assert answered(answers) == expected(200)
    # Each request would have been refused many times if it had to learn the limit on its own.
    assert 0 < refused < 200


def test_a_full_disk_ends_it(workshop: Workshop, service: Service, tmp_path: Path) -> None:
    answers = tmp_path / "answers"

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    command = [workshop.example("bulk"), sums(tmp_path / "questions", 200), answers]
    result = run(command, env=surroundings(service), preexec_fn=limit)
    assert result.returncode == 1
    assert result.stderr.startswith("the answers: File too large\n")
    result = run(command, env=surroundings(service))
    assert result.returncode == 0, result.stderr
    assert answered(answers) == expected(200)


def test_memory_does_not_grow(workshop: Workshop, service: Service, tmp_path: Path) -> None:
    peaks = []
    for count in (200, 3000):
        answers = tmp_path / f"answers {count}"
        questions = sums(tmp_path / f"questions {count}", count)
        command = [str(workshop.example("bulk")), str(questions), str(answers), "16"]
        with subprocess.Popen(command, env=surroundings(service)) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = status
        assert status == 0
        assert len(answered(answers)) == count
        peaks.append(used.ru_maxrss)
    assert peaks[1] < 1.1 * peaks[0]
