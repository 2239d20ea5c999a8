"""The service's error codes and messages.

The messages of 10003, 10004, 10010, 10110, 10310, 10404, 11200, 11202 and 11221 have been seen in
public. Those of the other codes are ours, in the same `<Kind>Error:(HH:MM:SS.mmm) <detail>` shape:
do not match them.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from .sid import beijing_time

WORDING: dict[int, tuple[str, str]] = {
    10000: ("UpgradeError", "upgrade to websocket failed"),
    10001: ("ReadMsgError", "failed to read the client message"),
    10002: ("SendMsgError", "failed to send to the client"),
    10003: ("ClientMsgError", "invalid model domain"),
    10004: ("SchemaCheckError", "'$.header.uid' length must be less or equal than 32; "),
    10005: ("ParamValueError", "invalid parameter value"),
    10006: ("UserConflictError", "the same user is already connected elsewhere"),
    10007: ("UserBusyError", "the previous question is still being processed"),
    10008: ("ServiceCapacityError", "capacity insufficient"),
    10009: ("EngineConnectError", "cannot connect to the engine"),
    10010: ("RecvFromEngineError", "Engine Busy"),
    10011: ("EngineSendError", "error sending to the engine"),
    10012: ("EngineInternalError", "engine internal error"),
    10013: ("InputAuditError", "the input did not pass moderation: {prompt}"),
    10014: ("OutputAuditError", "the output did not pass moderation"),
    10015: ("AppIdBlockedError", "the app id is on the blacklist"),
    10016: ("AppIdAuthError", "the app id has no authorisation for this feature"),
    10017: ("ClearHistoryError", "clearing the history failed"),
    10018: ("IdleTimeoutError", "only pings for 5 minutes"),
    10019: ("SessionAuditError", "the session tends to violate the policy"),
    10021: ("InputAuditError", "the input did not pass moderation"),
    10022: ("OutputAuditError", "the generated image is sensitive"),
    10029: ("ImageSizeError", "a side of the image is longer than 12800 pixels"),
    10041: ("ImageSizeError", "the image must have between 50x50 and 6000x6000 pixels"),
    10050: ("RequestRefusedError", "the request is refused"),
    10105: ("", "illegal access|illegal client_ip"),
    10110: ("ServiceIsBusyError", "Engine Busy"),
    10163: ("EngineParamError", "engine parameter check failed"),
    10200: ("ReadDataTimeoutError", "waiting for data took too long"),
    10222: ("EngineNetworkError", "engine network error"),
    10223: ("LoadBalanceError", "no engine node found"),
    10300: ("EngineFailedError", "the engine has failed"),
    10310: ("", "The system is busy, please try again later."),
    10313: ("AppIdMismatchError", "the app id is missing, or is not that of the key"),
    10404: ("", "no category route found"),
    10700: ("EngineFaultError", "the engine reports a failure"),
    10907: ("TokenLimitError", "the tokens of history and question exceed the limit"),
    11200: ("AppIdNoAuthError", "tokens.total"),
    11201: ("AppIdDailyLimitError", "the daily limit is used up"),
    11202: ("AppIdQpsOverFlowError", "requests per second over the limit"),
    11203: ("AppIdConcOverFlowError", "concurrent requests over the limit"),
    11210: ("TokenRateError", "the tokens of this minute are used up"),
    11221: ("", "model unauthorized"),
}


@dataclass
class ServiceError(Exception):
    """An error that the service reports: a code, and a message made when it is sent.

    `detail` and `kind` replace the usual parts; `literal` replaces the whole message. `prompt` is
    for the one code whose message quotes it. `inner` is the HTTP status of an inner failure, which
    the message contains.
    """

    code: int
    detail: str = ""
    kind: str = ""
    literal: str = ""
    prompt: str = ""
    inner: int = 0

    def message(self) -> str:
        """Return the message as the service would send it now."""
        return self._words(f"({beijing_time()}) ")

    def brief_message(self) -> str:
        """Return the message as gateways pass it on, without the time."""
        return self._words("")

    def _words(self, time: str) -> str:
        if self.literal:
            return self.literal
        kind, detail = WORDING.get(self.code, ("ServiceError", f"error {self.code}"))
        kind = self.kind or kind
        detail = self.detail or detail.replace("{prompt}", self.prompt)
        if self.inner:
            status = f"status code: {self.inner}, status: {self.inner} {_phrase(self.inner)}"
            detail = f"error, {status}, message: {detail}"
        return f"{kind}:{time}{detail}" if kind else detail


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
