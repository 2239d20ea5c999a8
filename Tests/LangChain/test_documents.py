"""The page about the adapter: its examples run, and both languages have the same parts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conftest import ROOT
from service import Service

PAGES = [ROOT / "docs" / "langchain.md", ROOT / "docs" / "langchain.zh-CN.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_run(
    page: Any, service: Service, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    names: dict[str, Any] = {}
    for name, value in service.credentials.items():
        monkeypatch.setenv(f"IFLYTEK_SPARK_{name.upper()}", value)
    monkeypatch.setenv("IFLYTEK_SPARK_API_URL", service.url("/v3.5/chat"))
    monkeypatch.setenv("IFLYTEK_SPARK_EMBEDDING_URL", service.url("/", transport="http"))
    for program in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        program = program.replace("wss://spark-api.xf-yun.com", service.base())
        # Each example runs on its own.
        alone: dict[str, Any] = {}
        exec(program, alone)
        names |= alone
    assert names["old"].invoke("1+1").content == "1 + 1 = **2**."
    assert "1876" in names["answer"]
    assert capsys.readouterr().out.count("Spark emulator") == 2


def test_both_languages_say_as_much() -> None:
    english, chinese = (page.read_text(encoding="utf-8") for page in PAGES)
    for mark in (r"^\|", r"^## ", r"^```"):
        counts = [len(re.findall(mark, text, re.MULTILINE)) for text in (english, chinese)]
        assert counts[0] == counts[1], mark
