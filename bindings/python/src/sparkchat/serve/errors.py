"""Errors in OpenAI's shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from ..enums import Phase
from ..errors import (
    AuthenticationError,
    BatchStoppedError,
    ConfigError,
    ContentFilteredError,
    ContextLengthError,
    InvalidArgumentError,
    InvalidRequestError,
    LimiterError,
    OverloadedError,
    PermissionDeniedError,
    QuotaError,
    RateLimitError,
    ServiceError,
    SparkError,
    SparkTimeoutError,
    TransportError,
)
from .json_texts import write_json

# The first row that matches counts: HTTP status, OpenAI's type, and its code.
_KINDS: tuple[tuple[type[SparkError], int, str, str], ...] = (
    (InvalidArgumentError, 400, "invalid_request_error", "invalid_value"),
    (ConfigError, 404, "invalid_request_error", "model_not_found"),
    (AuthenticationError, 401, "authentication_error", "service_refused_credentials"),
    (PermissionDeniedError, 403, "permission_error", "permission_denied"),
    (RateLimitError, 429, "rate_limit_error", "rate_limit_exceeded"),
    (QuotaError, 429, "insufficient_quota", "insufficient_quota"),
    (OverloadedError, 503, "server_error", "overloaded"),
    (ContentFilteredError, 400, "invalid_request_error", "content_filter"),
    (ContextLengthError, 400, "invalid_request_error", "context_length_exceeded"),
    (InvalidRequestError, 400, "invalid_request_error", "service_refused_request"),
    (ServiceError, 502, "server_error", "service_error"),
    (TransportError, 502, "server_error", "connection_error"),
    (SparkTimeoutError, 504, "server_error", "timeout"),
    (LimiterError, 503, "server_error", "limiter_failed"),
    (SparkError, 500, "server_error", "internal_error"),
)
# The wait after a limit that names no wait: limits count questions per second.
_LIMIT_WAIT = 1.0


class ApiError(Exception):
    """An error that is sent to the client."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        service_code: int | None = None,
        sid: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.service_code = service_code
        self.sid = sid
        self.document: dict[str, Any] = {
            "error": {
                "message": message,
                "type": kind,
                "param": param,
                "code": code,
                "service_code": service_code,
                "sid": sid,
            }
        }

    def response(self) -> Response:
        """Return the response for this error."""
        return Response(
            write_json(self.document), self.status, self.headers, media_type="application/json"
        )


def api_error(error: SparkError, param: str | None = None) -> ApiError:
    """Turn an error of the library into an ApiError; `param` is the parameter that it is about."""
    if isinstance(error, BatchStoppedError) and isinstance(error.__cause__, SparkError):
        error = error.__cause__
    _, status, kind, code = next(row for row in _KINDS if isinstance(error, row[0]))
    wait = error.retry_after
    if isinstance(error, SparkTimeoutError) and error.phase is Phase.QUEUE:
        # This server's own limits.
        status, kind, code = 429, "rate_limit_error", "rate_limit_exceeded"
    if wait is None and status in (429, 503) and not isinstance(error, QuotaError):
        wait = _LIMIT_WAIT
    # OpenAI's clients retry after every 429 and 5xx unless this header says otherwise.
    headers = {"x-should-retry": "true" if error.retryable or wait is not None else "false"}
    if wait is not None:
        headers["retry-after"] = str(math.ceil(wait))
    return ApiError(
        status,
        str(error),
        kind=kind,
        code=code,
        param=param,
        headers={**headers, **sid_header(error.sid)},
        service_code=error.service_code,
        sid=error.sid,
    )


def sid_header(sid: str | None) -> dict[str, str]:
    """Return a header with the service's id of an exchange, if the id is valid in a header."""
    fits = sid is not None and sid.isascii() and sid.isprintable()
    return {"x-request-id": sid} if sid and fits else {}


def unexpected() -> ApiError:
    """Return the error for a fault of this server. It omits the cause, which may quote data."""
    return ApiError(500, "this server has failed", kind="server_error", code="internal_error")


def stopping() -> ApiError:
    """Return the error for an answer that this server cuts off because it stops."""
    return ApiError(503, "this server is stopping", kind="server_error", code="server_stopped")
