"""Other people's servers: four WebSocket servers, and nginx and haproxy in front of the emulator.

The WebSocket servers send the question back. Through a front, every scenario of the emulator must
end as it does without one.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from peers.chatting import Outcome, client, outcome
from peers.fronts import KINDS, Front, front
from peers.independent import NAMES, Certificate, NotInstalled, independent
from rows import Effort, Row
from spark_emulator import Emulator

KEYS = {"app_id": "a1b2c3d4", "api_key": "key", "api_secret": "secret"}
QUESTIONS = {
    "a short one": "Hello",
    "all widths of UTF-8": 'naïve 你好，讯飞星火 😀 e\u0301 \u0000 \\ " </> \u2028' * 3,
    "a long one": "0123456789" * 20_000,
    "a long one in Chinese": "星火认知大模型" * 3_000,
}
BOTH = ["text", "single", "reasoning", "function_call", "citations", "echo:chunks=50"]
BOTH += ["error:code=10013", "error:code=11202,after=3", "multi_text", "split_surrogate"]
BOTH += ["big_frame", "close_early", "drop:after=3", "late_error", "fragments:size=3"]
BOTH += ["slow:bytes=7", "coalesce", "status:code=429,retry_after=3", "status:code=401"]
BOTH += ["status:code=503", "redirect", "count:n=300"]
WEBSOCKET = ["pings", "unsolicited_pong", "early_data", "close_early:code=1001", "ping_flood"]
WEBSOCKET += ["close_early:code=none", "skew", "no_close"]
HTTP = ["error:how=inband", "error:how=event,after=2", "sse:eol=crlf,comments=1", "json_body"]
HTTP += ["body:framing=length", "body:framing=close", "body:trailers=1", "tools:shape=object"]
HTTP += ["connection:how=close", "sse:multiline=1,bom=1", "tools:shape=deltas"]
# The expected ends of incomplete answers, since both ways could be wrong alike.
ENDS = {
    "error:code=10013": "ContentFilteredError",
    "error:code=11202,after=3": "RateLimitError",
    "close_early": "TruncatedError",
    "drop:after=3": "TruncatedError",
    "status:code=429,retry_after=3": "RateLimitError",
    "status:code=401": "AuthenticationError",
    "status:code=503": "ServiceError",
    "redirect": "HandshakeError",
    "close_early:code=1001": "TruncatedError",
    "close_early:code=none": "TruncatedError",
    "skew": "AuthenticationError",
    "error:how=inband": "ServiceError",
    "error:how=event,after=2": "ServiceError",
}
PATHS = {"ws": "/v3.5/chat", "http": "/v1/chat/completions"}


def run(effort: Effort) -> list[Row]:
    """Test each of them."""
    with tempfile.TemporaryDirectory(prefix="spark-interop-") as scratch:
        folder = Path(scratch)
        # The fronts are not run as root.
        folder.chmod(0o755)
        certificate = Certificate(folder)
        rows = [independent_row(name, folder, certificate, effort) for name in NAMES]
        with Emulator() as emulator:
            for name in KINDS:
                rows += front_rows(name, emulator, folder, certificate, effort)
    return rows


def independent_row(name: str, folder: Path, certificate: Certificate, effort: Effort) -> Row:
    """Have one server send questions back, plainly and over TLS."""
    row = Row(name)
    try:
        for scheme in ("ws", "wss"):
            with independent(name, scheme, folder, certificate) as url:
                chat = client(url, certificate.ca_file, KEYS)
                for problem in echoes(chat, effort.pick(20, 400)):
                    row.tried += 1
                    row.failures += [f"{scheme}: {problem}"] if problem else []
    except NotInstalled as reason:
        row.skipped = str(reason)
    return row


def echoes(chat: Any, many: int) -> Iterator[str]:
    """Ask one after another and many at once; yield what is wrong with each, or ""."""
    for name, question in QUESTIONS.items():
        yield compare(name, outcome(chat, question), question)
    yield cancel(chat)
    questions = [f"question {number} " * (1 + number % 7 * 40) for number in range(many)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda question: outcome(chat, question), questions))
    for question, answer in zip(questions, answers, strict=True):
        yield compare("one of many", answer, question)


def compare(name: str, answer: Outcome, question: str) -> str:
    """Return how the answer differs from the question, or ""."""
    if answer.how != "complete":
        return f"{name}: {answer.how}"
    return "" if answer.text == question else f"{name}: the text is not what was sent"


def cancel(chat: Any) -> str:
    """Cancel in the middle of an answer; later questions must not be affected."""
    with chat.stream("0123456789" * 20_000) as stream:
        pieces = [next(stream).content for _ in range(3)]
    return "" if "".join(pieces) else "no text arrived before the cancel"


def front_rows(
    name: str, emulator: Emulator, folder: Path, certificate: Certificate, effort: Effort
) -> list[Row]:
    """Run the scenarios through one front, over both transports."""
    rows = {scheme: Row(f"emulator behind {name}, {scheme}") for scheme in PATHS}
    try:
        service = emulator.ready["ws_port"]
        with front(name, service, folder / name, certificate) as running:
            for scheme, row in rows.items():
                scenarios = BOTH + (WEBSOCKET if scheme == "ws" else HTTP)
                schemes = [scheme, f"{scheme}s"] if effort.long else [f"{scheme}s"]
                run_scenarios(row, running, emulator, schemes, scenarios)
    except NotInstalled as reason:
        for row in rows.values():
            row.skipped = str(reason)
    return list(rows.values())


def run_scenarios(
    row: Row, running: Front, emulator: Emulator, schemes: list[str], scenarios: list[str]
) -> None:
    """Compare each scenario through the front with the same without one."""
    plain = (
        schemes[0].replace("ps", "p").replace("wss", "ws")
        + f"://127.0.0.1:{emulator.ready['ws_port']}"
    )
    credentials = {
        key: emulator.ready[key] for key in ("app_id", "api_key", "api_secret", "api_password")
    }

    def ask(base: str, scenario: str, ca_file: str | Path) -> Outcome:
        path = PATHS["http" if base.startswith("http") else "ws"]
        url = f"{base}{path}?scenario={scenario.replace(' ', '%20')}"
        return outcome(client(url, ca_file, credentials), "你好, what is 1+1?")

    endings: Counter[str] = Counter()
    for scenario in scenarios:
        expected = ask(plain, scenario, emulator.ca_file)
        end = expected.how.partition(" ")[0]
        endings[end] += 1
        is_empty = end == "complete" and not (expected.text or expected.calls)
        if end != ENDS.get(scenario, "complete") or is_empty:
            row.failures.append(f"{scenario}, without the front: {expected}")
        for scheme in schemes:
            row.tried += 1
            found = ask(running.base(scheme), scenario, running.ca_file)
            if found != expected:
                row.failures.append(f"{scheme} {scenario}: {found}, without the front {expected}")
    row.figures = ", ".join(f"{count} {ending}" for ending, count in endings.most_common())
