"""Writes the descriptions of settings and options: for `help()`, and as pages in docs."""

# Table rows are long, and ruff counts a Chinese character as two columns.
# ruff: noqa: E501

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .header import PREFIX, Header
from .python_text import WIDTH
from .settings import Entry, options, settings, variables
from .settings_chinese import DEFAULTS, TEXTS

_NOTE = "Generated from settings.py and options.py by scripts/generate.py; do not edit."
_CHINESE_TEXTS = "scripts/generation/settings_chinese.py"
# Options whose C function has another name.
_FUNCTIONS = {
    "tools": "request_add_tool",
    "stop": "request_add_stop_sequence",
    "search": "request_set_web_search",
    "references": "request_set_web_search",
    "extra": "request_set_extra_json",
}


def texts_module(root: Path) -> str:
    """Return the module with the texts of `help()`."""
    lines = [
        f"# {_NOTE}",
        '"""Descriptions of all settings and options."""',
        "",
        "from __future__ import annotations",
        "",
        "# Type, text, and default.",
        "TEXTS: dict[str, tuple[str, str, str]] = {",
    ]
    for entry in [*settings(root), *options(root)]:
        lines.append(f"    {_quoted(entry.name)}: (")
        lines += [f"        {part}," for part in (_quoted(entry.type), *_long(entry.text))]
        lines += [f"        {_quoted(entry.default)},", "    ),"]
    return "\n".join([*lines, "}", ""])


def _long(text: str) -> list[str]:
    """Return a text as one literal, or several in brackets."""
    if len(_quoted(text)) + 9 <= WIDTH:
        return [_quoted(text)]
    pieces = [""]
    for word in text.split(" "):
        if len(_quoted(f"{pieces[-1]}{word} ")) + 12 > WIDTH:
            pieces.append("")
        pieces[-1] += f"{word} "
    pieces[-1] = pieces[-1].removesuffix(" ")
    inner = "\n".join(f"            {_quoted(piece)}" for piece in pieces)
    return [f"(\n{inner}\n        )"]


def _quoted(text: str) -> str:
    """Return a literal with as few escapes as possible, as the formatter writes it."""
    if text.count('"') > text.count("'"):
        return "'" + text.replace("\\", r"\\").replace("'", r"\'") + "'"
    return json.dumps(text, ensure_ascii=False)


@dataclass(frozen=True)
class _Language:
    before: str
    settings: str
    options: str
    heads: tuple[str, str, str, str, str]
    text: Callable[[Entry], str]
    default: Callable[[Entry], str]


_ENGLISH = _Language(
    """\
# Settings and options

**English** · [中文](settings.zh-CN.md)

All settings and options, with their names in Python and C: `connect_timeout=5` in Python is
`sparkchat_config_set_connect_timeout(config, 5000, &error)` in C. For their names in Swift, see [swift.md](swift.md#a-first-answer).
Times are in **seconds** in Python, and in **milliseconds** in C. In Python, None means not set, and options that are not set are not sent.
""",
    """\
## Settings of a client

Arguments of `Spark` and `AsyncSpark`; `with_options` returns a copy of the client with some of them changed. Settings
that you do not give are taken from the environment, if it has them.
""",
    """\
## Options of a question

Arguments of `invoke`, `stream`, `batch`, `parse`, `conversation` and `ask`, and of the client, for every question that
does not set its own. Without a default here, the service's applies.
""",
    ("name", "type", "default", "meaning", "in C, and in the environment"),
    lambda entry: entry.text,
    lambda entry: entry.default,
)
_CHINESE = _Language(
    """\
# 设置与选项

[English](settings.md) · **中文**

本页列出所有设置与选项，名称与 Python 和 C 中的名称一致：Python 的 `connect_timeout=5` 对应 C 的
`sparkchat_config_set_connect_timeout(config, 5000, &error)`。Swift 中的名称见 [swift.zh-CN.md](swift.zh-CN.md#第一个回答)。
时间在 Python 中以**秒**为单位，在 C 中以**毫秒**为单位。在 Python 中，None 表示不设置；没有设置的选项不会发送。
""",
    """\
## 客户端的设置

`Spark` 和 `AsyncSpark` 的参数；`with_options` 返回更改了其中一部分的客户端副本。没有设置的，使用环境变量中的值（如果有）。
""",
    """\
## 请求的选项

`invoke`、`stream`、`batch`、`parse`、`conversation` 和 `ask` 的参数；也可以作为客户端的参数，用于所有没有单独设置的请求。
没有列出默认值的选项，由服务决定默认值。
""",
    ("名称", "类型", "默认值", "含义", "C 函数与环境变量"),
    lambda entry: TEXTS[entry.name],
    lambda entry: DEFAULTS.get(entry.default, entry.default),
)


def english_page(header: Header, root: Path) -> str:
    """Return docs/settings.md."""
    return _page(_ENGLISH, header, root)


def chinese_page(header: Header, root: Path) -> str:
    """Return docs/settings.zh-CN.md."""
    names = {entry.name for entry in [*settings(root), *options(root)]}
    if unknown := TEXTS.keys() - names:
        sys.exit(f"{_CHINESE_TEXTS} has {min(unknown)!r}, which does not exist")
    if missing := names - TEXTS.keys():
        sys.exit(f"{_CHINESE_TEXTS} lacks {min(missing)!r}: describe it in Chinese")
    return _page(_CHINESE, header, root)


def _page(language: _Language, header: Header, root: Path) -> str:
    functions = {function.name for function in header.functions}
    from_environment = variables(root)

    def row(entry: Entry) -> str:
        candidates = (_FUNCTIONS.get(entry.name), f"config_set_{entry.name}")
        names = (*candidates, f"request_set_{entry.name}")
        found = next((f"{PREFIX}{name}" for name in names if name in functions), None)
        elsewhere = [found] if found else []
        elsewhere += from_environment.get(entry.name, ())
        cells = (
            f"`{entry.name}`",
            f"`{entry.type}`".replace("|", "\\|"),
            language.default(entry),
            language.text(entry).replace("|", "\\|"),
            ", ".join(f"`{name}`" for name in elsewhere),
        )
        return f"| {' | '.join(cells)} |".replace("|  |", "| |")

    parts = [f"<!-- {_NOTE} -->", language.before.rstrip()]
    for title, entries in (
        (language.settings, settings(root)),
        (language.options, options(root)),
    ):
        head = f"| {' | '.join(language.heads)} |"
        table = [head, "|---|---|---|---|---|", *map(row, entries)]
        parts += [title.rstrip(), "\n".join(table)]
    return "\n\n".join(parts) + "\n"
