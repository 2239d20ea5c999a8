# Generated from include/sparkchat.h by scripts/generate.py; do not edit.
"""The numbers of the C interface, by name. They never change; new ones may be added."""

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
    """Results of calls. The numbers never change; new ones may be added."""

    OK = 0
    DONE = 1
    """The answer is complete; there are no more events."""
    AGAIN = 2
    """Nothing happened within the time given to the call. Nothing is lost."""
    INTERRUPTED = 3
    """A signal was handled during the wait. Nothing is lost; call again."""
    TOOL_CALLS = 4
    """The model calls tools, and waits for results that are the host's to give."""

    # The caller's side: no byte was sent.
    ERR_INVALID_ARGUMENT = -1
    ERR_NO_MEMORY = -2
    ERR_STATE = -3
    """The call does not fit the object's state, or another thread uses it."""
    ERR_FORKED = -5
    """The object was made before fork(); make a new client in the child."""
    ERR_CONFIG = -6
    """Settings are missing or do not fit together."""
    ERR_INTERNAL = -9
    """A fault of the library. Please report it."""

    # The network.
    ERR_RESOLVE = -20
    ERR_CONNECT = -21
    ERR_IO = -22
    ERR_TIMEOUT = -23
    """A deadline passed."""

    # TLS.
    ERR_TLS = -30
    ERR_CERTIFICATE = -31
    """The server's certificate is not trusted, or is not for this host."""

    # HTTP and WebSocket.
    ERR_HANDSHAKE = -40
    """The server refused the WebSocket upgrade, or points elsewhere."""
    ERR_PROTOCOL = -41
    """The server broke the protocol."""
    ERR_TOO_LARGE = -42
    """The server sent more than the limits allow."""
    ERR_TRUNCATED = -43
    """The connection ended before the answer did."""

    # The service.
    ERR_AUTH = -50
    """Credentials, signature, clock, or IP address refused."""
    ERR_SERVICE = -51
    """The service failed."""
    ERR_RATE_LIMITED = -52
    """Too many requests a second, or at once."""
    ERR_CONTENT_FILTERED = -53
    """The request or the answer was refused by moderation."""
    ERR_INVALID_REQUEST = -54
    """The service does not accept the request as it is."""
    ERR_PERMISSION = -55
    """The app may not use this model or feature, or its tokens are used up."""
    ERR_QUOTA = -56
    """The daily allowance is used up."""
    ERR_CONTEXT_LENGTH = -57
    """The messages are longer than the model can take."""
    ERR_OVERLOADED = -58
    """The service has no capacity left at the moment."""

    # Stopped.
    ERR_CANCELLED = -60
    ERR_CALLBACK = -61
    """A callback of the caller's, for events or of a tool, asked to stop, or the limiter failed."""
    ERR_TOOL_LIMIT = -62
    """The model went on asking for tools beyond the limit of rounds."""


class Outcome(_Open):
    """How an answer ended. Whatever the outcome, the text received is kept."""

    PENDING = 0
    """Still running."""
    COMPLETE = 1
    """The service said that the answer is finished."""
    TRUNCATED = 2
    """The connection ended before the answer did."""
    CANCELLED = 3
    TIMEOUT = 4
    FAILED = 5


class FinishReason(_Open):
    """Why a complete answer ended, as the service says.

    Over WebSocket it says nothing of it: an answer that was cut at the limit of tokens cannot be
    told from a whole one there, except that SPARKCHAT_TOKENS_COMPLETION has reached the limit.
    """

    NONE = 0
    """The service sent none."""
    STOP = 1
    """The model had said all."""
    LENGTH = 2
    """Cut at the limit of tokens. There may be no text at all, where the model spent them on
    reasoning."""
    TOOL_CALLS = 3
    """The model asks for tools."""
    CONTENT_FILTER = 4
    """Moderation stopped it."""
    OTHER = 5
    """Another word, such as "abort"."""


class WarningCode(_Open):
    """Codes of warnings that this library knows. The service may send others."""

    NONE = 0
    TOOL_NOT_CALLED = -1
    """The tool choice demands a call, and the complete answer does not have it: some models ignore
    the demand. This is the library's own warning."""
    POLICY = 10019
    """The conversation tends to break the service's rules."""


class Phase(_Open):
    """The phases of a request, each with its own deadline."""

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
    """Waiting in line, where the client limits how much is asked."""


class Transport(_Open):
    """How requests travel."""

    AUTO = 0
    """What URL, model and credentials say."""
    WEBSOCKET = 1
    """A signed WebSocket for each request: app id, API key and API secret; every model but the
    newest."""
    HTTP = 2
    """The OpenAI-shaped endpoint: API password, or API key and API secret; connections are kept for
    the next request."""


class Role(_Open):
    """Who said a message."""

    SYSTEM = 1
    USER = 2
    ASSISTANT = 3
    TOOL = 4
    """The result of a tool."""


class ToolChoice(_Open):
    """Whether the model calls a tool."""

    AUTO = 0
    """As it thinks fit; the default."""
    NONE = 1
    """Not in this answer."""
    REQUIRED = 2
    """At least one."""
    NAMED = 3
    """The one that is named."""


class ResponseFormat(_Open):
    """What the answer is to be."""

    TEXT = 0
    JSON_OBJECT = 1
    """A JSON object; HTTP only. A message has to ask for JSON as well."""


class Feature(_Open):
    """What a model may take or do."""

    SYSTEM = 1
    """A system message."""
    TOOLS = 2
    WEB_SEARCH = 3
    CITATIONS = 4
    """Names the sources of a web search."""
    REASONING = 5
    """Thinks before it answers, and shows it."""
    IMAGES = 6
    """The model "image", over WebSocket only; hosted models, over HTTP only."""
    JSON_MODE = 7
    """Over HTTP only."""


class Support(_Open):
    """Whether a model has a feature."""

    NO = 0
    """A request that uses it is refused before it is sent."""
    YES = 1
    DISPUTED = 2
    """Public sources disagree: a request that uses it is sent, with a warning in the log."""


class EventKind(_Open):
    """What an event tells. The list may grow: skip kinds you do not know."""

    NONE = 0
    READY = 1
    """Connected; the request is on its way, if there is one already. Once for each request, however
    often it is tried."""
    TEXT = 2
    """New text of the answer."""
    REASONING = 3
    """New text of the model's reasoning."""
    TOOL_CALL = 4
    """The model asks for a tool."""
    CITATION = 5
    """A source that the web search found."""
    USAGE = 6
    """Token counts."""
    WARNING = 7
    """The answer stands, but the service warns, or the library does."""


class Tokens(_Open):
    """Token counts."""

    QUESTION = 1
    """The last message alone; reserved by the service."""
    PROMPT = 2
    """All that was sent, history included."""
    COMPLETION = 3
    TOTAL = 4
    """Prompt and completion: what is billed."""
    CACHED = 5
    """The part of the prompt that the service had kept from earlier requests. Hosted models only,
    as the next."""
    REASONING = 6
    """The part of the completion that is reasoning."""


class Thinking(_Open):
    """Whether a reasoning model thinks before it answers."""

    DISABLED = 0
    ENABLED = 1
    AUTO = 2
    """The model decides; hosted models are sent nothing."""


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
    """A paragraph of a document, which is to be found."""
    QUERY = 2
    """A question, which is to find paragraphs."""


class Timing(_Open):
    """Where the time of a request went."""

    QUEUE = 1
    """Waiting in line; 0 where nothing limits the client."""
    RESOLVE = 2
    """How long each part of connecting took; 0 on a warm connection. These are of the last
    attempt."""
    CONNECT = 3
    TLS = 4
    UPGRADE = 5
    FIRST_REASONING = 6
    """From the request to what is named; connecting counts, where the request had to wait for
    it."""
    FIRST_TEXT = 7
    LAST = 8
    TOTAL = 9


class Connection(_Open):
    """How the connection of a request came about."""

    NONE = 0
    COLD = 1
    """Made for this request, with a full TLS handshake where there is one."""
    RESUMED = 2
    """Made for this request, with a TLS session of an earlier connection."""
    WARM = 3
    """There before the request was."""


class LogLevel(_Open):
    """How much a log tells: each level includes the ones before it."""

    ERROR = 1
    """Nothing at present: what fails is returned to whoever asked."""
    WARNING = 2
    """What nobody is told otherwise, or what is worth a look though the answer stands: a wrong
    clock that is corrected, an option that the model may not take, a warning of the service."""
    INFO = 3
    """What happens to a request: connected, tried again, complete, failed, stopped."""
    DEBUG = 4
    """The phases of connecting, and calls of tools."""
