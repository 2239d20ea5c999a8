"""Errors over HTTP: their status, and the bodies the service has for them."""

from __future__ import annotations

from typing import Any

from ..service.errors import WORDING, ServiceError
from ..service.models import Family

# Only that of 11200 has been seen in public; the other statuses are our choice.
_STATUS = {
    400: (10003, 10004, 10005, 10013, 10014, 10019, 10021, 10022, 10029, 10041, 10163, 10907),
    403: (10015, 10016),
    404: (10404,),
    429: (10006, 10007, 11201, 11202, 11203),
    503: (10008, 10110, 10223),
}
_STATUS_OF = {code: status for status, codes in _STATUS.items() for code in codes}
_REQUEST_IS_WRONG = (10003, 10004, 10005, 10163, 10404, 10907)
# Their messages are the name of the error, without a detail.
_BARE = (11200, 11201, 11202, 11203)


def error_status(error: ServiceError) -> int:
    """Return the HTTP status an error comes with."""
    return _STATUS_OF.get(error.code, 500)


def error_body(error: ServiceError, sid: str, family: Family | None = None) -> dict[str, Any]:
    """Return the body of an answer whose status says that there is an error."""
    message = _message(error)
    if family is Family.HOSTED:
        # Hosted models sit behind a gateway that wraps what it is told.
        request_id = sid.rpartition("@dx")[2]
        wrapped = f"Xunfei request failed with Sid: {sid} code: {error.code}, msg: {message}"
        return {
            "error": {
                "message": f"{wrapped} (request id: {request_id})",
                "type": "one_api_error",
            }
        }
    kind = "invalid_request_error" if error.code in _REQUEST_IS_WRONG else "api_error"
    return {
        "error": {
            "message": f"{message} (sid: {sid})",
            "type": kind,
            "param": None,
            "code": str(error.code),
        }
    }


def inband_body(error: ServiceError, sid: str) -> dict[str, Any]:
    """Return the document for an error that comes with HTTP status 200."""
    return {"code": error.code, "message": error.message(), "sid": sid}


def _message(error: ServiceError) -> str:
    if error.literal:
        return error.literal
    if error.code == 10005 and error.detail:
        return error.detail
    if error.code in _BARE and not error.detail:
        return WORDING[error.code][0]
    return error.message()
