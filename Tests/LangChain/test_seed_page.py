"""The three examples of LangChain's page on SparkLLM run unchanged, except for the import.

Only the service's address is replaced: in the examples that name it, and the default in the others.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from langchain_core.messages import HumanMessage

from service import Service

PLAIN = """
from sparkchat.langchain import ChatSparkLLM

chat = ChatSparkLLM(
    spark_app_id="<app_id>", spark_api_key="<api_key>", spark_api_secret="<api_secret>"
)
message = HumanMessage(content="Hello")
"""
STREAMING = """
from sparkchat.langchain import ChatSparkLLM

chat = ChatSparkLLM(
    spark_app_id="<app_id>",
    spark_api_key="<api_key>",
    spark_api_secret="<api_secret>",
    streaming=True,
)
for chunk in chat.stream("Hello"):
    print(chunk.content, end="")
"""
VERSION_2 = """
from sparkchat.langchain import ChatSparkLLM

chat = ChatSparkLLM(
    spark_app_id="<app_id>",
    spark_api_key="<api_key>",
    spark_api_secret="<api_secret>",
    spark_api_url="wss://spark-api.xf-yun.com/v2.1/chat",
    spark_llm_domain="generalv2",
)
message = HumanMessage(content="Hello")
"""


@pytest.fixture
def run(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Run an example against the local service, with its credentials."""

    def run_example(code: str) -> dict[str, object]:
        for name, value in service.credentials.items():
            code = code.replace(f"<{name}>", value)
        code = code.replace("wss://spark-api.xf-yun.com", service.base())
        if "spark_api_url" not in code:
            monkeypatch.setenv("IFLYTEK_SPARK_API_URL", service.url("/v3.5/chat"))
        names: dict[str, object] = {"HumanMessage": HumanMessage}
        exec(code, names)
        return names

    yield run_example


@pytest.mark.parametrize("code", [PLAIN, VERSION_2], ids=["plain", "version 2"])
def test_a_plain_call(run, code: str) -> None:  # type: ignore[no-untyped-def]
    names = run(code)
    assert names["chat"].invoke([names["message"]]).content.startswith("Hello!")
    assert "".join(chunk.content for chunk in names["chat"].stream("Hello")).startswith("Hello!")


def test_streaming(run, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    run(STREAMING)
    assert capsys.readouterr().out.startswith("Hello!")
