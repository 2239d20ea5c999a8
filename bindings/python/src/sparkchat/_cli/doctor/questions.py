"""Asks the questions, reports the results, and keeps the exchanges for the recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from ..._recording.exchanges import Exchange
from ..._requests.ending import ending_of
from ...client import Spark
from ...enums import Status
from ...errors import SparkError
from ...response import Response
from .places import Place, real_settings
from .report import Finding

# One attempt, since transient failures should be reported as well.
_SETTINGS = {"keep_raw": True, "max_attempts": 1, "total_timeout": 300}
_OF_THE_SERVICE = {
    Status.ERR_SERVICE,
    Status.ERR_OVERLOADED,
    Status.ERR_TIMEOUT,
    Status.ERR_TRUNCATED,
    Status.ERR_PROTOCOL,
}
# Failures of a connection that was established and then broke.
_CUT = {Status.ERR_TRUNCATED, Status.ERR_IO}


@dataclass(frozen=True)
class Question:
    """A question, and the place to ask."""

    topic: str
    text: str
    place: Place
    is_streamed: bool = False


def ask(question: Question) -> tuple[Finding, Exchange | None]:
    """Ask; return the finding and the exchange, which is None if nothing was exchanged."""
    place = question.place
    response, error = _answer(question, {**real_settings(place), **_SETTINGS})
    asked = f"{question.topic} ({place.domain} over {_WORDS[place.transport]})"
    if error is not None:
        finding = _failure(asked, error)
    elif response is not None and (ending := ending_of(response)):
        # A limit is a setting; the service causes all else.
        side: Literal["here", "service"] = "here" if ending.kind == "limit" else "service"
        said = f"{ending.said}{_about(response)}"
        finding = Finding(asked, "problem", said, ending.advice, side)
    else:
        finding = Finding(asked, "ok", f"answered{_about(response)}")
    return finding, _exchange(question, response, error)


_WORDS = {"websocket": "WebSocket", "http": "HTTP"}


def _answer(
    question: Question, settings: Mapping[str, Any]
) -> tuple[Response | None, SparkError | None]:
    try:
        with Spark(**settings) as spark:
            if not question.is_streamed:
                return spark.invoke(question.text), None
            with spark.stream(question.text) as stream:
                for _ in stream:
                    pass
                return stream.response, None
    except SparkError as error:
        return error.response, error


def _about(response: Response | None) -> str:
    if response is None:
        return ""
    times, total = response.timings, response.usage.total_tokens
    starts = [t for t in (times.first_reasoning, times.first_text) if t is not None]
    known = [
        f"first token after {min(starts):.2f} s" if starts else "",
        f"{total} tokens" if total is not None else "",
        f"sid {response.sid}" if response.sid else "",
    ]
    return "".join(f"; {word}" for word in known if word)


def _failure(asked: str, error: SparkError) -> Finding:
    known = {"HTTP status": error.http_status, "code": error.service_code, "sid": error.sid}
    said = "".join(f"; {name} {value}" for name, value in known.items() if value is not None)
    side: Literal["here", "service"] = "service" if error.status in _OF_THE_SERVICE else "here"
    return Finding(asked, "problem", f"{error.message}{said}", error.hint, side)


def _exchange(
    question: Question, response: Response | None, error: SparkError | None
) -> Exchange | None:
    """Return the exchange as the recording keeps it."""
    place = question.place
    raw = list(response.raw) if response is not None else []
    refusal = error.http_status if error is not None else None
    is_lost = error is not None and error.status in _CUT
    if not raw and refusal is None and not is_lost:
        return None
    is_http = place.transport == "http"
    path = urlsplit(place.url).path
    request = {} if refusal is not None and not is_http else _as_sent(question)
    transport = cast(Literal["websocket", "http"], place.transport)
    exchange = Exchange(transport, path, request, is_cut=is_lost)
    if refusal is not None and error is not None:
        exchange.status, exchange.clock_skew = refusal, error.clock_skew
        exchange.messages = [error.http_body or ""]
    elif is_http:
        # The library keeps only the documents of the events; this restores the lines.
        exchange.status, exchange.content_type = 200, "text/event-stream"
        exchange.messages = [f"data:{document}\n\n" for document in raw]
    else:
        exchange.messages = raw
    if response is not None:
        times = asdict(response.timings)
        exchange.timings = {name: time for name, time in times.items() if time is not None}
    if error is not None:
        exchange.error = {
            "status": error.status.name,
            "message": error.message,
            "phase": str(error.phase),
            "service_code": error.service_code,
            "sid": error.sid,
            "server_date": error.server_date,
            "retry_after": error.retry_after,
        }
    return exchange


def _as_sent(question: Question) -> dict[str, Any]:
    """Return the request's JSON, which the library does not expose; `replay` compares it."""
    messages = [{"role": "user", "content": question.text}]
    if question.place.transport == "websocket":
        chat = {"domain": question.place.domain}
        return {"parameter": {"chat": chat}, "payload": {"message": {"text": messages}}}
    request = {"model": question.place.domain, "messages": messages, "stream": True}
    if question.place.model == "maas":
        request["stream_options"] = {"include_usage": True}
    return request
