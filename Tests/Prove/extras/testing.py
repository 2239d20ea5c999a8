"""Uses `sparkchat[testing]` as its README describes it: fixtures, and a service in a terminal."""

import os
import subprocess
import tempfile
from pathlib import Path
from sys import executable

TEST = """
import sparkchat

def test_an_answer(spark):
    assert "42" in spark.invoke("6 times 7").text

def test_the_program(spark_environment):
    assert "42" in sparkchat.Spark(model="x1").invoke("6 times 7").text
"""

with tempfile.TemporaryDirectory() as folder:
    test = Path(folder) / "test_it.py"
    test.write_text(TEST, encoding="utf-8")
    subprocess.run([executable, "-I", "-m", "pytest", "-q", test], check=True, cwd=folder)

bare = {key: value for key, value in os.environ.items() if not key.startswith("IFLYTEK_")}
service = subprocess.Popen(
    [executable, "-I", "-m", "sparkchat.testing"],
    env=bare,
    stdout=subprocess.PIPE,
    encoding="utf-8",
)
with service:
    lines = []
    while not lines or not lines[-1].startswith("unset"):
        lines.append(service.stdout.readline())
        assert lines[-1], "".join(lines)
    script = "".join(lines) + "sparkchat 6 times 7"
    answer = subprocess.run(
        ["sh", "-e", "-c", script], env=bare, check=True, capture_output=True, encoding="utf-8"
    )
    assert "42" in answer.stdout, answer
    service.terminate()
