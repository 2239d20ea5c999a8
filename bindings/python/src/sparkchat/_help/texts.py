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
            'A name of the service\'s table of models, such as "4.0Ultra", "max" or "x1": it gives '
            "URL and domain. `sparkchat.models()` lists them."
        ),
        '"max"',
    ),
    "transport": (
        'Literal["auto", "websocket", "http"] | Transport',
        (
            'For models that are served in both ways: "auto" takes HTTP where an API password is '
            "given, and WebSocket otherwise."
        ),
        '"auto"',
    ),
    "url": (
        "str",
        "Where to ask, if not where the model is: wss:// or https://.",
        "",
    ),
    "domain": (
        "str",
        'The service\'s own word for the model, such as "generalv3.5"; of a hosted model, its id.',
        "",
    ),
    "embedding_url": (
        "str",
        "Where to ask for the vectors of texts, if not at the service's own address: https://.",
        "",
    ),
    "user_id": (
        "str",
        "Whom the questions come from: 1 to 32 characters.",
        "",
    ),
    "patch_id": (
        "str",
        "Names a fine-tuned model.",
        "",
    ),
    "ca_file": (
        "FilePath",
        "Certificates to trust instead of the system's: a PEM file.",
        "",
    ),
    "ca_directory": (
        "FilePath",
        'The same in a directory, as `openssl rehash` prepares it; several are separated by ":".',
        "",
    ),
    "client_certificate": (
        "tuple[FilePath, FilePath]",
        "A PEM file with a certificate of one's own, and one with its key.",
        "",
    ),
    "pinned_public_key": (
        "str",
        'What the server must have as well: "sha256//...".',
        "",
    ),
    "proxy": (
        "str",
        'The URL of an HTTP or SOCKS 5 proxy; "" for none.',
        "that of the environment",
    ),
    "resolve_timeout": (
        "Seconds",
        "Seconds to look up the host name. 0 switches this deadline off, as all others.",
        "10 s",
    ),
    "connect_timeout": (
        "Seconds",
        "Seconds to connect to any of the host's addresses.",
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
        "Seconds for the server's goodbye behind a finished answer.",
        "1 s",
    ),
    "queue_timeout": (
        "Seconds",
        "Seconds to wait in line, where `max_rate` or `max_concurrency` is set.",
        "60 s",
    ),
    "max_attempts": (
        "int",
        (
            "How often to try in all what may pass by itself, but never once a part of the answer "
            "has been delivered: 1 to 10."
        ),
        "3",
    ),
    "retry_budget": (
        "Seconds",
        "Seconds after the first attempt in which another may begin.",
        "60 s",
    ),
    "retry_backoff": (
        "tuple[Seconds, Seconds]",
        "The longest wait in seconds before the second attempt, and before any.",
        "0.5 s, 8 s",
    ),
    "clock_correction": (
        "bool",
        "Whether to sign again with the server's time where this machine's clock is wrong.",
        "False",
    ),
    "max_rate": (
        "float",
        "Questions begun in a second; others wait in line.",
        "no limit",
    ),
    "max_concurrency": (
        "int",
        "Questions under way at once; others wait in line.",
        "no limit",
    ),
    "limiter": (
        "Limiter",
        (
            "Who else decides when a question may be asked: a `FileLimiter` or a `RedisLimiter`, "
            "for limits that several processes have in common, or one of your own; see "
            "sparkchat.limiters."
        ),
        "nobody",
    ),
    "max_idle_connections": (
        "int",
        "How many connections over HTTP are kept for the next questions.",
        "8",
    ),
    "keepalive": (
        "Seconds",
        (
            "Seconds without a word after which the peer is probed, so that routers do not forget "
            "the connection; a dead one is noticed after twice that. 0 never probes."
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
        "Whether to keep the service's messages as they came, for `Response.raw`.",
        "False",
    ),
    "environment": (
        "bool",
        "Whether to take from the environment what is not given.",
        "True",
    ),
    "pickle_secrets": (
        "bool",
        "Whether credentials that were given go along when the client is pickled.",
        "False",
    ),
    "temperature": (
        "float",
        "Sampling temperature: 0 to 1, for reasoning models and over HTTP 0 to 2.",
        "",
    ),
    "top_k": (
        "int",
        "How many candidates to choose among: 1 to 6.",
        "",
    ),
    "top_p": (
        "float",
        "Nucleus sampling: above 0 to 1; reasoning models, and over HTTP.",
        "",
    ),
    "max_tokens": (
        "int",
        "The longest answer, in tokens; what a reasoning model thinks counts.",
        "",
    ),
    "presence_penalty": (
        "float",
        "Against words already there: 0 to 3 for reasoning models, -2 to 2 for others over HTTP.",
        "",
    ),
    "frequency_penalty": (
        "float",
        "Against frequent words: 0 to 1 for reasoning models, -2 to 2 for others over HTTP.",
        "",
    ),
    "chat_id": (
        "str",
        "Links questions in the service's records; it keeps no history by it.",
        "",
    ),
    "auditing": (
        'Literal["strict", "moderate", "loose", "default"]',
        "How strictly the service moderates; hosted models.",
        "",
    ),
    "thinking": (
        'bool | Literal["enabled", "disabled", "auto"]',
        "Whether a reasoning model thinks first. Hosted models such as spark-x2.5 do by default.",
        "",
    ),
    "reasoning_effort": (
        "str",
        (
            'How much a hosted model thinks, over HTTP: "low", "medium", "high", or the service\'s '
            "word."
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
            'Whether the model calls a function: "auto" (as it thinks fit), "none", "required" (at '
            "least one), or the name of the one that it must call; OpenAI's dict with this name is "
            "understood."
        ),
        "",
    ),
    "stop": (
        "str | Sequence[str]",
        (
            "Where the answer ends: in front of the first of these texts to be complete. The "
            "service has no such option: the answer is cut here, and the service is stopped. Its "
            "count of tokens then rarely comes."
        ),
        "",
    ),
    "response_format": (
        'Literal["text", "json_object"] | Mapping[str, str]',
        (
            'What the answer is to be; `{"type": "json_object"}` is understood, too. JSON is for '
            "HTTP only, and a message has to ask for it as well."
        ),
        "",
    ),
    "extra": (
        "Mapping[str, Any]",
        (
            "What this package does not know yet: merged into the request's JSON last. "
            '`{"new_option": 1}` over HTTP is `{"parameter": {"chat": {"new_option": 1}}}` over '
            "WebSocket."
        ),
        "",
    ),
}
