"""Checks the network, the credentials and the questions, one after the other."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ... import __version__, library_version
from ..._recording.exchanges import Exchange, save
from ...client import Spark
from ...enums import Status
from ...errors import SparkError
from ..credentials import found_in
from .credentials import look_at
from .network import Proxy, look_up, proxies, proxy_for
from .places import Place, hosted_plans, other_version, over_http, own_place, real_settings
from .privacy import redaction_for
from .probing import Probe
from .questions import Question, ask
from .report import Finding, Report

_REFUSALS = {Status.ERR_AUTH.name, Status.ERR_PERMISSION.name}
_SAFE = "It contains questions and answers, but no credentials: read it before you attach it."


class Examination:
    """Runs the checks one after the other."""

    def __init__(
        self,
        where: Mapping[str, Any],
        environment: Mapping[str, str],
        show: Callable[[str], object],
    ) -> None:
        self._where = where
        self._environment = environment
        self._found = found_in(environment)
        self._proxies = proxies(where.get("proxy"), environment)
        self._redaction = redaction_for(self._proxies, environment)
        self.report = Report(self._redaction, show)
        self._exchanges: list[Exchange] = []
        self._about = {
            "library": library_version,
            "python": f"sparkchat {__version__} on Python {platform.python_version()}",
            "platform": platform.platform(),
        }

    def run(self) -> None:
        """Run all checks, and report the findings."""
        self.report.say("; ".join(self._about.values()))
        try:
            own = own_place(self._where, self._found)
        except SparkError as error:
            self.report.add(Finding("settings", "problem", error.message, error.hint))
            self._tell_credentials()
            self.report.add(Finding("questions", "skipped", "see the settings"))
            return
        questions = list(self._questions(own))
        # The first place at each host and port.
        places = {(q.place.host, q.place.port): q.place for q in reversed(questions)}
        reached = {key for key, place in reversed(places.items()) if self._look_at(place)}
        can_ask = self._tell_credentials(own)
        for question in questions:
            if not can_ask:
                self._skip(question.topic, "see the credentials")
            elif (question.place.host, question.place.port) not in reached:
                self._skip(question.topic, f"{question.place.host} cannot be reached")
            else:
                finding, exchange = ask(question)
                self.report.add(finding)
                self._exchanges += [] if exchange is None else [exchange]
        self._tell_other_plans(own)

    def _questions(self, own: Place) -> Iterator[Question]:
        yield Question("plain", "1+1", own)
        yield Question("streaming", "Hello", own, is_streamed=True)
        if own.transport == "websocket":
            yield Question("another version", "2+2", other_version(self._where, own))
            if "api_password" in self._found and (place := over_http(self._where, own)):
                yield Question("over HTTP", "3+3", place)
        else:
            self._skip("another version", "it is asked over WebSocket")

    def _look_at(self, place: Place) -> bool:
        """Report how a place is reached; return whether it is."""
        proxy = proxy_for(place.host, self._proxies, self._environment)
        names = look_up(proxy.host if proxy else place.host, is_proxy=proxy is not None)
        self.report.add(names)
        self.report.add(_proxy_finding(place, proxy, self._proxies))
        if names.verdict != "ok":
            self._skip("connection, trust, clock", "see the names")
            return False
        probe = Probe(place, proxy)
        for finding in probe.ask():
            self.report.add(finding)
        return probe.is_connected

    def _tell_credentials(self, own: Place | None = None) -> bool:
        """Report the credentials; return whether a question can be asked with them."""
        findings = list(look_at(self._found))
        error = _refusal(own) if own else None
        if error and all(finding.verdict != "problem" for finding in findings):
            findings = [Finding("credentials", "problem", error.message, error.hint)]
        for finding in findings:
            self.report.add(finding)
        if own is None:
            return False
        self.report.add(Finding("plan", "ok", f"{own.host} is {own.plan}"))
        return error is None

    def _tell_other_plans(self, own: Place) -> None:
        """Name other plans that the API password may belong to, if every request with it failed."""
        sent = [exchange for exchange in self._exchanges if exchange.transport == "http"]
        refused = [e for e in sent if e.error and e.error["status"] in _REFUSALS]
        if not sent or refused != sent or not own.is_service:
            return
        plans = [f"--model {name} ({url})" for name, url in hosted_plans() if url not in own.url]
        advice = f"try {', '.join(plans)}, each with --domain and a model's id"
        self.report.add(
            Finding("plan", "note", "the API password may belong to another plan", advice)
        )

    def _skip(self, topic: str, why: str) -> None:
        self.report.add(Finding(topic, "skipped", why))

    def write(self, output: str) -> None:
        """Write the recording, and report where it is."""
        about = {**self._about, "findings": self.report.as_json()}
        save(output, self._exchanges, self._redaction, doctor=about)
        self.report.say(self.report.conclusion)
        self.report.say(f"The recording is in {Path(output)}. {_SAFE}")

    def summary(self, output: str) -> dict[str, Any]:
        """Return all results for programs."""
        summary: dict[str, Any] = self._redaction.all_in(
            {
                **self._about,
                "findings": self.report.as_json(),
                "well": not self.report.problems,
                "conclusion": self.report.conclusion,
                "recording": output,
            }
        )
        return summary


def _refusal(place: Place) -> SparkError | None:
    """Return why no client can be made for a place; None if one can."""
    try:
        Spark(**real_settings(place)).close()
    except SparkError as error:
        return error
    return None


def _proxy_finding(place: Place, proxy: Proxy | None, all_set: list[Proxy]) -> Finding:
    if proxy is not None:
        return Finding("proxy", "ok", f"{place.host} is reached through {proxy.shown}")
    if all_set and all_set[0].url:
        said = f"none: no_proxy names {place.host}, so {all_set[0].source} is not used"
        return Finding("proxy", "ok", said)
    return Finding("proxy", "ok", "none is set")
