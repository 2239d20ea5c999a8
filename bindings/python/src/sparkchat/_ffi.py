"""Every function of libsparkchat's header, and nothing else.

Names are those of the header without `sparkchat_`. A test compares the two.
"""

from collections.abc import Callable
from ctypes import (
    POINTER,
    c_char_p,
    c_double,
    c_int,
    c_int64,
    c_size_t,
    c_uint64,
    c_void_p,
)
from typing import Any

from ._lib import bind, bind_quick
from ._types import (
    CallFunction,
    ClientOut,
    ClientPointer,
    ConfigPointer,
    Connection,
    ConversationOut,
    ConversationPointer,
    DestroyFunction,
    ErrorOut,
    ErrorPointer,
    EventFunction,
    EventKind,
    EventOut,
    EventPointer,
    Feature,
    FunctionChoice,
    FunctionResultPointer,
    GroupOut,
    GroupPointer,
    LengthOut,
    LogFunction,
    LogLevel,
    ModelPointer,
    Outcome,
    Phase,
    RequestOut,
    RequestPointer,
    ResponseFormat,
    ResponseOut,
    ResponsePointer,
    Role,
    Search,
    Status,
    StreamOut,
    StreamPointer,
    StringOut,
    StringPointer,
    Support,
    Thinking,
    Timing,
    Tokens,
    Transport,
)


def _setting(name: str, *values: Any) -> Callable[..., Any]:
    return bind_quick(f"config_set_{name}", Status, ConfigPointer, *values, ErrorOut)


def _option(name: str, *values: Any) -> Callable[..., Any]:
    return bind_quick(f"request_set_{name}", Status, RequestPointer, *values, ErrorOut)


version_number = bind_quick("version_number", c_int)
version_string = bind_quick("version_string", c_char_p)
version_details = bind_quick("version_details", c_char_p)
abi_version = bind_quick("abi_version", c_int)

status_name = bind_quick("status_name", c_char_p, Status)
outcome_name = bind_quick("outcome_name", c_char_p, Outcome)
phase_name = bind_quick("phase_name", c_char_p, Phase)
event_kind_name = bind_quick("event_kind_name", c_char_p, EventKind)
transport_name = bind_quick("transport_name", c_char_p, Transport)
role_name = bind_quick("role_name", c_char_p, Role)
function_choice_name = bind_quick("function_choice_name", c_char_p, FunctionChoice)
response_format_name = bind_quick("response_format_name", c_char_p, ResponseFormat)
feature_name = bind_quick("feature_name", c_char_p, Feature)
support_name = bind_quick("support_name", c_char_p, Support)
tokens_name = bind_quick("tokens_name", c_char_p, Tokens)
thinking_name = bind_quick("thinking_name", c_char_p, Thinking)
search_name = bind_quick("search_name", c_char_p, Search)
timing_name = bind_quick("timing_name", c_char_p, Timing)
connection_name = bind_quick("connection_name", c_char_p, Connection)
log_level_name = bind_quick("log_level_name", c_char_p, LogLevel)

error_status = bind_quick("error_status", Status, ErrorPointer)
error_message = bind_quick("error_message", c_char_p, ErrorPointer)
error_hint = bind_quick("error_hint", c_char_p, ErrorPointer)
error_service_code = bind_quick("error_service_code", c_int, ErrorPointer)
error_sid = bind_quick("error_sid", c_char_p, ErrorPointer)
error_http_status = bind_quick("error_http_status", c_int, ErrorPointer)
error_http_body = bind_quick("error_http_body", c_char_p, ErrorPointer)
error_server_date = bind_quick("error_server_date", c_char_p, ErrorPointer)
error_clock_skew = bind_quick("error_clock_skew", c_int, ErrorPointer, POINTER(c_int64))
error_retry_after_ms = bind_quick("error_retry_after_ms", c_int64, ErrorPointer)
error_os_errno = bind_quick("error_os_errno", c_int, ErrorPointer)
error_phase = bind_quick("error_phase", Phase, ErrorPointer)
error_retryable = bind_quick("error_retryable", c_int, ErrorPointer)
error_free = bind("error_free", None, ErrorPointer)

config_new = bind_quick("config_new", ConfigPointer)
config_free = bind("config_free", None, ConfigPointer)
config_set_app_id = _setting("app_id", c_char_p)
config_set_api_key = _setting("api_key", c_char_p)
config_set_api_secret = _setting("api_secret", c_char_p)
config_set_api_password = _setting("api_password", c_char_p)
config_set_transport = _setting("transport", Transport)
config_set_model = _setting("model", c_char_p)
config_set_url = _setting("url", c_char_p)
config_set_domain = _setting("domain", c_char_p)
config_set_user_id = _setting("user_id", c_char_p)
config_set_patch_id = _setting("patch_id", c_char_p)
config_set_ca_file = _setting("ca_file", c_char_p)
config_set_ca_directory = _setting("ca_directory", c_char_p)
# Holding the GIL keeps other threads of Python from changing the environment meanwhile.
config_load_environment = bind_quick("config_load_environment", Status, ConfigPointer, ErrorOut)
config_set_resolve_timeout = _setting("resolve_timeout", c_int)
config_set_connect_timeout = _setting("connect_timeout", c_int)
config_set_tls_timeout = _setting("tls_timeout", c_int)
config_set_upgrade_timeout = _setting("upgrade_timeout", c_int)
config_set_first_token_timeout = _setting("first_token_timeout", c_int)
config_set_idle_timeout = _setting("idle_timeout", c_int)
config_set_total_timeout = _setting("total_timeout", c_int)
config_set_close_timeout = _setting("close_timeout", c_int)
config_set_queue_timeout = _setting("queue_timeout", c_int)
config_set_max_message_size = _setting("max_message_size", c_size_t)
config_set_max_answer_size = _setting("max_answer_size", c_size_t)
config_set_keep_raw = _setting("keep_raw", c_int)
config_set_max_attempts = _setting("max_attempts", c_int)
config_set_retry_budget = _setting("retry_budget", c_int)
config_set_retry_backoff = _setting("retry_backoff", c_int, c_int)
config_set_clock_correction = _setting("clock_correction", c_int)
config_set_max_rate = _setting("max_rate", c_double)
config_set_max_concurrency = _setting("max_concurrency", c_int)
config_set_max_idle_connections = _setting("max_idle_connections", c_int)
config_set_proxy = _setting("proxy", c_char_p)
config_load_proxy_environment = bind_quick(
    "config_load_proxy_environment", Status, ConfigPointer, ErrorOut
)
config_set_client_certificate = _setting("client_certificate", c_char_p, c_char_p)
config_set_pinned_public_key = _setting("pinned_public_key", c_char_p)
config_set_log = _setting("log", LogLevel, LogFunction, c_void_p, DestroyFunction)

client_new = bind("client_new", Status, ConfigPointer, ClientOut, ErrorOut)
client_free = bind("client_free", None, ClientPointer)
client_url = bind_quick("client_url", c_char_p, ClientPointer)
client_domain = bind_quick("client_domain", c_char_p, ClientPointer)
client_transport = bind_quick("client_transport", Transport, ClientPointer)
client_model = bind_quick("client_model", ModelPointer, ClientPointer)
client_invoke = bind("client_invoke", Status, ClientPointer, RequestPointer, ResponseOut, ErrorOut)
client_stream = bind(
    "client_stream",
    Status,
    ClientPointer,
    RequestPointer,
    EventFunction,
    c_void_p,
    ResponseOut,
    ErrorOut,
)
client_open = bind("client_open", Status, ClientPointer, RequestPointer, StreamOut, ErrorOut)
client_connect = bind("client_connect", Status, ClientPointer, StreamOut, ErrorOut)

model_count = bind_quick("model_count", c_size_t)
model_at = bind_quick("model_at", ModelPointer, c_size_t)
model_find = bind_quick("model_find", ModelPointer, c_char_p)
model_name = bind_quick("model_name", c_char_p, ModelPointer)
model_alias = bind_quick("model_alias", c_char_p, ModelPointer, c_size_t)
model_url = bind_quick("model_url", c_char_p, ModelPointer, Transport)
model_domain = bind_quick("model_domain", c_char_p, ModelPointer, Transport)
model_context_tokens = bind_quick("model_context_tokens", c_int64, ModelPointer)
model_max_tokens = bind_quick("model_max_tokens", c_int64, ModelPointer)
model_supports = bind_quick("model_supports", Support, ModelPointer, Feature)

request_new = bind_quick("request_new", RequestPointer)
request_free = bind("request_free", None, RequestPointer)
request_copy = bind_quick("request_copy", RequestPointer, RequestPointer)
request_add_message = bind_quick(
    "request_add_message", Status, RequestPointer, Role, c_char_p, c_size_t, ErrorOut
)
request_add_image = bind("request_add_image", Status, RequestPointer, c_void_p, c_size_t, ErrorOut)
request_add_image_file = bind("request_add_image_file", Status, RequestPointer, c_char_p, ErrorOut)
request_add_function_call = bind_quick(
    "request_add_function_call",
    Status,
    RequestPointer,
    c_char_p,
    c_char_p,
    c_char_p,
    c_size_t,
    ErrorOut,
)
request_add_function_result = bind_quick(
    "request_add_function_result", Status, RequestPointer, c_char_p, c_char_p, c_size_t, ErrorOut
)
request_add_response = bind_quick(
    "request_add_response", Status, RequestPointer, ResponsePointer, ErrorOut
)
request_add_function = bind_quick(
    "request_add_function", Status, RequestPointer, c_char_p, c_char_p, c_char_p, ErrorOut
)
request_set_temperature = _option("temperature", c_double)
request_set_top_k = _option("top_k", c_int)
request_set_top_p = _option("top_p", c_double)
request_set_max_tokens = _option("max_tokens", c_int)
request_set_presence_penalty = _option("presence_penalty", c_double)
request_set_frequency_penalty = _option("frequency_penalty", c_double)
request_set_chat_id = _option("chat_id", c_char_p)
request_set_auditing = _option("auditing", c_char_p)
request_set_thinking = _option("thinking", Thinking)
request_set_web_search = _option("web_search", Search, c_int)
request_set_function_choice = _option("function_choice", FunctionChoice, c_char_p)
request_set_response_format = _option("response_format", ResponseFormat)
request_set_extra_json = _option("extra_json", c_char_p, c_size_t)

stream_next = bind("stream_next", Status, StreamPointer, c_int, EventOut, ErrorOut)
stream_send = bind("stream_send", Status, StreamPointer, RequestPointer, ErrorOut)
stream_set_user_data = bind_quick("stream_set_user_data", None, StreamPointer, c_void_p)
stream_user_data = bind_quick("stream_user_data", c_void_p, StreamPointer)
stream_response = bind_quick("stream_response", ResponsePointer, StreamPointer)
stream_cancel = bind_quick("stream_cancel", None, StreamPointer)
stream_free = bind("stream_free", None, StreamPointer)

group_new = bind("group_new", Status, GroupOut, ErrorOut)
group_free = bind("group_free", None, GroupPointer)
group_add = bind("group_add", Status, GroupPointer, StreamPointer, ErrorOut)
group_remove = bind("group_remove", Status, GroupPointer, StreamPointer, ErrorOut)
group_count = bind_quick("group_count", c_size_t, GroupPointer)
group_fd = bind_quick("group_fd", c_int, GroupPointer)
group_next = bind("group_next", Status, GroupPointer, c_int, StreamOut, EventOut, ErrorOut)
group_wake = bind_quick("group_wake", None, GroupPointer)

event_kind_of = bind_quick("event_kind_of", EventKind, EventPointer)
event_text = bind_quick("event_text", c_char_p, EventPointer, LengthOut)
event_function_id = bind_quick("event_function_id", c_char_p, EventPointer)
event_function_name = bind_quick("event_function_name", c_char_p, EventPointer)
event_function_arguments = bind_quick("event_function_arguments", c_char_p, EventPointer, LengthOut)
event_function_arguments_valid = bind_quick("event_function_arguments_valid", c_int, EventPointer)
event_citation_index = bind_quick("event_citation_index", c_int, EventPointer)
event_citation_title = bind_quick("event_citation_title", c_char_p, EventPointer)
event_citation_url = bind_quick("event_citation_url", c_char_p, EventPointer)
event_tokens = bind_quick("event_tokens", c_int64, EventPointer, Tokens)
event_code = bind_quick("event_code", c_int, EventPointer)

response_outcome = bind_quick("response_outcome", Outcome, ResponsePointer)
response_text = bind_quick("response_text", c_char_p, ResponsePointer, LengthOut)
response_reasoning = bind_quick("response_reasoning", c_char_p, ResponsePointer, LengthOut)
response_raw = bind_quick("response_raw", c_char_p, ResponsePointer, LengthOut)
response_sid = bind_quick("response_sid", c_char_p, ResponsePointer)
response_tokens = bind_quick("response_tokens", c_int64, ResponsePointer, Tokens)
response_function_call_count = bind_quick("response_function_call_count", c_size_t, ResponsePointer)
response_function_id = bind_quick("response_function_id", c_char_p, ResponsePointer, c_size_t)
response_function_name = bind_quick("response_function_name", c_char_p, ResponsePointer, c_size_t)
response_function_arguments = bind_quick(
    "response_function_arguments", c_char_p, ResponsePointer, c_size_t, LengthOut
)
response_function_arguments_valid = bind_quick(
    "response_function_arguments_valid", c_int, ResponsePointer, c_size_t
)
response_citation_count = bind_quick("response_citation_count", c_size_t, ResponsePointer)
response_citation_index = bind_quick("response_citation_index", c_int, ResponsePointer, c_size_t)
response_citation_title = bind_quick("response_citation_title", c_char_p, ResponsePointer, c_size_t)
response_citation_url = bind_quick("response_citation_url", c_char_p, ResponsePointer, c_size_t)
response_warning_code = bind_quick("response_warning_code", c_int, ResponsePointer)
response_warning_message = bind_quick("response_warning_message", c_char_p, ResponsePointer)
response_timing_us = bind_quick("response_timing_us", c_int64, ResponsePointer, Timing)
response_attempts = bind_quick("response_attempts", c_int, ResponsePointer)
response_connection = bind_quick("response_connection", Connection, ResponsePointer)
response_bytes_received = bind_quick("response_bytes_received", c_uint64, ResponsePointer)
response_bytes_sent = bind_quick("response_bytes_sent", c_uint64, ResponsePointer)
response_free = bind("response_free", None, ResponsePointer)
response_retain = bind_quick("response_retain", ResponsePointer, ResponsePointer)

conversation_new = bind(
    "conversation_new", Status, ClientPointer, RequestPointer, ConversationOut, ErrorOut
)
conversation_free = bind("conversation_free", None, ConversationPointer)
conversation_add_function = bind(
    "conversation_add_function",
    Status,
    ConversationPointer,
    c_char_p,
    c_char_p,
    c_char_p,
    CallFunction,
    c_void_p,
    DestroyFunction,
    ErrorOut,
)
conversation_set_max_rounds = bind(
    "conversation_set_max_rounds", Status, ConversationPointer, c_int, ErrorOut
)
conversation_set_context_tokens = bind(
    "conversation_set_context_tokens", Status, ConversationPointer, c_int, ErrorOut
)
conversation_add_message = bind(
    "conversation_add_message", Status, ConversationPointer, Role, c_char_p, c_size_t, ErrorOut
)
conversation_add_response = bind(
    "conversation_add_response", Status, ConversationPointer, ResponsePointer, ErrorOut
)
conversation_add_function_result = bind(
    "conversation_add_function_result",
    Status,
    ConversationPointer,
    c_char_p,
    c_char_p,
    c_size_t,
    ErrorOut,
)
conversation_request = bind(
    "conversation_request", Status, ConversationPointer, RequestOut, ErrorOut
)
conversation_ask = bind(
    "conversation_ask",
    Status,
    ConversationPointer,
    c_char_p,
    c_size_t,
    EventFunction,
    c_void_p,
    ResponseOut,
    ErrorOut,
)
conversation_count = bind("conversation_count", c_size_t, ConversationPointer)
conversation_role = bind("conversation_role", Role, ConversationPointer, c_size_t)
conversation_content = bind(
    "conversation_content", c_char_p, ConversationPointer, c_size_t, LengthOut
)
conversation_call_count = bind("conversation_call_count", c_size_t, ConversationPointer, c_size_t)
conversation_call_id = bind(
    "conversation_call_id", c_char_p, ConversationPointer, c_size_t, c_size_t
)
conversation_call_name = bind(
    "conversation_call_name", c_char_p, ConversationPointer, c_size_t, c_size_t
)
conversation_call_arguments = bind(
    "conversation_call_arguments", c_char_p, ConversationPointer, c_size_t, c_size_t, LengthOut
)
conversation_image = bind("conversation_image", c_void_p, ConversationPointer, c_size_t, LengthOut)
conversation_truncate = bind(
    "conversation_truncate", Status, ConversationPointer, c_size_t, ErrorOut
)
conversation_save = bind(
    "conversation_save", Status, ConversationPointer, StringOut, LengthOut, ErrorOut
)
conversation_restore = bind(
    "conversation_restore", Status, ConversationPointer, c_char_p, c_size_t, ErrorOut
)
function_result_set = bind_quick(
    "function_result_set", Status, FunctionResultPointer, c_char_p, c_size_t, ErrorOut
)
string_free = bind_quick("string_free", None, StringPointer)
