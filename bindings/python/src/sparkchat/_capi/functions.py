# Generated from include/sparkchat.h by scripts/generate.py; do not edit.
"""Every function of the C interface. Names are those of the header without `sparkchat_`.

Other threads of Python run during calls of functions that `bind` returns; see scripts/generation.
"""

from ctypes import (
    POINTER,
    c_char_p,
    c_double,
    c_float,
    c_int,
    c_int64,
    c_size_t,
    c_uint64,
    c_void_p,
)

from .library import bind, bind_quick
from .types import (
    AcquireCallback,
    ClientOut,
    ClientPointer,
    ConfigPointer,
    Connection,
    ConversationOut,
    ConversationPointer,
    DestroyCallback,
    EmbeddingDomain,
    ErrorOut,
    ErrorPointer,
    EventCallback,
    EventKind,
    EventOut,
    EventPointer,
    Feature,
    FinishReason,
    GroupOut,
    GroupPointer,
    LogCallback,
    LogLevel,
    ModelPointer,
    Outcome,
    Phase,
    ReleaseCallback,
    ReportCallback,
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
    ToolCallback,
    ToolChoice,
    ToolResultPointer,
    Transport,
    WarningCode,
)

version_number = bind_quick("version_number", c_int)
version_string = bind_quick("version_string", c_char_p)
version_details = bind_quick("version_details", c_char_p)
abi_version = bind_quick("abi_version", c_int)
status_name = bind_quick("status_name", c_char_p, Status)
outcome_name = bind_quick("outcome_name", c_char_p, Outcome)
phase_name = bind_quick("phase_name", c_char_p, Phase)

event_kind_name = bind_quick("event_kind_name", c_char_p, EventKind)

warning_code_name = bind_quick("warning_code_name", c_char_p, WarningCode)
transport_name = bind_quick("transport_name", c_char_p, Transport)
role_name = bind_quick("role_name", c_char_p, Role)
tool_choice_name = bind_quick("tool_choice_name", c_char_p, ToolChoice)

response_format_name = bind_quick("response_format_name", c_char_p, ResponseFormat)

feature_name = bind_quick("feature_name", c_char_p, Feature)
support_name = bind_quick("support_name", c_char_p, Support)
tokens_name = bind_quick("tokens_name", c_char_p, Tokens)
finish_reason_name = bind_quick("finish_reason_name", c_char_p, FinishReason)
thinking_name = bind_quick("thinking_name", c_char_p, Thinking)
search_name = bind_quick("search_name", c_char_p, Search)
embedding_domain_name = bind_quick("embedding_domain_name", c_char_p, EmbeddingDomain)
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
config_set_app_id = bind_quick("config_set_app_id", Status, ConfigPointer, c_char_p, ErrorOut)
config_set_api_key = bind_quick("config_set_api_key", Status, ConfigPointer, c_char_p, ErrorOut)
config_set_api_secret = bind_quick(
    "config_set_api_secret", Status, ConfigPointer, c_char_p, ErrorOut
)
config_set_api_password = bind_quick(
    "config_set_api_password", Status, ConfigPointer, c_char_p, ErrorOut
)
config_set_transport = bind_quick(
    "config_set_transport", Status, ConfigPointer, Transport, ErrorOut
)
config_set_model = bind_quick("config_set_model", Status, ConfigPointer, c_char_p, ErrorOut)
config_set_url = bind_quick("config_set_url", Status, ConfigPointer, c_char_p, ErrorOut)
config_set_domain = bind_quick("config_set_domain", Status, ConfigPointer, c_char_p, ErrorOut)
config_set_embedding_url = bind_quick(
    "config_set_embedding_url", Status, ConfigPointer, c_char_p, ErrorOut
)
config_set_user_id = bind_quick("config_set_user_id", Status, ConfigPointer, c_char_p, ErrorOut)
config_set_patch_id = bind_quick("config_set_patch_id", Status, ConfigPointer, c_char_p, ErrorOut)
config_set_ca_file = bind_quick("config_set_ca_file", Status, ConfigPointer, c_char_p, ErrorOut)
config_set_ca_directory = bind_quick(
    "config_set_ca_directory", Status, ConfigPointer, c_char_p, ErrorOut
)
config_load_environment = bind_quick("config_load_environment", Status, ConfigPointer, ErrorOut)
config_set_resolve_timeout = bind_quick(
    "config_set_resolve_timeout", Status, ConfigPointer, c_int, ErrorOut
)
config_set_connect_timeout = bind_quick(
    "config_set_connect_timeout", Status, ConfigPointer, c_int, ErrorOut
)
config_set_tls_timeout = bind_quick(
    "config_set_tls_timeout", Status, ConfigPointer, c_int, ErrorOut
)
config_set_upgrade_timeout = bind_quick(
    "config_set_upgrade_timeout", Status, ConfigPointer, c_int, ErrorOut
)
config_set_first_token_timeout = bind_quick(
    "config_set_first_token_timeout", Status, ConfigPointer, c_int, ErrorOut
)
config_set_idle_timeout = bind_quick(
    "config_set_idle_timeout", Status, ConfigPointer, c_int, ErrorOut
)
config_set_total_timeout = bind_quick(
    "config_set_total_timeout", Status, ConfigPointer, c_int, ErrorOut
)
config_set_queue_timeout = bind_quick(
    "config_set_queue_timeout", Status, ConfigPointer, c_int, ErrorOut
)
config_set_close_timeout = bind_quick(
    "config_set_close_timeout", Status, ConfigPointer, c_int, ErrorOut
)
config_set_max_message_size = bind_quick(
    "config_set_max_message_size", Status, ConfigPointer, c_size_t, ErrorOut
)
config_set_max_answer_size = bind_quick(
    "config_set_max_answer_size", Status, ConfigPointer, c_size_t, ErrorOut
)
config_set_keep_raw = bind_quick("config_set_keep_raw", Status, ConfigPointer, c_int, ErrorOut)
config_set_max_attempts = bind_quick(
    "config_set_max_attempts", Status, ConfigPointer, c_int, ErrorOut
)
config_set_retry_budget = bind_quick(
    "config_set_retry_budget", Status, ConfigPointer, c_int, ErrorOut
)
config_set_retry_backoff = bind_quick(
    "config_set_retry_backoff", Status, ConfigPointer, c_int, c_int, ErrorOut
)
config_set_clock_correction = bind_quick(
    "config_set_clock_correction", Status, ConfigPointer, c_int, ErrorOut
)
config_set_max_rate = bind_quick("config_set_max_rate", Status, ConfigPointer, c_double, ErrorOut)
config_set_max_concurrency = bind_quick(
    "config_set_max_concurrency", Status, ConfigPointer, c_int, ErrorOut
)
config_set_limiter = bind_quick(
    "config_set_limiter",
    Status,
    ConfigPointer,
    AcquireCallback,
    ReportCallback,
    ReleaseCallback,
    c_void_p,
    DestroyCallback,
    ErrorOut,
)
config_set_max_idle_connections = bind_quick(
    "config_set_max_idle_connections", Status, ConfigPointer, c_int, ErrorOut
)
config_set_keepalive = bind_quick("config_set_keepalive", Status, ConfigPointer, c_int, ErrorOut)
config_set_proxy = bind_quick("config_set_proxy", Status, ConfigPointer, c_char_p, ErrorOut)
config_load_proxy_environment = bind_quick(
    "config_load_proxy_environment", Status, ConfigPointer, ErrorOut
)
config_set_client_certificate = bind_quick(
    "config_set_client_certificate", Status, ConfigPointer, c_char_p, c_char_p, ErrorOut
)
config_set_pinned_public_key = bind_quick(
    "config_set_pinned_public_key", Status, ConfigPointer, c_char_p, ErrorOut
)
config_set_log = bind_quick(
    "config_set_log",
    Status,
    ConfigPointer,
    LogLevel,
    LogCallback,
    c_void_p,
    DestroyCallback,
    ErrorOut,
)

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
    EventCallback,
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
request_add_image_url = bind("request_add_image_url", Status, RequestPointer, c_char_p, ErrorOut)
request_add_tool_call = bind_quick(
    "request_add_tool_call",
    Status,
    RequestPointer,
    c_char_p,
    c_char_p,
    c_char_p,
    c_size_t,
    ErrorOut,
)
request_add_tool_result = bind_quick(
    "request_add_tool_result", Status, RequestPointer, c_char_p, c_char_p, c_size_t, ErrorOut
)
request_add_response = bind_quick(
    "request_add_response", Status, RequestPointer, ResponsePointer, ErrorOut
)
request_add_tool = bind_quick(
    "request_add_tool", Status, RequestPointer, c_char_p, c_char_p, c_char_p, ErrorOut
)
request_set_temperature = bind_quick(
    "request_set_temperature", Status, RequestPointer, c_double, ErrorOut
)
request_set_top_k = bind_quick("request_set_top_k", Status, RequestPointer, c_int, ErrorOut)
request_set_top_p = bind_quick("request_set_top_p", Status, RequestPointer, c_double, ErrorOut)
request_set_max_tokens = bind_quick(
    "request_set_max_tokens", Status, RequestPointer, c_int, ErrorOut
)
request_set_presence_penalty = bind_quick(
    "request_set_presence_penalty", Status, RequestPointer, c_double, ErrorOut
)
request_set_frequency_penalty = bind_quick(
    "request_set_frequency_penalty", Status, RequestPointer, c_double, ErrorOut
)
request_set_chat_id = bind_quick("request_set_chat_id", Status, RequestPointer, c_char_p, ErrorOut)
request_set_auditing = bind_quick(
    "request_set_auditing", Status, RequestPointer, c_char_p, ErrorOut
)
request_set_thinking = bind_quick(
    "request_set_thinking", Status, RequestPointer, Thinking, ErrorOut
)
request_set_reasoning_effort = bind_quick(
    "request_set_reasoning_effort", Status, RequestPointer, c_char_p, ErrorOut
)
request_set_web_search = bind_quick(
    "request_set_web_search", Status, RequestPointer, Search, c_int, ErrorOut
)
request_set_tool_choice = bind_quick(
    "request_set_tool_choice", Status, RequestPointer, ToolChoice, c_char_p, ErrorOut
)
request_set_response_format = bind_quick(
    "request_set_response_format", Status, RequestPointer, ResponseFormat, ErrorOut
)
request_add_stop_sequence = bind_quick(
    "request_add_stop_sequence", Status, RequestPointer, c_char_p, ErrorOut
)
request_set_extra_json = bind_quick(
    "request_set_extra_json", Status, RequestPointer, c_char_p, c_size_t, ErrorOut
)

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
event_text = bind_quick("event_text", c_char_p, EventPointer, POINTER(c_size_t))
event_tool_call_id = bind_quick("event_tool_call_id", c_char_p, EventPointer)
event_tool_call_name = bind_quick("event_tool_call_name", c_char_p, EventPointer)
event_tool_call_arguments = bind_quick(
    "event_tool_call_arguments", c_char_p, EventPointer, POINTER(c_size_t)
)
event_tool_call_arguments_valid = bind_quick("event_tool_call_arguments_valid", c_int, EventPointer)
event_citation_index = bind_quick("event_citation_index", c_int, EventPointer)
event_citation_title = bind_quick("event_citation_title", c_char_p, EventPointer)
event_citation_url = bind_quick("event_citation_url", c_char_p, EventPointer)
event_tokens = bind_quick("event_tokens", c_int64, EventPointer, Tokens)
event_warning_code = bind_quick("event_warning_code", c_int, EventPointer)

response_outcome = bind_quick("response_outcome", Outcome, ResponsePointer)
response_finish_reason = bind_quick("response_finish_reason", FinishReason, ResponsePointer)
response_finish_reason_word = bind_quick("response_finish_reason_word", c_char_p, ResponsePointer)
response_stop_sequence = bind_quick("response_stop_sequence", c_char_p, ResponsePointer)
response_text = bind_quick("response_text", c_char_p, ResponsePointer, POINTER(c_size_t))
response_reasoning = bind_quick("response_reasoning", c_char_p, ResponsePointer, POINTER(c_size_t))
response_raw = bind_quick("response_raw", c_char_p, ResponsePointer, POINTER(c_size_t))
response_sid = bind_quick("response_sid", c_char_p, ResponsePointer)
response_tokens = bind_quick("response_tokens", c_int64, ResponsePointer, Tokens)
response_tool_call_count = bind_quick("response_tool_call_count", c_size_t, ResponsePointer)
response_tool_call_id = bind_quick("response_tool_call_id", c_char_p, ResponsePointer, c_size_t)
response_tool_call_name = bind_quick("response_tool_call_name", c_char_p, ResponsePointer, c_size_t)
response_tool_call_arguments = bind_quick(
    "response_tool_call_arguments", c_char_p, ResponsePointer, c_size_t, POINTER(c_size_t)
)
response_tool_call_arguments_valid = bind_quick(
    "response_tool_call_arguments_valid", c_int, ResponsePointer, c_size_t
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

client_embed = bind(
    "client_embed",
    Status,
    ClientPointer,
    c_char_p,
    c_size_t,
    EmbeddingDomain,
    ResponseOut,
    ErrorOut,
)
client_open_embedding = bind(
    "client_open_embedding",
    Status,
    ClientPointer,
    c_char_p,
    c_size_t,
    EmbeddingDomain,
    StreamOut,
    ErrorOut,
)

response_embedding = bind_quick(
    "response_embedding", POINTER(c_float), ResponsePointer, POINTER(c_size_t)
)

conversation_new = bind(
    "conversation_new", Status, ClientPointer, RequestPointer, ConversationOut, ErrorOut
)
conversation_free = bind("conversation_free", None, ConversationPointer)
conversation_add_tool = bind(
    "conversation_add_tool",
    Status,
    ConversationPointer,
    c_char_p,
    c_char_p,
    c_char_p,
    ToolCallback,
    c_void_p,
    DestroyCallback,
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
conversation_add_messages = bind(
    "conversation_add_messages", Status, ConversationPointer, RequestPointer, ErrorOut
)
conversation_add_response = bind(
    "conversation_add_response", Status, ConversationPointer, ResponsePointer, ErrorOut
)
conversation_add_tool_result = bind(
    "conversation_add_tool_result",
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
conversation_begin = bind(
    "conversation_begin",
    Status,
    ConversationPointer,
    c_char_p,
    c_size_t,
    RequestPointer,
    StreamOut,
    ErrorOut,
)
conversation_step = bind("conversation_step", Status, ConversationPointer, StreamOut, ErrorOut)
conversation_keep = bind("conversation_keep", Status, ConversationPointer, ErrorOut)
conversation_rollback = bind("conversation_rollback", Status, ConversationPointer, ErrorOut)
conversation_ask = bind(
    "conversation_ask",
    Status,
    ConversationPointer,
    c_char_p,
    c_size_t,
    EventCallback,
    c_void_p,
    ResponseOut,
    ErrorOut,
)
conversation_tokens = bind_quick("conversation_tokens", c_int64, ConversationPointer, Tokens)
conversation_count = bind_quick("conversation_count", c_size_t, ConversationPointer)
conversation_role = bind_quick("conversation_role", Role, ConversationPointer, c_size_t)
conversation_content = bind_quick(
    "conversation_content", c_char_p, ConversationPointer, c_size_t, POINTER(c_size_t)
)
conversation_tool_call_count = bind_quick(
    "conversation_tool_call_count", c_size_t, ConversationPointer, c_size_t
)
conversation_tool_call_id = bind_quick(
    "conversation_tool_call_id", c_char_p, ConversationPointer, c_size_t, c_size_t
)
conversation_tool_call_name = bind_quick(
    "conversation_tool_call_name", c_char_p, ConversationPointer, c_size_t, c_size_t
)
conversation_tool_call_arguments = bind_quick(
    "conversation_tool_call_arguments",
    c_char_p,
    ConversationPointer,
    c_size_t,
    c_size_t,
    POINTER(c_size_t),
)
conversation_image = bind_quick(
    "conversation_image", c_void_p, ConversationPointer, c_size_t, POINTER(c_size_t)
)
conversation_image_url = bind_quick(
    "conversation_image_url", c_char_p, ConversationPointer, c_size_t
)
conversation_truncate = bind(
    "conversation_truncate", Status, ConversationPointer, c_size_t, ErrorOut
)
conversation_save = bind(
    "conversation_save", Status, ConversationPointer, StringOut, POINTER(c_size_t), ErrorOut
)
conversation_restore = bind(
    "conversation_restore", Status, ConversationPointer, c_char_p, c_size_t, ErrorOut
)

tool_result_set = bind_quick(
    "tool_result_set", Status, ToolResultPointer, c_char_p, c_size_t, ErrorOut
)

string_free = bind("string_free", None, StringPointer)
