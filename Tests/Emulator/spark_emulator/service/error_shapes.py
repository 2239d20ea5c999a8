"""The shapes of errors: the service's own, and those of the gateways in front of it.

Protocol 6.4 and 10.4 say where each has been seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .errors import WORDING, ServiceError
from .sid import beijing_time

Body = dict[str, Any]
Shape = Literal[
    "usual",
    "open",
    "wrapped",
    "nested",
    "short",
    "typed",
    "flat",
    "flat_sid",
    "one_api",
    "code_only",
    "overloaded",
    "plain",
]
Codes = Literal["usual", "number", "string"]

_REQUEST_IS_WRONG = (10003, 10004, 10005, 10163, 10404, 10907)
# Their messages consist of the error's name, without a detail.
_BARE = (11200, 11201, 11202, 11203)


@dataclass(frozen=True)
class Telling:
    """How an error is reported. `how` and the members after it apply only to HTTP."""

    # `usual` is the usual shape of the service in use.
    shape: Shape = "usual"
    codes: Codes = "usual"
    how: Literal["status", "inband", "event"] = "status"
    status: int = 0
    # Whether a line `event: error` precedes an event, and whether `[DONE]` follows it.
    named: bool = False
    done: bool = False


USUAL = Telling()


def shaped(error: ServiceError, sid: str, shape: Shape) -> Body:
    """Return an error in a shape; `usual` is not accepted here."""
    return _SHAPES[shape](error, sid)


def with_codes(body: Body, codes: Codes) -> Body:
    """Return a body with all its codes as numbers or strings."""
    changed: Body = body if codes == "usual" else _with_codes(body, codes)
    return changed


def _with_codes(value: Any, codes: Codes) -> Any:
    if isinstance(value, list):
        return [_with_codes(element, codes) for element in value]
    if not isinstance(value, dict):
        return value
    value = {key: _with_codes(member, codes) for key, member in value.items()}
    code = value.get("code")
    if isinstance(code, (int, str)):
        value["code"] = str(code) if codes == "string" else int(code)
    return value


def _open(error: ServiceError, sid: str) -> Body:
    message = f"{_short_message(error)} (sid: {sid})"
    described = {"message": message, "type": _type(error), "param": None, "code": str(error.code)}
    return {"error": described}


def _wrapped(error: ServiceError, sid: str) -> Body:
    words = f"{_failed(error, sid)}{_short_message(error)} (request id: {_request_id(sid)})"
    return {"error": {"message": words, "type": "one_api_error"}}


def _nested(error: ServiceError, sid: str) -> Body:
    words = f"{_failed(error, sid)}{error.brief_message()}, timeStamp:{beijing_time()}"
    return {"error": {"code": error.code, "message": words}}


def _short(error: ServiceError, sid: str) -> Body:
    return {"error": {"code": error.code, "message": error.brief_message()}}


def _typed(error: ServiceError, sid: str) -> Body:
    described = {"code": error.code, "message": error.brief_message(), "type": _type(error)}
    return {"error": described, "id": sid, "type": "error"}


def _flat(error: ServiceError, sid: str, name: str = "Sid") -> Body:
    message = error.brief_message()
    return {"code": error.code, "msg": message, name: sid, "timeStamp": beijing_time()}


def _flat_sid(error: ServiceError, sid: str) -> Body:
    return _flat(error, sid, "sid")


def _one_api(error: ServiceError, sid: str) -> Body:
    words = f"sid: {sid} msg: {error.message()} (request id: {_request_id(sid)})"
    return {"error": {"message": f"xunfei response error: {words}", "type": "one_api_error"}}


def _code_only(error: ServiceError, sid: str) -> Body:
    return {"error": {"code": error.code}}


def _overloaded(error: ServiceError, sid: str) -> Body:
    return {
        "type": "error",
        "error": {"type": "overloaded_error", "message": error.brief_message()},
    }


def _plain(error: ServiceError, sid: str) -> Body:
    return {"code": error.code, "message": error.message(), "sid": sid}


_SHAPES: dict[Shape, Callable[[ServiceError, str], Body]] = {
    "open": _open,
    "wrapped": _wrapped,
    "nested": _nested,
    "short": _short,
    "typed": _typed,
    "flat": _flat,
    "flat_sid": _flat_sid,
    "one_api": _one_api,
    "code_only": _code_only,
    "overloaded": _overloaded,
    "plain": _plain,
}


def _failed(error: ServiceError, sid: str) -> str:
    return f"Xunfei request failed with Sid: {sid} code: {error.code}, msg: "


def _request_id(sid: str) -> str:
    """Return the gateway's own id of a request, a number that is not the sid."""
    return f"2026{int(sid[-18:], 16):022d}"


def _type(error: ServiceError) -> str:
    return "invalid_request_error" if error.code in _REQUEST_IS_WRONG else "api_error"


def _short_message(error: ServiceError) -> str:
    if error.literal:
        return error.literal
    if error.code == 10005 and error.detail:
        return error.detail
    if error.code in _BARE and not (error.detail or error.kind):
        return WORDING[error.code][0]
    return error.message()
