"""Logs how each request ended, and nothing of its content."""

from __future__ import annotations

import logging
import traceback

from ..errors import LimiterError
from ..models import Model
from .answer import Answer
from .errors import ApiError

_log = logging.getLogger("sparkchat.serve")


class Report:
    """Logs the end of a request to "sparkchat.serve": as INFO, or as ERROR for our own faults."""

    def __init__(self, path: str) -> None:
        self._what = path

    def about(self, model: Model | None) -> None:
        """Note the model in the table, since the request's own name for it may be anything."""
        self._what += f" {'a model outside the table' if model is None else model.name}"

    def answered(self, answer: Answer | None = None) -> None:
        """Log that the request was answered."""
        if answer is None:
            _log.info("%s: answered", self._what)
        else:
            _log.info("%s: answered, %s", self._what, _figures(answer))

    def left(self, answer: Answer | None = None) -> None:
        """Log that the client left before the end."""
        figures = "" if answer is None else f", {_figures(answer)}"
        _log.info("%s: the client has left%s", self._what, figures)

    def failed(self, error: ApiError) -> None:
        """Log that the request was refused, or failed."""
        codes = error.document["error"]
        _log.info(
            "%s: failed, %s %s, service code %s, sid %r",
            *(self._what, error.status, codes["code"], error.service_code, error.sid),
        )

    def limiter(self, error: LimiterError) -> None:
        """Log why the limiter has failed. It never sees the content of requests."""
        reason = error.__cause__
        _log.error("%s: the limiter has failed: %s: %s", self._what, type(reason).__name__, reason)

    def fault(self, error: Exception) -> None:
        """Log where this server has failed, without the error's message, which may quote data."""
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("%s: %s at\n%s", self._what, type(error).__name__, where)


def _figures(answer: Answer) -> str:
    response = answer.response
    usage = response.usage
    return f"tokens {usage.prompt_tokens} + {usage.completion_tokens}, sid {response.sid!r}"
