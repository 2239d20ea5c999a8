"""Errors over HTTP: their statuses and bodies."""

from __future__ import annotations

from typing import Any

from ..service.error_shapes import USUAL, Shape, Telling, shaped, with_codes
from ..service.errors import ServiceError
from ..service.models import Form
from ..service.sid import new_sid

# 400 of 10003, 10005 and 10404, 429 of 11210, 503 of 10310 and those of 11200 have been seen in
# public. The others are our choice.
_STATUS = {
    400: (10003, 10004, 10005, 10013, 10014, 10019, 10021, 10022, 10029, 10041, 10050, 10163,
          10404, 10907),
    403: (10015, 10016, 10105, 10313, 11221),
    429: (10006, 10007, 11201, 11202, 11203, 11210),
    503: (10008, 10110, 10223, 10310),
}  # fmt: skip
_STATUS_OF = {code: status for status, codes in _STATUS.items() for code in codes}
_STATUS_OF_SHAPE: dict[Shape, int] = {"one_api": 500, "overloaded": 503}
_SHAPE_OF: dict[Form, Shape] = {
    Form.OPEN: "open",
    Form.GATEWAY: "wrapped",
    Form.HOSTED: "nested",
}
# Errors that the gateway of the hosted services reports before it asks a model.
_REFUSED_BEFORE = (10404, 11200, 11210, 11221)


class ErrorDocument(dict[str, Any]):
    """A document with an error, which may be sent as an error event."""


def error_status(error: ServiceError, form: Form = Form.OPEN, telling: Telling = USUAL) -> int:
    """Return the HTTP status of an error."""
    not_granted = error.code == 11200 and form is Form.HOSTED
    usual = 403 if not_granted else _STATUS_OF.get(error.code, 500)
    return telling.status or _STATUS_OF_SHAPE.get(telling.shape, usual)


def error_body(
    error: ServiceError, sid: str, form: Form = Form.OPEN, telling: Telling = USUAL
) -> dict[str, Any]:
    """Return the body of an answer with an error status."""
    shape = _SHAPE_OF[form] if telling.shape == "usual" else telling.shape
    if telling.shape == "usual" and form is Form.HOSTED and error.code in _REFUSED_BEFORE:
        shape = "short"
    return with_codes(shaped(error, sid, shape), telling.codes)


def no_route() -> dict[str, str]:
    """Return the answer of the hosted services' gateway for an unknown path."""
    return {"message": "no any schema route found", "sid": new_sid("ase")}


def error_document(
    error: ServiceError, sid: str, form: Form, telling: Telling = USUAL
) -> ErrorDocument:
    """Return the document of an error with HTTP status 200."""
    if telling.shape == "usual" and form is Form.OPEN:
        return ErrorDocument(with_codes(shaped(error, sid, "plain"), telling.codes))
    return ErrorDocument(error_body(error, sid, form, telling))
