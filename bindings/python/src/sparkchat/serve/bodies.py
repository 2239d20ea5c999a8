"""The bodies of requests: JSON objects of a bounded size."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from .._schema.json_values import no_constant
from .errors import ApiError


async def read_json(request: Request, most: int) -> dict[str, Any]:
    """Return a request's object. ApiError: it is not an object, or has more than `most` bytes."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() not in ("identity", ""):
        message = "a request's body with a Content-Encoding is not supported: send it unencoded"
        raise ApiError(415, message, code="unsupported_encoding")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > 15 or int(announced) > most):
        raise _too_large(most)
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            raise _too_large(most)
    try:
        document = json.loads(data, parse_constant=no_constant)
    except (ValueError, RecursionError):
        # The parser's message would quote the body.
        raise ApiError(400, "the request's body is not JSON", code="invalid_json") from None
    if not isinstance(document, dict):
        raise ApiError(400, "the request's body is not a JSON object", code="invalid_json")
    return document


def _too_large(most: int) -> ApiError:
    return ApiError(
        413, f"the request's body has more than {most:,} bytes", code="request_too_large"
    )
