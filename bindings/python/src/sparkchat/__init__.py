"""Chat with iFlytek's SparkLLM.

    from sparkchat import Spark

    for chunk in Spark().stream("Hello"):
        print(chunk.content, end="", flush=True)

libsparkchat does the work. It is loaded on import: from SPARKCHAT_LIBRARY if that is set, from this
package, or from the system's library path.
"""

import logging

from ._capi.functions import version_details as _version_details
from ._capi.version import ABI_VERSION
from ._capi.version import VERSION as __version__
from ._help import showing as _showing
from ._runtime.async_batch import AsyncBatchIterator
from ._runtime.base_client import Client as _Client
from ._runtime.batch import BatchIterator
from .async_client import AsyncSpark
from .async_conversation import AsyncConversation, AsyncConversationStream
from .async_stream import AsyncEventStream, AsyncStream
from .client import Spark
from .conversation import Conversation, ConversationStream
from .embeddings import Embedding
from .enums import (
    Connection,
    EventKind,
    Feature,
    Outcome,
    Phase,
    Status,
    Transport,
    WarningCode,
)
from .errors import (
    AuthenticationError,
    BatchStoppedError,
    CancelledError,
    CertificateError,
    ConfigError,
    ConnectError,
    ContentFilteredError,
    ContextLengthError,
    ForkedError,
    HandshakeError,
    InternalError,
    InvalidArgumentError,
    InvalidRequestError,
    LimiterError,
    OutOfMemoryError,
    OverloadedError,
    ParseError,
    PermissionDeniedError,
    ProtocolError,
    QuotaError,
    RateLimitError,
    ResolveError,
    ServiceError,
    SparkError,
    SparkTimeoutError,
    StateError,
    TLSError,
    TooLargeError,
    ToolLimitError,
    TransportError,
    TruncatedError,
)
from .events import (
    Citation,
    Event,
    Ready,
    Reasoning,
    ServiceWarning,
    Text,
    ToolCall,
    Usage,
)
from .messages import Image, Message, MessageLike, Messages, ToolResult
from .models import Endpoint, Model, models
from .options import Options
from .response import ParsedResponse, Response, Timings
from .settings import Changes as _Changes
from .settings import Settings
from .stream import EventStream, Stream
from .tools import Tool, ToolLike
from .warm import AsyncWarmConnection, WarmConnection

# By convention, a library logs nothing unless the program configures logging.
logging.getLogger(__name__).addHandler(logging.NullHandler())

_showing.show_members(Options, "The options; if no default is given, the service's applies:")
_showing.show_members(Settings, "The settings, and the options for every question:")
_showing.show_members(_Changes, "You can change:")
for _kind in (
    _Client,
    Spark,
    AsyncSpark,
    Conversation,
    AsyncConversation,
    WarmConnection,
    AsyncWarmConnection,
):
    _showing.show_functions(_kind)
for _kind in (Spark, AsyncSpark):
    _showing.show_arguments(
        _kind, "Settings, and options for every question; None leaves one unset:"
    )

library_version: str = _version_details().decode()
"""The versions of the library and of what it runs on, for a bug report."""

__all__ = [
    "ABI_VERSION",
    "AsyncBatchIterator",
    "AsyncConversation",
    "AsyncConversationStream",
    "AsyncEventStream",
    "AsyncSpark",
    "AsyncStream",
    "AsyncWarmConnection",
    "AuthenticationError",
    "BatchIterator",
    "BatchStoppedError",
    "CancelledError",
    "CertificateError",
    "Citation",
    "ConfigError",
    "ConnectError",
    "Connection",
    "ContentFilteredError",
    "ContextLengthError",
    "Conversation",
    "ConversationStream",
    "Embedding",
    "Endpoint",
    "Event",
    "EventKind",
    "EventStream",
    "Feature",
    "ForkedError",
    "HandshakeError",
    "Image",
    "InternalError",
    "InvalidArgumentError",
    "InvalidRequestError",
    "LimiterError",
    "Message",
    "MessageLike",
    "Messages",
    "Model",
    "Options",
    "OutOfMemoryError",
    "Outcome",
    "OverloadedError",
    "ParseError",
    "ParsedResponse",
    "PermissionDeniedError",
    "Phase",
    "ProtocolError",
    "QuotaError",
    "RateLimitError",
    "Ready",
    "Reasoning",
    "ResolveError",
    "Response",
    "ServiceError",
    "ServiceWarning",
    "Settings",
    "Spark",
    "SparkError",
    "SparkTimeoutError",
    "StateError",
    "Status",
    "Stream",
    "TLSError",
    "Text",
    "Timings",
    "TooLargeError",
    "Tool",
    "ToolCall",
    "ToolLike",
    "ToolLimitError",
    "ToolResult",
    "Transport",
    "TransportError",
    "TruncatedError",
    "Usage",
    "WarmConnection",
    "WarningCode",
    "__version__",
    "library_version",
    "models",
]
