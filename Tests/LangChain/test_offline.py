"""With the fixture `spark_environment`, no request leaves the machine.

The programs run without a name server and with no network except the loopback, so a request to the
real service would fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

TESTS = """
import asyncio
import os
import socket
import subprocess
import sys

import pytest
from langchain_core.runnables import ConfigurableField

import sparkchat
from sparkchat import AsyncSpark, Spark
from sparkchat.langchain import ChatSparkLLM, SparkLLMTextEmbeddings

pytestmark = pytest.mark.usefixtures("spark_environment")
MODELS = [
    (model.name, transport, None if end.domain else "patch" if model.name == "maas" else "xsparkx2")
    for model in sparkchat.models()
    for transport, end in (("websocket", model.websocket), ("http", model.http))
    if end
]
SUM = "1 + 1 = **2**."


def test_there_is_no_network():
    with pytest.raises(OSError):
        socket.create_connection(("192.0.2.1", 443), timeout=5)
    with pytest.raises(sparkchat.SparkError):
        Spark("a", "b", "c", environment=False, max_attempts=1).invoke("1+1")


def test_vectors():
    assert len(Spark().embed("Hello")) == 2560
    assert len(SparkLLMTextEmbeddings().embed_query("Hello")) == 2560


@pytest.mark.parametrize(("model", "transport", "domain"), MODELS)
def test_every_model(model, transport, domain):
    where = {"model": model, "domain": domain}
    assert Spark(**where, transport=transport).invoke("1+1").text == SUM
    if transport == "websocket" or model != "maas":
        assert Spark(**where).invoke("1+1").text == SUM
    assert ChatSparkLLM(**where, transport=transport).invoke("1+1").content == SUM
    assert Spark().with_options(**where, transport=transport).invoke("1+1").text == SUM


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("wss://spark-api.xf-yun.com/v2.1/chat", "generalv2"),
        ("https://spark-api-open.xf-yun.com/v1", "4.0Ultra"),
        ("https://maas-coding-api.cn-huabei-1.xf-yun.com/v2", "astron-code-latest"),
    ],
)
def test_a_url_of_the_service(url, domain):
    assert Spark(url=url, domain=domain).invoke("1+1").text == SUM
    assert ChatSparkLLM(api_url=url, model=domain).invoke("1+1").content == SUM


def test_asyncio_and_batches():
    async def ask():
        async with AsyncSpark(model="4.0Ultra") as spark:
            return (await spark.invoke("1+1")).text

    assert asyncio.run(ask()) == SUM
    assert [a.text for a in Spark(model="lite").batch(["1+1", "1+1"])] == [SUM, SUM]


def test_a_model_that_is_configured():
    field = ConfigurableField("model")
    chat = ChatSparkLLM().configurable_fields(spark_llm_domain=field)
    other = chat.with_config(configurable={"model": "4.0Ultra"})
    assert other.invoke("1+1").content == SUM
    assert other.invoke("1+1").response_metadata["model_name"] == "4.0Ultra"


def test_the_terminal():
    def run(*arguments, stdin=subprocess.DEVNULL):
        command = [sys.executable, "-m", "sparkchat", *arguments]
        done = subprocess.run(command, stdin=stdin, capture_output=True, text=True)
        return done.stdout + done.stderr

    assert SUM in run("1+1")
    assert SUM in run("--model", "x1", "1+1")
    keyboard, terminal = os.openpty()
    os.write(keyboard, b"/model x1\\n1+1\\n\\x04")
    shown = run(stdin=terminal)
    assert "x1 at ws://127.0.0.1" in shown
    assert SUM in shown


def test_the_doctor(tmp_path):
    command = [sys.executable, "-m", "sparkchat", "doctor", "--output", str(tmp_path / "a.json")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "xf-yun.com" not in done.stdout
"""
ALONE = ["unshare", "--user", "--map-root-user", "--net", "--"]


@pytest.mark.timeout(240)
def test_nothing_leaves_the_machine(tmp_path: Path) -> None:
    if not shutil.which("unshare") or subprocess.run([*ALONE, "true"]).returncode:
        pytest.skip("cannot create a network namespace here")
    (tmp_path / "test_program.py").write_text(TESTS, encoding="utf-8")
    # Load the plugin as an installed package does, in a network that leads nowhere.
    command = [*ALONE, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    command += [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "sparkchat_pytest",
        "-p",
        "no:cacheprovider",
    ]
    source = [str(ROOT / "bindings/python/src"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, source))}
    # This proxy would lead elsewhere if anything used it.
    environment["https_proxy"] = "http://192.0.2.1:3128"
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout and "passed" in done.stdout
