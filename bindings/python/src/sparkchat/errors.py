"""The exceptions: one for each kind of failure.

All of them are `SparkError`, and each is also the matching built-in exception, so that `except
TimeoutError` and `except ConnectionError` work as expected.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict, TypeVar

from ._typing import Self, Unpack
from .enums import Phase, Status

if TYPE_CHECKING:
    from .response import Response
else:
    # Responses import events, and events import errors: this avoids a circular import.
    Response = Any


class Details(TypedDict, total=False):
    """The details of an error, in addition to its message."""

    hint: str
    service_code: int | None
    sid: str | None
    http_status: int | None
    http_body: str | None
    server_date: str | None
    clock_skew: int | None
    retry_after: float | None
    os_errno: int | None
    phase: Phase
    retryable: bool
    response: Response | None


class SparkError(Exception):
    """The base class of all exceptions of this package.

    `message` says what is wrong, and `hint` what to do about it. If known, `service_code` and `sid`
    are the service's own code and its request ID; `http_status`, `http_body` and
    `server_date` are those of a refusal; `clock_skew` is how many seconds this machine's clock is
    ahead of the server's clock; `retry_after` is how many seconds the server asks you to wait;
    `os_errno` is the system's error number. `phase` is the phase of the exchange. `retryable` says
    whether the same request is likely to succeed later. `response` is the part of the answer that
    was received; None if nothing was sent. `index` is the place of the question in its batch, from
    0.
    """

    default_status: ClassVar[Status] = Status.ERR_INTERNAL

    def __init__(
        self, message: str = "", *, status: Status | None = None, **details: Unpack[Details]
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = self.default_status if status is None else status
        self.hint = details.get("hint", "")
        self.service_code = details.get("service_code")
        self.sid = details.get("sid")
        self.http_status = details.get("http_status")
        self.http_body = details.get("http_body")
        self.server_date = details.get("server_date")
        self.clock_skew = details.get("clock_skew")
        self.retry_after = details.get("retry_after")
        self.os_errno = details.get("os_errno")
        self.phase = details.get("phase", Phase.NONE)
        self.retryable = details.get("retryable", False)
        self.response = details.get("response")
        self.index: int | None = None
        error: Exception = self
        if isinstance(error, OSError):
            error.errno = self.os_errno

    def __copy__(self) -> Self:
        return _restored(type(self), self.args, vars(self) | self._slots())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # Causes are shared, not copied.
        return _restored(type(self), self.args, copy.deepcopy(vars(self), memo) | self._slots())

    def __reduce__(self) -> tuple[Any, ...]:
        slots = self._slots()
        slots |= {name: _picklable(slots[name]) for name in _OTHERS}
        return _restored, (type(self), self.args, vars(self) | slots)

    def _slots(self) -> dict[str, Any]:
        """Return the values that the built-in bases keep outside `__dict__`."""
        return {name: getattr(self, name) for name in _SLOTS if hasattr(self, name)}

    def __str__(self) -> str:
        text = f"{self.message}; {self.hint}" if self.hint else self.message
        text = text if self.index is None else f"question {self.index}: {text}"
        return f"{text} (sid {self.sid})" if self.sid else text


_Error = TypeVar("_Error", bound=SparkError)
# The attributes that refer to other exceptions.
_OTHERS = ("__cause__", "__context__")
_SLOTS = (*_OTHERS, "__suppress_context__", "errno", "strerror", "filename", "filename2")


def _restored(kind: type[_Error], args: tuple[Any, ...], state: Mapping[str, Any]) -> _Error:
    """Return an exception with this state, whatever arguments its class requires."""
    base: type[Exception] = OSError if issubclass(kind, OSError) else Exception
    error: _Error = base.__new__(kind)
    error.args = args
    for name, value in state.items():
        setattr(error, name, value)
    return error


def _picklable(error: BaseException | None) -> BaseException | None:
    """Return the exception if it can be pickled; exceptions of other packages may not be."""
    try:
        # Only unpickling shows which arguments its class requires.
        pickle.loads(pickle.dumps(error))
    except Exception:
        return None
    return error


class InvalidArgumentError(SparkError, ValueError):
    """A setting, an option or a message is invalid for the model. Nothing was sent."""

    default_status = Status.ERR_INVALID_ARGUMENT


class ConfigError(SparkError, ValueError):
    """Settings are missing or do not fit together. Nothing was sent."""

    default_status = Status.ERR_CONFIG


class OutOfMemoryError(SparkError, MemoryError):
    """There is no memory left."""

    default_status = Status.ERR_NO_MEMORY


class StateError(SparkError, RuntimeError):
    """The call does not fit the object's state: it is closed, for example."""

    default_status = Status.ERR_STATE


class ForkedError(StateError):
    """The stream was created in the parent process, before a fork: ask again."""

    default_status = Status.ERR_FORKED

    @classmethod
    def of_parent(cls, response: Response | None = None) -> Self:
        """Return the error for a question from before the fork."""
        # The library's own text asks for a new client, which Python creates automatically.
        said = "the question was asked in the parent process, before fork()"
        return cls(said, hint="ask again in this process", response=response)


class InternalError(SparkError, RuntimeError):
    """A bug in the library. Please report it."""

    default_status = Status.ERR_INTERNAL


class TransportError(SparkError, ConnectionError):
    """The connection failed: the network, TLS, or the protocol."""

    default_status = Status.ERR_IO


class ResolveError(TransportError):
    """The host name was not found."""

    default_status = Status.ERR_RESOLVE


class ConnectError(TransportError):
    """None of the host's addresses accepted the connection."""

    default_status = Status.ERR_CONNECT


class SparkTimeoutError(SparkError, TimeoutError):
    """A deadline passed; `phase` says which."""

    default_status = Status.ERR_TIMEOUT


class TLSError(TransportError):
    """The connection could not be encrypted."""

    default_status = Status.ERR_TLS


class CertificateError(TLSError):
    """The server's certificate is not trusted, or is not for this host."""

    default_status = Status.ERR_CERTIFICATE


class HandshakeError(TransportError):
    """The server refused the connection for a reason other than authentication."""

    default_status = Status.ERR_HANDSHAKE


class ProtocolError(TransportError):
    """The server broke the protocol."""

    default_status = Status.ERR_PROTOCOL


class TooLargeError(TransportError):
    """The server sent more than the limits allow."""

    default_status = Status.ERR_TOO_LARGE


class TruncatedError(TransportError):
    """The connection ended before the answer did; `response` has the part that was received."""

    default_status = Status.ERR_TRUNCATED


class ServiceError(SparkError):
    """The service answered with an error; `service_code` is its own code."""

    default_status = Status.ERR_SERVICE


class AuthenticationError(ServiceError, PermissionError):
    """The service refused the credentials, signature, clock, or IP address."""

    default_status = Status.ERR_AUTH


class RateLimitError(ServiceError):
    """Too many questions per second, or too many concurrent ones."""

    default_status = Status.ERR_RATE_LIMITED


class ContentFilteredError(ServiceError):
    """Moderation refused the question, or the answer: withdraw the part that you have shown."""

    default_status = Status.ERR_CONTENT_FILTERED


class InvalidRequestError(ServiceError, ValueError):
    """The service does not accept the request as it is."""

    default_status = Status.ERR_INVALID_REQUEST


class PermissionDeniedError(ServiceError, PermissionError):
    """The app may not use this model or feature, or its tokens are used up."""

    default_status = Status.ERR_PERMISSION


class QuotaError(ServiceError):
    """The daily quota is used up."""

    default_status = Status.ERR_QUOTA


class ContextLengthError(ServiceError, ValueError):
    """The history and the question are longer than the model accepts."""

    default_status = Status.ERR_CONTEXT_LENGTH


class OverloadedError(ServiceError):
    """The service has no capacity at the moment."""

    default_status = Status.ERR_OVERLOADED


class CancelledError(SparkError):
    """The exchange was stopped by `cancel` or `close`."""

    default_status = Status.ERR_CANCELLED


class LimiterError(SparkError, RuntimeError):
    """The limiter raised an exception, which is the `__cause__` of this one."""

    default_status = Status.ERR_CALLBACK


class ToolLimitError(SparkError, RuntimeError):
    """The model still called tools after the last round allowed."""

    default_status = Status.ERR_TOOL_LIMIT


def _known(family: type[SparkError]) -> dict[Status, type[SparkError]]:
    found: dict[Status, type[SparkError]] = {}
    for kind in family.__subclasses__():
        found |= _known(kind)
        found[kind.default_status] = kind
    return found


_CLASSES = _known(SparkError)
# For statuses of a newer library: each family has its own tens digit.
_FAMILIES: dict[int, type[SparkError]] = {
    2: TransportError,
    3: TLSError,
    4: ProtocolError,
    5: ServiceError,
    6: CancelledError,
}


def class_for(status: Status) -> type[SparkError]:
    """Return the exception for a status of the library."""
    return _CLASSES.get(status) or _FAMILIES.get(-status // 10, SparkError)


def error_for(status: Status, message: str, details: dict[str, Any]) -> SparkError:
    """Return the exception for a failed call."""
    if status == Status.ERR_FORKED:
        return ForkedError.of_parent(details.get("response"))
    return class_for(status)(message, status=status, **details)


class ParseError(SparkError, ValueError):
    """The answer does not match the requested type; `response` has it.

    `message` says where it is wrong, and whether the service cut it. This package raises it; it has
    no status in the library.
    """

    default_status = Status.OK


class BatchStoppedError(SparkError, RuntimeError):
    """A batch ended early, because of a failure that affects all its questions.

    `__cause__` is that failure: for example, the daily quota is used up. `left` has the questions
    that were read but not answered, as places and questions; later ones were not read. With
    `batch`, `results` has an entry for each place: the answer, the exception, or None for those
    that are left.
    """

    default_status = Status.OK

    left: Sequence[tuple[int, Any]] = ()
    results: Sequence[Any] = ()

    @classmethod
    def of(cls, cause: Exception | None, left: list[tuple[int, Any]]) -> Self:
        """Return the exception for a batch that has ended, and the questions that are left."""
        again = f"ask again later, from question {left[0][0]} on" if left else ""
        stopped = cls(f"the batch has stopped: {cause}", hint=again)
        if isinstance(cause, SparkError):
            for name in ("status", "service_code", "sid", "retry_after"):
                setattr(stopped, name, getattr(cause, name))
        stopped.__cause__ = cause
        stopped.left, stopped.results = left, []
        return stopped
