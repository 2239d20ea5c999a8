"""The numbers of libsparkchat's header, by name. They never change; new ones may be added."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

_Member = TypeVar("_Member", bound="_Open")


class _Open(IntEnum):
    """An enum that takes numbers it has no name for: a newer library may have more of them."""

    @classmethod
    def _missing_(cls: type[_Member], value: object) -> _Member | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member

    def __str__(self) -> str:
        return self.name.lower()


class Status(_Open):
    """What a call of the library returned: negative numbers are errors."""

    OK = 0
    DONE = 1
    AGAIN = 2
    INTERRUPTED = 3

    ERR_INVALID_ARGUMENT = -1
    ERR_NO_MEMORY = -2
    ERR_STATE = -3
    ERR_FORKED = -5
    ERR_CONFIG = -6
    ERR_INTERNAL = -9

    ERR_RESOLVE = -20
    ERR_CONNECT = -21
    ERR_IO = -22
    ERR_TIMEOUT = -23

    ERR_TLS = -30
    ERR_CERTIFICATE = -31

    ERR_HANDSHAKE = -40
    ERR_PROTOCOL = -41
    ERR_TOO_LARGE = -42
    ERR_TRUNCATED = -43

    ERR_AUTH = -50
    ERR_SERVICE = -51
    ERR_RATE_LIMITED = -52
    ERR_CONTENT_FILTERED = -53
    ERR_INVALID_REQUEST = -54
    ERR_PERMISSION = -55
    ERR_QUOTA = -56
    ERR_CONTEXT_LENGTH = -57
    ERR_OVERLOADED = -58

    ERR_CANCELLED = -60
    ERR_CALLBACK = -61
    ERR_FUNCTION_LIMIT = -62


class Outcome(_Open):
    """How an exchange ended. Whatever the outcome, the text received is kept."""

    PENDING = 0
    """Still running."""
    COMPLETE = 1
    """The service said that the answer is finished."""
    TRUNCATED = 2
    """The connection ended before the answer did."""
    CANCELLED = 3
    TIMEOUT = 4
    FAILED = 5


class Phase(_Open):
    """The parts of an exchange, each with its own deadline."""

    NONE = 0
    RESOLVE = 1
    CONNECT = 2
    TLS = 3
    PROXY = 4
    UPGRADE = 5
    FIRST_TOKEN = 6
    IDLE = 7
    TOTAL = 8
    QUEUE = 9


class Transport(_Open):
    """How questions travel."""

    AUTO = 0
    WEBSOCKET = 1
    HTTP = 2


class EventKind(_Open):
    """What an event tells."""

    NONE = 0
    READY = 1
    TEXT = 2
    REASONING = 3
    FUNCTION_CALL = 4
    CITATION = 5
    USAGE = 6
    WARNING = 7


class Role(_Open):
    """Who said a message."""

    SYSTEM = 1
    USER = 2
    ASSISTANT = 3
    FUNCTION = 4
    """The result of a function."""


class FunctionChoice(_Open):
    """Whether the model calls a function."""

    AUTO = 0
    NONE = 1
    REQUIRED = 2
    NAMED = 3


class ResponseFormat(_Open):
    """What the answer is to be."""

    TEXT = 0
    JSON_OBJECT = 1


class Feature(_Open):
    """What a model may take or do."""

    SYSTEM = 1
    FUNCTIONS = 2
    WEB_SEARCH = 3
    CITATIONS = 4
    REASONING = 5
    IMAGES = 6
    JSON_MODE = 7


class Support(_Open):
    """Whether a model has a feature."""

    NO = 0
    YES = 1
    DISPUTED = 2


class Tokens(_Open):
    """Which tokens to count."""

    QUESTION = 1
    PROMPT = 2
    COMPLETION = 3
    TOTAL = 4


class Thinking(_Open):
    """Whether a reasoning model thinks before it answers."""

    DISABLED = 0
    ENABLED = 1
    AUTO = 2


class Search(_Open):
    """Whether and how to search the web."""

    DISABLED = 0
    NORMAL = 1
    DEEP = 2


class Timing(_Open):
    """Where the time of an exchange went."""

    QUEUE = 1
    RESOLVE = 2
    CONNECT = 3
    TLS = 4
    UPGRADE = 5
    FIRST_REASONING = 6
    FIRST_TEXT = 7
    LAST = 8
    TOTAL = 9


class Connection(_Open):
    """How the connection of an exchange came about."""

    NONE = 0
    COLD = 1
    RESUMED = 2
    WARM = 3


class LogLevel(_Open):
    """How much a log tells."""

    ERROR = 1
    WARNING = 2
    INFO = 3
    DEBUG = 4
