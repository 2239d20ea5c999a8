# Generated from settings.py and options.py by scripts/generate.py; do not edit.
"""Descriptions of all settings and options."""

from __future__ import annotations

# Type, text, and default.
TEXTS: dict[str, tuple[str, str, str]] = {
    "app_id": (
        "str",
        "The APPID of the console, for WebSocket.",
        "",
    ),
    "api_key": (
        "str",
        "The APIKey of the console.",
        "",
    ),
    "api_secret": (
        "str",
        "The APISecret of the console.",
        "",
    ),
    "api_password": (
        "str",
        "The APIPassword of the console, for HTTP; each model has its own.",
        "",
    ),
    "model": (
        "str",
        (
            'A name from the table of models, such as "4.0Ultra", "max" or "x1"; it sets URL and '
            "domain. `sparkchat.models()` lists them."
        ),
        '"max"',
    ),
    "transport": (
        'Literal["auto", "websocket", "http"] | Transport',
        (
            'For models that are available over both: "auto" uses HTTP if an API password is '
            "given, and WebSocket otherwise; WebSocket also if the password is the environment's "
            "and the other credentials are complete."
        ),
        '"auto"',
    ),
    "url": (
        "str",
        "The URL to ask, if not the model's own: wss:// or https://.",
        "",
    ),
    "domain": (
        "str",
        'The service\'s name for the model, such as "generalv3.5"; for a hosted model, its id.',
        "",
    ),
    "embedding_url": (
        "str",
        "The URL for embeddings, if not the service's own: https://.",
        "",
    ),
    "user_id": (
        "str",
        "The user who asks the questions: 1 to 32 characters.",
        "",
    ),
    "patch_id": (
        "str",
        "The id of a fine-tuned model.",
        "",
    ),
    "ca_file": (
        "FilePath",
        "Certificates to trust instead of the system's: a PEM file.",
        "",
    ),
    "ca_directory": (
        "FilePath",
        'The same as a directory prepared by `openssl rehash`; separate several with ":".',
        "",
    ),
    "client_certificate": (
        "tuple[FilePath, FilePath]",
        "A PEM file with your own certificate, and one with its key.",
        "",
    ),
    "pinned_public_key": (
        "str",
        (
            "A public key that the server must have, in addition to a valid certificate: "
            '"sha256//...".'
        ),
        "",
    ),
    "proxy": (
        "str",
        'The URL of an HTTP or SOCKS 5 proxy; "" for none.',
        "the environment's",
    ),
    "resolve_timeout": (
        "Seconds",
        (
            "Seconds to look up the host name. 0 disables this deadline, as it does all others "
            "except `close_timeout`."
        ),
        "10 s",
    ),
    "connect_timeout": (
        "Seconds",
        "Seconds to connect to any of the host's addresses, and again for the proxy's handshake.",
        "10 s",
    ),
    "tls_timeout": (
        "Seconds",
        "Seconds for the TLS handshake.",
        "10 s",
    ),
    "upgrade_timeout": (
        "Seconds",
        "Seconds for the WebSocket upgrade.",
        "15 s",
    ),
    "first_token_timeout": (
        "Seconds",
        "Seconds from the question to the first message of the answer.",
        "120 s, and 300 s for reasoning models",
    ),
    "idle_timeout": (
        "Seconds",
        "Seconds between two messages of the answer.",
        "120 s",
    ),
    "total_timeout": (
        "Seconds",
        "Seconds for the whole exchange, retries included.",
        "no limit",
    ),
    "close_timeout": (
        "Seconds",
        (
            "Seconds for the server's closing handshake after a finished answer; 0 does not wait "
            "for it."
        ),
        "1 s",
    ),
    "queue_timeout": (
        "Seconds",
        "Seconds to wait in the queue, if `max_rate` or `max_concurrency` is set.",
        "60 s",
    ),
    "max_attempts": (
        "int",
        (
            "How many attempts to make in all if failures are transient: 1 to 10. There is no "
            "other attempt once a part of the answer has been delivered."
        ),
        "3",
    ),
    "retry_budget": (
        "Seconds",
        "Seconds after the first attempt during which another may begin.",
        "60 s",
    ),
    "retry_backoff": (
        "tuple[Seconds, Seconds]",
        (
            "Two times in seconds: the longest wait before the second attempt, which doubles with "
            "each further attempt, and the limit of this doubling."
        ),
        "0.5 s, 8 s",
    ),
    "clock_correction": (
        "bool",
        "Whether to sign again with the server's time if this machine's clock is wrong.",
        "False",
    ),
    "max_rate": (
        "float",
        "Questions started per second; others wait in the queue.",
        "no limit",
    ),
    "max_concurrency": (
        "int",
        "Questions running at once; others wait in the queue.",
        "no limit",
    ),
    "limiter": (
        "Limiter",
        (
            "A limiter that also decides when a question may start: a `FileLimiter` or a "
            "`RedisLimiter`, for limits that several processes share, or one of your own; see "
            "sparkchat.limiters."
        ),
        "none",
    ),
    "max_idle_connections": (
        "int",
        "How many HTTP connections are kept for later questions.",
        "8",
    ),
    "keepalive": (
        "Seconds",
        (
            "Seconds of silence after which the peer is probed, so that routers do not forget the "
            "connection; a dead connection is noticed after twice that. 0 disables probes."
        ),
        "60 s",
    ),
    "max_message_size": (
        "Bytes",
        "The largest message accepted, in bytes.",
        "4 MiB",
    ),
    "max_answer_size": (
        "Bytes",
        "The largest answer kept, in bytes.",
        "64 MiB",
    ),
    "keep_raw": (
        "bool",
        "Whether to keep the service's messages as they were received, for `Response.raw`.",
        "False",
    ),
    "environment": (
        "bool",
        "Whether to read settings that are not given from the environment.",
        "True",
    ),
    "pickle_secrets": (
        "bool",
        "Whether pickling the client includes credentials that were given as arguments.",
        "False",
    ),
    "temperature": (
        "float",
        (
            "Sampling temperature: 0 to 1; for reasoning models, and general models over HTTP, 0 "
            "to 2. X2.5 takes only 1."
        ),
        "",
    ),
    "top_k": (
        "int",
        "How many candidates to choose from: 1 to 6.",
        "",
    ),
    "top_p": (
        "float",
        "Nucleus sampling: above 0 to 1; for reasoning models, and over HTTP; not for X2.5.",
        "",
    ),
    "max_tokens": (
        "int",
        "The longest answer, in tokens; reasoning counts, too.",
        "",
    ),
    "presence_penalty": (
        "float",
        (
            "Penalizes words that are already there: 0 to 3 for reasoning models, -2 to 2 for "
            "others over HTTP; not for X2.5."
        ),
        "",
    ),
    "frequency_penalty": (
        "float",
        (
            "Penalizes frequent words: 0 to 1 for reasoning models, -2 to 2 for others over HTTP; "
            "not for X2.5."
        ),
        "",
    ),
    "chat_id": (
        "str",
        "Links questions in the service's records; the service keeps no history with it.",
        "",
    ),
    "auditing": (
        'Literal["strict", "moderate", "loose", "default"]',
        "How strictly the service moderates; for hosted models.",
        "",
    ),
    "thinking": (
        'bool | Literal["enabled", "disabled", "auto"]',
        (
            "Whether a reasoning model thinks first. Hosted models such as spark-x2.5 think by "
            "default."
        ),
        "",
    ),
    "reasoning_effort": (
        "str",
        (
            'How much a hosted model thinks, over HTTP: "low", "medium", "high", or another value '
            "of the service."
        ),
        "",
    ),
    "search": (
        'bool | Literal["disabled", "normal", "deep"]',
        'Whether to search the web: "deep" reads whole pages. True is "normal".',
        "",
    ),
    "references": (
        "bool",
        "Whether to send the sources of a web search, as `Citation`s.",
        "False",
    ),
    "tools": (
        "Sequence[ToolLike]",
        (
            "Functions that the model may call: plain functions, `Tool`s, or dicts. A "
            "`Conversation` calls them; otherwise the calls are in the `Response`."
        ),
        "",
    ),
    "tool_choice": (
        "str | Mapping[str, Any]",
        (
            'Whether the model calls a function: "auto" (the model decides), "none", "required" '
            "(at least one), or the name of the one that it must call; OpenAI's dict with this "
            "name is accepted, too."
        ),
        "",
    ),
    "stop": (
        "str | Sequence[str]",
        (
            "Ends the answer before the first of these texts to be complete. The service has no "
            "such option: the library cuts the answer and stops the service. The token count is "
            "then rarely available."
        ),
        "",
    ),
    "response_format": (
        'Literal["text", "json_object"] | Mapping[str, str]',
        (
            'The format of the answer; `{"type": "json_object"}` is accepted, too. JSON works over '
            "HTTP only, and a message must also ask for it."
        ),
        "",
    ),
    "extra": (
        "Mapping[str, Any]",
        (
            "Members that this package does not know yet, merged into the request's JSON last. "
            '`{"new_option": 1}` over HTTP is `{"parameter": {"chat": {"new_option": 1}}}` over '
            "WebSocket."
        ),
        "",
    ),
}
