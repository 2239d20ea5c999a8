# Generated from include/sparkchat.h by scripts/generate.py; do not edit.
"""The numbers of the C interface, by name. They never change; new ones may be added."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

_Member = TypeVar("_Member", bound="_Open")


class _Open(IntEnum):
    """An enum that accepts unknown numbers, which a newer library may return."""

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
    """Results of calls. The numbers never change; new ones may be added."""

    OK = 0
    DONE = 1
    """The answer is complete; there are no more events."""
    AGAIN = 2
    """Nothing happened within the call's timeout. Nothing is lost."""
    INTERRUPTED = 3
    """A signal was handled during the wait. Nothing is lost; call again."""
    TOOL_CALLS = 4
    """The model calls tools, and waits for results from your program."""

    # On the caller's side.
    ERR_INVALID_ARGUMENT = -1
    ERR_NO_MEMORY = -2
    ERR_STATE = -3
    """The call does not fit the object's state, or another thread is using it."""
    ERR_FORKED = -5
    """The object was made before fork(); make a new client in the child."""
    ERR_CONFIG = -6
    """Settings are missing or contradict each other."""
    ERR_INTERNAL = -9
    """A bug in the library. Please report it."""

    # The network.
    ERR_RESOLVE = -20
    ERR_CONNECT = -21
    ERR_IO = -22
    ERR_TIMEOUT = -23
    """A deadline expired."""

    # TLS.
    ERR_TLS = -30
    ERR_CERTIFICATE = -31
    """The server's certificate is not trusted, or is not for this host."""

    # HTTP and WebSocket.
    ERR_HANDSHAKE = -40
    """The server refused the WebSocket upgrade, or redirected it."""
    ERR_PROTOCOL = -41
    """The server violated the protocol."""
    ERR_TOO_LARGE = -42
    """The server sent more than the limits allow."""
    ERR_TRUNCATED = -43
    """The connection ended before the answer did."""

    # The service.
    ERR_AUTH = -50
    """The service refused the credentials, signature, clock, or IP address."""
    ERR_SERVICE = -51
    """The service failed."""
    ERR_RATE_LIMITED = -52
    """Too many requests per second, or too many concurrent ones."""
    ERR_CONTENT_FILTERED = -53
    """Moderation refused the request or the answer."""
    ERR_INVALID_REQUEST = -54
    """The service does not accept the request in this form."""
    ERR_PERMISSION = -55
    """The app may not use this model or feature, or its tokens are used up."""
    ERR_QUOTA = -56
    """The daily allowance is used up."""
    ERR_CONTEXT_LENGTH = -57
    """The messages are longer than the model accepts."""
    ERR_OVERLOADED = -58
    """The service has no free capacity at the moment."""

    # Stopped.
    ERR_CANCELLED = -60
    ERR_CALLBACK = -61
    """A callback for events or for a tool asked to stop, or the limiter failed."""
    ERR_TOOL_LIMIT = -62
    """The model continued to call tools beyond the limit of rounds."""


class Outcome(_Open):
    """How an answer ended. The text received is kept in every case."""

    PENDING = 0
    """Still running."""
    COMPLETE = 1
    """The service reported the end of the answer."""
    TRUNCATED = 2
    """The connection ended before the answer did."""
    CANCELLED = 3
    TIMEOUT = 4
    FAILED = 5


class FinishReason(_Open):
    """Why a complete answer ended, according to the service.

    Over WebSocket the service does not say: an answer that was cut at the token limit looks like a
    whole one, except that SPARKCHAT_TOKENS_COMPLETION has reached the limit.
    """

    NONE = 0
    """The service sent no reason."""
    STOP = 1
    """The model finished its answer, or a stop sequence ended it."""
    LENGTH = 2
    """Cut at the token limit. There may be no text at all, if the model spent the tokens on
    reasoning."""
    TOOL_CALLS = 3
    """The model calls tools."""
    CONTENT_FILTER = 4
    """Moderation stopped it."""
    OTHER = 5
    """Another reason, such as "abort"."""


class WarningCode(_Open):
    """Codes of warnings that this library knows. The service may send others."""

    NONE = 0
    TOOL_NOT_CALLED = -1
    """The tool choice requires a call, and the complete answer has none: some models ignore the
    requirement. This warning comes from the library."""
    POLICY = 10019
    """The conversation tends to violate the service's rules."""


class Phase(_Open):
    """The phases of a request.

    Each has its own deadline; that of PROXY is as long as that of CONNECT.
    """

    NONE = 0
    RESOLVE = 1
    """Looking up the host name."""
    CONNECT = 2
    """Connecting to one of its addresses."""
    TLS = 3
    PROXY = 4
    """Asking the proxy for a connection."""
    UPGRADE = 5
    """The WebSocket upgrade."""
    FIRST_TOKEN = 6
    """From the request to the first message of the answer."""
    IDLE = 7
    """Between two messages of the answer."""
    TOTAL = 8
    """The whole request, answer included."""
    QUEUE = 9
    """Waiting in the queue, if the client limits its requests."""


class Transport(_Open):
    """How requests are sent."""

    AUTO = 0
    """Chosen from the URL, the model and the credentials."""
    WEBSOCKET = 1
    """A signed WebSocket for each request. Needs app id, API key and API secret; serves every model
    except the newest."""
    HTTP = 2
    """The OpenAI-compatible endpoint. Needs the API password, or API key and API secret; keeps
    connections for the next request."""


class Role(_Open):
    """The author of a message."""

    SYSTEM = 1
    USER = 2
    ASSISTANT = 3
    TOOL = 4
    """The result of a tool."""


class ToolChoice(_Open):
    """Whether the model calls a tool."""

    AUTO = 0
    """The model decides; the default."""
    NONE = 1
    """No tool in this answer."""
    REQUIRED = 2
    """At least one tool."""
    NAMED = 3
    """The named tool."""


class ResponseFormat(_Open):
    """The format of the answer."""

    TEXT = 0
    JSON_OBJECT = 1
    """A JSON object; HTTP only. A message must also ask for JSON."""


class Feature(_Open):
    """What a model may support."""

    SYSTEM = 1
    """System messages."""
    TOOLS = 2
    WEB_SEARCH = 3
    CITATIONS = 4
    """The model names the sources of a web search."""
    REASONING = 5
    """The model thinks before it answers, and shows its reasoning."""
    IMAGES = 6
    """The model "image", over WebSocket only; hosted models, over HTTP only."""
    JSON_MODE = 7
    """Over HTTP only."""


class Support(_Open):
    """Whether a model has a feature."""

    NO = 0
    """The library refuses a request that uses it."""
    YES = 1
    DISPUTED = 2
    """Public sources disagree: the library sends a request that uses it, and logs a warning."""


class EventKind(_Open):
    """What an event reports. The list may grow: skip kinds you do not know."""

    NONE = 0
    READY = 1
    """Connected; the request is being sent, if there is one already. Occurs once per request, even
    if the request is retried."""
    TEXT = 2
    """New text of the answer."""
    REASONING = 3
    """New text of the model's reasoning."""
    TOOL_CALL = 4
    """The model calls a tool."""
    CITATION = 5
    """A source that the web search found."""
    USAGE = 6
    """Token counts."""
    WARNING = 7
    """The answer is valid, but the service or the library has a warning."""


class Tokens(_Open):
    """Token counts."""

    QUESTION = 1
    """The last message alone; reserved by the service."""
    PROMPT = 2
    """Everything that was sent, including the history."""
    COMPLETION = 3
    TOTAL = 4
    """Prompt and completion: what is billed."""
    CACHED = 5
    """The part of the prompt that the service had cached from earlier requests. Hosted models only,
    like the next one."""
    REASONING = 6
    """The part of the completion that is reasoning."""


class Thinking(_Open):
    """Whether a reasoning model thinks before it answers."""

    DISABLED = 0
    ENABLED = 1
    AUTO = 2
    """The model decides. For hosted models, the option is not sent."""


class Search(_Open):
    """Web search."""

    DISABLED = 0
    NORMAL = 1
    """Short excerpts of the pages found."""
    DEEP = 2
    """Whole pages; more tokens."""


class EmbeddingDomain(_Open):
    """What the vector of a text is for."""

    PARA = 1
    """A paragraph of a document, to be found by queries."""
    QUERY = 2
    """A query that finds paragraphs."""


class Timing(_Open):
    """How long the parts of a request took."""

    QUEUE = 1
    """Waiting in the queue; 0 if the client has no limits."""
    RESOLVE = 2
    """The parts of connecting, in the last attempt; 0 on a warm connection."""
    CONNECT = 3
    """Including the proxy's handshake."""
    TLS = 4
    UPGRADE = 5
    FIRST_REASONING = 6
    """From the request to the named moment, including connecting if the request had to wait for
    it."""
    FIRST_TEXT = 7
    LAST = 8
    TOTAL = 9


class Connection(_Open):
    """How the connection of a request was made."""

    NONE = 0
    COLD = 1
    """Made for this request, with a full handshake if it uses TLS."""
    RESUMED = 2
    """Made for this request, with the TLS session of an earlier connection."""
    WARM = 3
    """Open before the request was sent."""


class LogLevel(_Open):
    """The level of a log entry: each level includes the ones before it."""

    ERROR = 1
    """Unused at present: failures are returned to the caller."""
    WARNING = 2
    """Problems that are not reported in another way, or that deserve attention although the answer
    is valid: a wrong clock that is corrected, an option that the model may not support, a warning
    from the service."""
    INFO = 3
    """The progress of a request: connected, retried, complete, failed, stopped."""
    DEBUG = 4
    """The phases of connecting, and tool calls."""
