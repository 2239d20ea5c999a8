"""The picture of the results: bars, in SVG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from suite import clients
from suite.clients import BURST, Client
from suite.measures import Chunks
from suite.results import Results

_OURS, _OTHERS, _FLOOR = "#0f7b6c", "#9aa5b1", "#cbd2d9"
_WIDTH, _LEFT, _RIGHT, _STEP, _BAR = 760, 290, 60, 26, 16
_FONT = "font-family='system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif'"


@dataclass(frozen=True)
class Bar:
    name: str
    value: float
    color: str


def _panel(title: str, note: str, bars: list[Bar], top: int, digits: int) -> tuple[str, int]:
    """Return a group of bars, and the top of the next."""
    parts = [
        f"<text x='20' y='{top}' font-size='15' font-weight='600' fill='#1f2933'>{title}</text>",
        f"<text x='20' y='{top + 18}' font-size='12' fill='#616e7c'>{note}</text>",
    ]
    scale = (_WIDTH - _LEFT - _RIGHT) / max(bar.value for bar in bars)
    y = top + 32
    for bar in bars:
        middle = y + _BAR - 4
        is_ours = bar.color == _OURS
        weight = " font-weight='600'" if is_ours else ""
        width = max(bar.value * scale, 1)
        parts += [
            f"<text x='{_LEFT - 10}' y='{middle}' font-size='13' text-anchor='end' "
            f"fill='#323f4b'{weight}>{escape(bar.name)}</text>",
            f"<rect x='{_LEFT}' y='{y}' width='{width:.1f}' height='{_BAR}' rx='2' "
            f"fill='{bar.color}'/>",
            f"<text x='{_LEFT + width + 6:.1f}' y='{middle}' font-size='12' "
            f"fill='#323f4b'{weight}>{bar.value:.{digits}f}</text>",
        ]
        y += _STEP
    return "\n".join(parts), y + 24


def _chunks(chunks: Chunks, shown: list[tuple[Client, str, str]]) -> list[Bar]:
    found = chunks[BURST.name]
    return [Bar(name, found[client.name].middle, color) for client, name, color in shown]


def draw(results: Results) -> str:
    """Return the whole picture."""
    first = results.first_tokens
    work = [
        (clients.SIMDJSON, "C++ loop by hand, simdjson", _FLOOR),
        (clients.LIMIT, "C loop by hand, jansson", _FLOOR),
        (clients.PULL, "libsparkchat, C", _OURS),
        (clients.LWS, "libwebsockets + jansson, C", _OTHERS),
        (clients.OUR_PYTHON, "libsparkchat, Python", _OURS),
        (clients.WEBSOCKETS, "websockets + json, Python", _OTHERS),
        (clients.WEBSOCKET_CLIENT, "websocket-client + json, Python", _OTHERS),
        (clients.OUR_LANGCHAIN, "libsparkchat, LangChain", _OURS),
        (clients.LANGCHAIN, "LangChain ChatSparkLLM", _OTHERS),
        (clients.SPARK_AI, "spark-ai-python", _OTHERS),
    ]
    http = [
        (clients.CURL_SIMDJSON, "C++ loop by hand, libcurl + simdjson", _FLOOR),
        (clients.CURL, "C loop by hand, libcurl + jansson", _FLOOR),
        (clients.PULL_HTTP, "libsparkchat, C", _OURS),
        (clients.OUR_PYTHON_HTTP, "libsparkchat, Python", _OURS),
        (clients.OPENAI, "openai, Python", _OTHERS),
        (clients.OUR_LANGCHAIN_HTTP, "libsparkchat, LangChain", _OURS),
        (clients.LANGCHAIN_OPENAI, "langchain-openai", _OTHERS),
    ]
    waiting = [
        Bar("libsparkchat, warm connection", first["warm"].middle, _OURS),
        Bar("libsparkchat, new connection", first["cold"].middle, _OURS),
        Bar("LangChain ChatSparkLLM", first[clients.LANGCHAIN.name].middle, _OTHERS),
        Bar("spark-ai-python", first[clients.SPARK_AI.name].middle, _OTHERS),
    ]
    unit = f"microseconds, {BURST.name}; less is better"
    panels = []
    bottom = 34
    for title, note, bars, digits in (
        ("CPU time for one received chunk", unit, _chunks(results.chunks, work), 1),
        ("CPU time for one received chunk over HTTP", unit, _chunks(results.http, http), 1),
        (
            "Time to the first token",
            "milliseconds, with a delay of 50 ms in each direction; less is better",
            waiting,
            0,
        ),
    ):
        panel, bottom = _panel(title, note, bars, bottom, digits)
        panels.append(panel)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {bottom}' "
        f"width='{_WIDTH}' height='{bottom}' {_FONT} role='img'>\n"
        "<title>libsparkchat compared with other clients of the service</title>\n"
        f"<rect width='{_WIDTH}' height='{bottom}' rx='8' fill='#ffffff'/>\n"
        + "\n".join(panels)
        + "\n</svg>\n"
    )
