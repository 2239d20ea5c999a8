"""Names from other packages (openai, langchain, requests, the official SDKs), and the names here.

They are not accepted as aliases: one name per option is enough, and several of them mean something
else there. The error for such a name suggests the right one.
"""

from __future__ import annotations

_ALIASES = {
    "api_password": "password passwd token access_token auth_token bearer_token apipassword auth",
    "app_id": "spark_app_id appid application_id xfyun_app_id",
    "api_key": "spark_api_key apikey app_key key openai_api_key",
    "api_secret": "spark_api_secret apisecret app_secret secret secret_key",
    "url": "base_url api_base api_url spark_api_url openai_api_base endpoint host spark_url uri"
    " service_url server server_url base_uri ws_url websocket_base_url",
    "model": "model_name engine deployment deployment_name azure_deployment model_id",
    "domain": "spark_llm_domain spark_domain service_id",
    "user_id": "user uid spark_user_id end_user safety_identifier",
    "patch_id": "lora_id resource_id",
    "proxy": "proxies http_proxy https_proxy all_proxy spark_proxy openai_proxy proxy_url",
    "ca_file": "cafile ca_bundle ca_cert ca_certs ssl_cert_file verify_path",
    "client_certificate": "cert client_cert certfile",
    "connect_timeout": "connection_timeout open_timeout dial_timeout connecttimeout",
    "queue_timeout": "pool_timeout wait_timeout acquire_timeout",
    "max_rate": "qps rps requests_per_second rate rate_limit rate_limiter max_qps",
    "max_concurrency": "limits concurrency max_connections parallelism max_workers",
    "max_idle_connections": "max_keepalive_connections pool_size pool_maxsize pool_connections",
    "retry_backoff": "backoff backoff_factor retry_delay retry_wait min_retry_delay"
    " max_retry_delay wait_exponential",
    "keep_raw": "raw include_raw raw_response include_response_headers",
    "max_tokens": "max_completion_tokens max_output_tokens max_new_tokens max_length n_predict"
    " max_tokens_to_sample num_predict",
    "stop": "stop_sequences stop_sequence stop_words stop_token stop_tokens",
    "response_format": "json_mode json response_mime_type",
    "tools": "functions plugins",
    "tool_choice": "function_call",
    "reasoning_effort": "effort reasoning thinking_budget reasoning_budget",
    "thinking": "enable_thinking",
    "search": "web_search enable_search search_mode search_disable web_search_options",
    "references": "show_ref_label citations",
    "extra": "extra_body extra_json model_kwargs additional_kwargs extra_params kwargs",
    "chat_id": "conversation_id session_id thread_id",
    "environment": "load_env dotenv env use_env trust_env",
}

_ADVICE = {
    "timeout": "did you mean total_timeout (seconds for the whole answer), or first_token_timeout"
    " and idle_timeout (seconds until the first and the next piece of it)?",
    "max_retries": "did you mean max_attempts? It counts the first attempt as well: max_retries=2"
    " is max_attempts=3",
    "stream": "use stream(...) for the events of an answer, and invoke(...) for the whole answer",
    "n": "the service gives one answer to a question: ask several times, with"
    " batch([question] * n)",
    "verify": "certificates are always verified; did you mean ca_file, for your own authority?",
    "messages": "pass them to invoke(...), stream(...) or conversation(...), as the first argument",
    "prompt": "pass it as the first argument: invoke(...) and stream(...) take a str or messages",
    "system": 'begin the messages with ("system", "..."), or use conversation(system=...)',
    "history": "pass it with the question, as messages, or use conversation(...)",
    "stream_options": "token counts are always included: see the usage of the response",
    "rpm": "did you mean max_rate? It counts questions per second: rpm=60 is max_rate=1",
    "timeout_ms": "times are in seconds: did you mean total_timeout, or first_token_timeout and"
    " idle_timeout?",
    "response_schema": "did you mean parse(...), which converts the answer into a type?",
    "parallel_tool_calls": "the service has no such option: the model decides",
    "callbacks": "that is for LangChain: use the chat model of sparkchat.langchain",
    "http_client": "the library opens its own connections; did you mean proxy, ca_file, or one of"
    " the timeouts?",
    "headers": "the service needs no custom headers; extra={...} adds to the request's JSON",
    "debug": 'use logging: logging.getLogger("sparkchat").setLevel("DEBUG")',
    "organization": "the service has no organizations: the app id identifies your account",
    "seed": "this package has no such option; if the service has it, pass it in extra",
}
_ALSO = {
    "timeout": "request_timeout read_timeout write_timeout response_timeout sock_read"
    " openai_timeout default_timeout stream_timeout chunk_timeout stream_chunk_timeout",
    "max_retries": "retries max_retry num_retries retry n_retries retry_count max_tries",
    "stream": "streaming stream_mode astream",
    "n": "best_of num_completions candidate_count n_best num_return_sequences",
    "verify": "verify_ssl ssl ssl_verify check_hostname insecure ssl_context allow_insecure",
    "messages": "question questions message",
    "prompt": "input inputs query text content",
    "system": "system_prompt system_message instructions system_instruction developer",
    "history": "chat_history memory context previous_response_id conversation",
    "rpm": "requests_per_minute max_rpm rpm_limit",
    "stream_options": "stream_usage include_usage",
    "timeout_ms": "timeout_millis timeout_seconds",
    "response_schema": "schema response_model output_type output_schema text_format json_schema",
    "parallel_tool_calls": "max_tool_calls",
    "callbacks": "callback_manager callback tags run_name config cache",
    "http_client": "http_async_client session client transport_adapter async_client adapter",
    "headers": "default_headers extra_headers extra_query default_query user_agent http_headers",
    "debug": "verbose log_level logger trace",
    "organization": "project organization_id workspace api_version openai_organization",
    "seed": "logprobs top_logprobs logit_bias store service_tier modalities prediction audio"
    " truncation metadata verbosity prompt_cache_key moderation repetition_penalty min_p"
    " ignore_eos echo suffix",
}
_TIMES = "connect_timeout queue_timeout"


def _all() -> dict[str, str]:
    found = dict(_ADVICE)
    for name, words in _ALIASES.items():
        unit = " (in seconds)" if name in _TIMES else ""
        found |= dict.fromkeys(words.split(), f"did you mean {name}{unit}?")
    for word, others in _ALSO.items():
        found |= dict.fromkeys(others.split(), _ADVICE[word])
    return found


ADVICE = _all()
"""What to use instead of each name."""

_METHODS = {
    "did you mean invoke(...), or stream(...) for its events? chat.completions.create(messages=m)"
    " is invoke(m), and choices[0].message.content is text": "chat completions responses messages"
    " create generate predict complete",
    "did you mean embed(...)?": "embeddings embed_query embed_documents",
    "did you mean sparkchat.models(), or model, the client's own?": "models",
    "did you mean the method of AsyncSpark without the a, as in await chat.invoke(...)?": "ainvoke"
    " astream abatch aembed",
    "did you mean invoke(...), or conversation().ask(...)?": "ask send run",
    "did you mean with_options(tools=...), or conversation(tools=...)?": "bind_tools bind",
    "did you mean parse(...)?": "with_structured_output beta",
}

METHODS = {word: advice for advice, words in _METHODS.items() for word in words.split()}
"""What to use instead of each attribute of another package's client."""
