"""Compares the tables of the READMEs and of docs/models.md, in both languages, with the library."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import sparkchat
from service import ROOT
from sparkchat import Endpoint, Feature, Model, SparkError, Status, models
from sparkchat._capi import functions
from sparkchat._runtime.environment import VARIABLES
from sparkchat.errors import class_for
from sparkchat.settings import Changes


@dataclass(frozen=True)
class Language:
    """The documents in one language, and the words of their tables."""

    path: Path
    models: Path
    separator: str
    your_url: str
    your_id: str
    takes: dict[Feature, str]


ENGLISH = Language(
    ROOT / "README.md",
    ROOT / "docs" / "models.md",
    ", ",
    "your URL",
    "your service id",
    {
        Feature.SYSTEM: "system",
        Feature.TOOLS: "tools",
        Feature.WEB_SEARCH: "search",
        Feature.CITATIONS: "sources",
        Feature.REASONING: "reasoning",
        Feature.IMAGES: "images",
    },
)
CHINESE = Language(
    ROOT / "README.zh-CN.md",
    ROOT / "docs" / "models.zh-CN.md",
    "、",
    "你的 URL",
    "你的服务 ID",
    {
        Feature.SYSTEM: "系统消息",
        Feature.TOOLS: "工具",
        Feature.WEB_SEARCH: "搜索",
        Feature.CITATIONS: "来源",
        Feature.REASONING: "推理",
        Feature.IMAGES: "图片",
    },
)
# The hosts of paths that are given without one.
HOSTS = ("spark-api.xf-yun.com", "spark-api-open.xf-yun.com")
# Programs do not handle these, so no table lists them.
UNLISTED = {Status.ERR_NO_MEMORY, Status.ERR_INTERNAL}

both = pytest.mark.parametrize("language", [ENGLISH, CHINESE], ids=["en", "zh"])


def rows(path: Path, beginning: str) -> list[list[str]]:
    """Return the cells of the table whose first row begins with a text."""
    text = path.read_text(encoding="utf-8")
    table = re.search(rf"^\| *{beginning}.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table, f"{path} has no table that begins with {beginning}"
    lines = table[1].splitlines()
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]*)`", cell)


def model_row(model: Model, language: Language) -> list[str]:
    aliases = ", ".join(f"`{alias}`" for alias in model.aliases)
    context = "-" if model.context_tokens is None else f"{model.context_tokens:,}"
    takes = [
        word + ("?" if feature in model.disputed else "")
        for feature, word in language.takes.items()
        if feature in model.features | model.disputed
    ]
    return [
        f"`{model.name}` ({aliases})" if aliases else f"`{model.name}`",
        address(model.websocket, language),
        address(model.http, language),
        context,
        "-" if model.max_tokens is None else f"{model.max_tokens:,}",
        language.separator.join(takes),
    ]


def address(endpoint: Endpoint | None, language: Language) -> str:
    if endpoint is None:
        return "-"
    domain = language.your_id if endpoint.domain is None else f"`{endpoint.domain}`"
    if endpoint.url is None:
        return f"{language.your_url} {domain}"
    url = urlsplit(endpoint.url)
    host = "" if url.hostname in HOSTS else url.hostname
    return f"`{host}{url.path.removesuffix('/chat/completions')}` {domain}"


@both
def test_models(language: Language) -> None:
    found = rows(language.models, "name " if language is ENGLISH else "名称")
    assert found == [model_row(model, language) for model in models()]


@both
def test_settings(language: Language) -> None:
    found = rows(language.path, "what " if language is ENGLISH else "内容")
    assert len(found) >= 8
    listed = {}
    for _, in_c, in_python, variables in found:
        (setter,), (argument,) = words(in_c), words(in_python)
        name = argument.removesuffix("=")
        assert setter in (f"sparkchat_config_set_{name}", f"..._set_{name}")
        assert hasattr(functions, f"config_set_{name}")
        assert name in Changes.__annotations__
        if variables:
            listed[name] = tuple(words(variables))
    assert listed == VARIABLES


@both
def test_errors(language: Language) -> None:
    covered: set[Status] = set()
    for statuses, exceptions, _ in rows(
        language.path, "status " if language is ENGLISH else "状态"
    ):
        named = [
            (Status[name], int(number))
            for name, number in re.findall(r"`(ERR_\w+)` (-\d+)", statuses)
        ]
        assert all(status == number for status, number in named), statuses
        if re.search(r"\.\.\.|…", statuses):
            (first, _), (last, _) = named
            row = [status for status in Status if last <= status <= first]
            (family,) = words(exceptions)
            assert all(issubclass(class_for(s), getattr(sparkchat, family)) for s in row)
        else:
            row = [status for status, _ in named]
            expected = list(dict.fromkeys(class_for(status).__name__ for status in row))
            assert words(exceptions) == expected
        covered |= set(row)
    assert covered == {status for status in Status if status < 0} - UNLISTED


def test_exceptions_of_python() -> None:
    listed = set()
    for exceptions, also, _ in rows(ROOT / "bindings/python/README.md", "exception "):
        for name in words(exceptions):
            listed.add(name)
            kind = getattr(sparkchat, name)
            assert all(issubclass(kind, getattr(builtins, other)) for other in words(also)), name
    named = {name for name in sparkchat.__all__ if name.endswith("Error")}
    hidden = {class_for(status).__name__ for status in UNLISTED}
    assert listed == named - hidden - {SparkError.__name__}


def test_sections_of_the_proof() -> None:
    proof = ROOT / "Tests" / "Prove"
    listed = [words(name)[0] for name, *_ in rows(proof / "README.md", "section ")]
    files = (proof / "sections").glob("*.py")
    assert listed == sorted(path.stem for path in files if path.stem != "__init__")
