"""Every shape of errors over HTTP: as a body, as a document, as an event, in mid-answer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from http_client import HttpAnswer, HttpTarget
from spark_emulator.service.errors import WORDING

TIME = r"\d\d:\d\d:\d\d\.\d{3}"
SID = r"cha[0-9a-f]{8}@dx[0-9a-f]{18}"
# The text of each shape, for code 10012 and the message "too hot".
SHAPES: dict[str, dict[str, Any]] = {
    "open": {
        "error": {
            "message": rf"too hot \(sid: {SID}\)",
            "type": "api_error",
            "param": None,
            "code": "10012",
        }
    },
    "wrapped": {
        "error": {
            "message": rf"Xunfei request failed with Sid: {SID} code: 10012, msg: too hot "
            r"\(request id: \d{26}\)",
            "type": "one_api_error",
        }
    },
    "nested": {
        "error": {
            "code": 10012,
            "message": rf"Xunfei request failed with Sid: {SID} code: 10012, msg: too hot, "
            rf"timeStamp:{TIME}",
        }
    },
    "short": {"error": {"code": 10012, "message": "too hot"}},
    "typed": {
        "error": {"code": 10012, "message": "too hot", "type": "api_error"},
        "id": SID,
        "type": "error",
    },
    "flat": {"code": 10012, "msg": "too hot", "Sid": SID, "timeStamp": TIME},
    "flat_sid": {"code": 10012, "msg": "too hot", "sid": SID, "timeStamp": TIME},
    "one_api": {
        "error": {
            "message": rf"xunfei response error: sid: {SID} msg: too hot \(request id: \d{{26}}\)",
            "type": "one_api_error",
        }
    },
    "code_only": {"error": {"code": 10012}},
    "overloaded": {"type": "error", "error": {"type": "overloaded_error", "message": "too hot"}},
    "plain": {"code": 10012, "message": "too hot", "sid": SID},
}


def fits(found: Any, wanted: Any) -> bool:
    """Return whether a document is as expected; the expected texts are patterns."""
    if isinstance(wanted, dict):
        same = isinstance(found, dict) and list(found) == list(wanted)
        return same and all(fits(found[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        same = isinstance(found, list) and len(found) == len(wanted)
        return same and all(map(fits, found, wanted))
    if isinstance(wanted, str):
        return isinstance(found, str) and re.fullmatch(wanted, found) is not None
    return type(found) is type(wanted) and bool(found == wanted)


def failed(http: HttpTarget, keys: str, **more: Any) -> HttpAnswer:
    return http.ask("1+1", scenario=f"error:{keys}", **more)


@pytest.mark.parametrize("shape", SHAPES)
def test_as_a_body(http: HttpTarget, shape: str) -> None:
    answer = failed(http, f"message=too hot,shape={shape}")
    assert answer.status == (503 if shape == "overloaded" else 500)
    assert answer.headers["Content-Type"] == "application/json"
    assert fits(answer.json, SHAPES[shape]), answer.json
    assert failed(http, f"message=too hot,shape={shape},status=418").status == 418


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("stream", [True, False])
def test_as_a_document(http: HttpTarget, shape: str, stream: bool) -> None:
    answer = failed(http, f"message=too hot,shape={shape},how=inband", stream=stream)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert fits(answer.json, SHAPES[shape]), answer.json


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize("event", [0, 1])
def test_as_an_event(http: HttpTarget, shape: str, after: int, event: int) -> None:
    keys = f"message=too hot,shape={shape},how=event,after={after},event={event}"
    answer = failed(http, keys)
    assert (answer.status, answer.done, len(answer.documents)) == (200, False, after + 1)
    assert fits(answer.documents[-1], SHAPES[shape]), answer.documents
    assert answer.raw.count(b"event: error\ndata:") == event
    assert (b"event: error" in answer.raw.split(b"\n\n")[after]) is bool(event)


def test_an_event_with_another_status_and_an_end(http: HttpTarget) -> None:
    answer = failed(http, "how=event,shape=flat,status=503,done=1")
    assert (answer.status, answer.done) == (503, True)
    assert http.target.record()["status"] == 503


@pytest.mark.parametrize("codes", ["number", "string"])
def test_codes_are_numbers_or_strings(http: HttpTarget, codes: str) -> None:
    wanted: Any = 10012 if codes == "number" else "10012"
    for shape in ("open", "nested", "typed", "code_only"):
        assert failed(http, f"shape={shape},codes={codes}").error["code"] == wanted
    for shape in ("flat", "plain"):
        assert failed(http, f"shape={shape},codes={codes}").json["code"] == wanted


def test_no_shape_by_another_name(http: HttpTarget) -> None:
    answer = failed(http, "shape=round")
    assert "shape must be one of usual|open|" in answer.error["message"]


def test_an_inner_status_in_the_words(http: HttpTarget) -> None:
    for shape in ("nested", "flat", "typed"):
        answer = failed(http, f"inner=400,message=too many tokens,shape={shape}")
        body = answer.json
        words = body.get("msg") or body["error"]["message"]
        wanted = (
            "EngineInternalError:error, status code: 400, status: 400 Bad Request, "
            "message: too many tokens"
        )
        assert wanted in words
    assert "status: 799 Unknown" in failed(http, "inner=799").error["message"]


def test_a_name_in_the_words(http: HttpTarget) -> None:
    answer = failed(http, "code=10004,name=RequestParamsError,message=no,shape=one_api")
    assert answer.status == 500
    assert re.search(
        r"msg: RequestParamsError:\([\d:.]+\) no \(request id", answer.error["message"]
    )
    assert "code" not in answer.error


# The HTTP status and the first words of each of the service's codes.
CODES = [
    (10000, 500, "UpgradeError:"),
    (10001, 500, "ReadMsgError:"),
    (10002, 500, "SendMsgError:"),
    (10003, 400, "ClientMsgError:"),
    (10004, 400, "SchemaCheckError:"),
    (10005, 400, "ParamValueError:"),
    (10006, 429, "UserConflictError:"),
    (10007, 429, "UserBusyError:"),
    (10008, 503, "ServiceCapacityError:"),
    (10009, 500, "EngineConnectError:"),
    (10010, 500, "RecvFromEngineError:Engine Busy"),
    (10011, 500, "EngineSendError:"),
    (10012, 500, "EngineInternalError:"),
    (10013, 400, "InputAuditError:"),
    (10014, 400, "OutputAuditError:"),
    (10015, 403, "AppIdBlockedError:"),
    (10016, 403, "AppIdAuthError:"),
    (10017, 500, "ClearHistoryError:"),
    (10018, 500, "IdleTimeoutError:"),
    (10019, 400, "SessionAuditError:"),
    (10021, 400, "InputAuditError:"),
    (10022, 400, "OutputAuditError:"),
    (10029, 400, "ImageSizeError:"),
    (10041, 400, "ImageSizeError:"),
    (10050, 400, "RequestRefusedError:"),
    (10105, 403, "illegal access|illegal client_ip"),
    (10110, 503, "ServiceIsBusyError:Engine Busy"),
    (10163, 400, "EngineParamError:"),
    (10200, 500, "ReadDataTimeoutError:"),
    (10222, 500, "EngineNetworkError:"),
    (10223, 503, "LoadBalanceError:"),
    (10300, 500, "EngineFailedError:"),
    (10310, 503, "The system is busy, please try again later."),
    (10313, 403, "AppIdMismatchError:"),
    (10404, 400, "no category route found"),
    (10700, 500, "EngineFaultError:"),
    (10907, 400, "TokenLimitError:"),
    (11200, 500, "AppIdNoAuthError:"),
    (11201, 429, "AppIdDailyLimitError:"),
    (11202, 429, "AppIdQpsOverFlowError:"),
    (11203, 429, "AppIdConcOverFlowError:"),
    (11210, 429, "TokenRateError:"),
    (11221, 403, "model unauthorized"),
]


@pytest.mark.parametrize(("code", "status", "words"), CODES)
def test_the_status_and_the_words_of_a_code(
    http: HttpTarget, code: int, status: int, words: str
) -> None:
    answer = failed(http, f"code={code},shape=typed")
    assert (answer.status, answer.error["code"]) == (status, code)
    assert answer.error["message"].startswith(words)
    frame = http.target.ask(scenario=f"error:code={code}").error
    assert (frame["code"], frame["status"]) == (code, 2)
    assert frame["message"].startswith(words.partition(":")[0])


def test_every_code_of_the_protocol_has_a_row() -> None:
    protocol = Path(__file__).parents[3] / "docs" / "protocol.md"
    listed = re.findall(r"^\| (1\d{4}) \|", protocol.read_text(encoding="utf-8"), re.MULTILINE)
    assert {code for code, *_ in CODES} == WORDING.keys() == {int(code) for code in listed}
