"""The picture of the results: bars, in SVG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from suite import clients
from suite.budgets import Results
from suite.clients import (
    BURST,
    LANGCHAIN,
    LIMIT,
    LWS,
    OUR_PYTHON,
    PULL,
    SPARK_AI,
    WEBSOCKET_CLIENT,
    WEBSOCKETS,
)

_OURS, _OTHERS, _FLOOR = "#0f7b6c", "#9aa5b1", "#cbd2d9"
_WIDTH, _LEFT, _RIGHT, _STEP, _BAR = 760, 290, 60, 26, 16
_FONT = "font-family='system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif'"


@dataclass(frozen=True)
class Bar:
    name: str
    value: float
    color: str


def _panel(title: str, note: str, bars: list[Bar], top: int, digits: int) -> tuple[str, int]:
    """One group of bars, and where the next may begin."""
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


def draw(results: Results) -> str:
    """The whole picture."""
    chunks = results.chunks[BURST.name]
    shown = [
        (LIMIT, "C loop by hand (the floor)", _FLOOR),
        (PULL, "libsparkchat, C", _OURS),
        (LWS, "libwebsockets + jansson, C", _OTHERS),
        (OUR_PYTHON, "libsparkchat, Python", _OURS),
        (WEBSOCKETS, "websockets + json, Python", _OTHERS),
        (WEBSOCKET_CLIENT, "websocket-client + json, Python", _OTHERS),
        (LANGCHAIN, "LangChain ChatSparkLLM", _OTHERS),
        (SPARK_AI, "spark-ai-python", _OTHERS),
    ]
    work = [Bar(name, chunks[client.name].middle, color) for client, name, color in shown]
    first = results.first_tokens
    waiting = [
        Bar("libsparkchat, warm connection", first["warm"].middle, _OURS),
        Bar("libsparkchat, new connection", first["cold"].middle, _OURS),
        Bar("LangChain ChatSparkLLM", first[LANGCHAIN.name].middle, _OTHERS),
        Bar("spark-ai-python", first[SPARK_AI.name].middle, _OTHERS),
    ]
    first_panel, top = _panel(
        "CPU time for one received chunk",
        f"microseconds, {clients.BURST.name}; less is better",
        work,
        34,
        1,
    )
    second_panel, bottom = _panel(
        "Time to the first token",
        "milliseconds, over a way of 50 ms in each direction; less is better",
        waiting,
        top,
        0,
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {bottom}' "
        f"width='{_WIDTH}' height='{bottom}' {_FONT} role='img'>\n"
        "<title>libsparkchat beside other clients of the service</title>\n"
        f"<rect width='{_WIDTH}' height='{bottom}' rx='8' fill='#ffffff'/>\n"
        f"{first_panel}\n{second_panel}\n</svg>\n"
    )
