import CSparkChat
import SparkChatABI
import Testing

private struct Call: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let body: @Sendable (Slot?) -> sparkchat_status

  init(_ name: String, _ body: @escaping @Sendable (Slot?) -> sparkchat_status) {
    testDescription = name
    self.body = body
  }
}

private let onEvent: sparkchat_event_fn = { _, _ in 0 }

/// NULL for the object.
private let onNothing: [Call] = [
  Call("client_new") { sparkchat_client_new(nil, nil, $0) },
  Call("client_open") { sparkchat_client_open(nil, nil, nil, $0) },
  Call("client_connect") { sparkchat_client_connect(nil, nil, $0) },
  Call("client_invoke") { sparkchat_client_invoke(nil, nil, nil, $0) },
  Call("client_stream") { sparkchat_client_stream(nil, nil, nil, nil, nil, $0) },
  Call("stream_next") { sparkchat_stream_next(nil, 0, nil, $0) },
  Call("stream_send") { sparkchat_stream_send(nil, nil, $0) },
  Call("group_new") { sparkchat_group_new(nil, $0) },
  Call("group_add") { sparkchat_group_add(nil, nil, $0) },
  Call("group_remove") { sparkchat_group_remove(nil, nil, $0) },
  Call("group_next") { sparkchat_group_next(nil, 0, nil, nil, $0) },
  Call("load_environment") { sparkchat_config_load_environment(nil, $0) },
  Call("load_proxy_environment") { sparkchat_config_load_proxy_environment(nil, $0) },
  Call("set_app_id") { sparkchat_config_set_app_id(nil, "x", $0) },
  Call("set_api_key") { sparkchat_config_set_api_key(nil, "x", $0) },
  Call("set_api_secret") { sparkchat_config_set_api_secret(nil, "x", $0) },
  Call("set_api_password") { sparkchat_config_set_api_password(nil, "x", $0) },
  Call("set_transport") { sparkchat_config_set_transport(nil, SPARKCHAT_TRANSPORT_HTTP, $0) },
  Call("set_max_idle_connections") { sparkchat_config_set_max_idle_connections(nil, 1, $0) },
  Call("set_model") { sparkchat_config_set_model(nil, "max", $0) },
  Call("set_url") { sparkchat_config_set_url(nil, "x", $0) },
  Call("set_domain") { sparkchat_config_set_domain(nil, "x", $0) },
  Call("set_user_id") { sparkchat_config_set_user_id(nil, "x", $0) },
  Call("set_patch_id") { sparkchat_config_set_patch_id(nil, "x", $0) },
  Call("set_ca_file") { sparkchat_config_set_ca_file(nil, "x", $0) },
  Call("set_ca_directory") { sparkchat_config_set_ca_directory(nil, "x", $0) },
  Call("set_resolve_timeout") { sparkchat_config_set_resolve_timeout(nil, 1, $0) },
  Call("set_connect_timeout") { sparkchat_config_set_connect_timeout(nil, 1, $0) },
  Call("set_tls_timeout") { sparkchat_config_set_tls_timeout(nil, 1, $0) },
  Call("set_upgrade_timeout") { sparkchat_config_set_upgrade_timeout(nil, 1, $0) },
  Call("set_first_token_timeout") { sparkchat_config_set_first_token_timeout(nil, 1, $0) },
  Call("set_idle_timeout") { sparkchat_config_set_idle_timeout(nil, 1, $0) },
  Call("set_total_timeout") { sparkchat_config_set_total_timeout(nil, 1, $0) },
  Call("set_queue_timeout") { sparkchat_config_set_queue_timeout(nil, 1, $0) },
  Call("set_close_timeout") { sparkchat_config_set_close_timeout(nil, 1, $0) },
  Call("set_max_message_size") { sparkchat_config_set_max_message_size(nil, 5_000, $0) },
  Call("set_max_answer_size") { sparkchat_config_set_max_answer_size(nil, 5_000, $0) },
  Call("set_keep_raw") { sparkchat_config_set_keep_raw(nil, 1, $0) },
  Call("set_max_attempts") { sparkchat_config_set_max_attempts(nil, 1, $0) },
  Call("set_retry_budget") { sparkchat_config_set_retry_budget(nil, 1, $0) },
  Call("set_retry_backoff") { sparkchat_config_set_retry_backoff(nil, 1, 1, $0) },
  Call("set_clock_correction") { sparkchat_config_set_clock_correction(nil, 1, $0) },
  Call("set_max_rate") { sparkchat_config_set_max_rate(nil, 1, $0) },
  Call("set_max_concurrency") { sparkchat_config_set_max_concurrency(nil, 1, $0) },
  Call("set_proxy") { sparkchat_config_set_proxy(nil, "", $0) },
  Call("set_client_certificate") { sparkchat_config_set_client_certificate(nil, "x", "x", $0) },
  Call("set_pinned_public_key") { sparkchat_config_set_pinned_public_key(nil, "x", $0) },
  Call("set_log") { sparkchat_config_set_log(nil, SPARKCHAT_LOG_INFO, nil, nil, nil, $0) },
  Call("add_message") {
    sparkchat_request_add_message(nil, SPARKCHAT_ROLE_USER, "x", nulTerminated, $0)
  },
  Call("add_function") { sparkchat_request_add_function(nil, "x", "x", "{}", $0) },
  Call("set_temperature") { sparkchat_request_set_temperature(nil, 1, $0) },
  Call("set_top_k") { sparkchat_request_set_top_k(nil, 1, $0) },
  Call("set_top_p") { sparkchat_request_set_top_p(nil, 1, $0) },
  Call("set_max_tokens") { sparkchat_request_set_max_tokens(nil, 1, $0) },
  Call("set_presence_penalty") { sparkchat_request_set_presence_penalty(nil, 1, $0) },
  Call("set_frequency_penalty") { sparkchat_request_set_frequency_penalty(nil, 1, $0) },
  Call("set_chat_id") { sparkchat_request_set_chat_id(nil, "x", $0) },
  Call("set_auditing") { sparkchat_request_set_auditing(nil, "strict", $0) },
  Call("set_thinking") { sparkchat_request_set_thinking(nil, SPARKCHAT_THINKING_AUTO, $0) },
  Call("set_web_search") { sparkchat_request_set_web_search(nil, SPARKCHAT_SEARCH_DEEP, 1, $0) },
  Call("set_function_choice") {
    sparkchat_request_set_function_choice(nil, SPARKCHAT_FUNCTION_AUTO, nil, $0)
  },
  Call("set_response_format") {
    sparkchat_request_set_response_format(nil, SPARKCHAT_FORMAT_TEXT, $0)
  },
  Call("add_image") { sparkchat_request_add_image(nil, nil, 0, $0) },
  Call("add_image_file") { sparkchat_request_add_image_file(nil, "x", $0) },
  Call("add_function_call") {
    sparkchat_request_add_function_call(nil, "x", "x", "{}", nulTerminated, $0)
  },
  Call("add_function_result") {
    sparkchat_request_add_function_result(nil, "x", "x", nulTerminated, $0)
  },
  Call("add_response") { sparkchat_request_add_response(nil, nil, $0) },
  Call("conversation_new") { sparkchat_conversation_new(nil, nil, nil, $0) },
  Call("conversation_add_function") {
    sparkchat_conversation_add_function(nil, "x", "x", "{}", nil, nil, nil, $0)
  },
  Call("conversation_set_max_rounds") { sparkchat_conversation_set_max_rounds(nil, 1, $0) },
  Call("conversation_set_context_tokens") {
    sparkchat_conversation_set_context_tokens(nil, 1, $0)
  },
  Call("conversation_add_message") {
    sparkchat_conversation_add_message(nil, SPARKCHAT_ROLE_USER, "x", nulTerminated, $0)
  },
  Call("conversation_add_response") { sparkchat_conversation_add_response(nil, nil, $0) },
  Call("conversation_add_function_result") {
    sparkchat_conversation_add_function_result(nil, "x", "x", nulTerminated, $0)
  },
  Call("conversation_request") { sparkchat_conversation_request(nil, nil, $0) },
  Call("conversation_ask") {
    sparkchat_conversation_ask(nil, "x", nulTerminated, nil, nil, nil, $0)
  },
  Call("conversation_truncate") { sparkchat_conversation_truncate(nil, 0, $0) },
  Call("conversation_save") { sparkchat_conversation_save(nil, nil, nil, $0) },
  Call("conversation_restore") { sparkchat_conversation_restore(nil, "x", nulTerminated, $0) },
  Call("function_result_set") { sparkchat_function_result_set(nil, "x", nulTerminated, $0) },
  Call("set_extra_json") { sparkchat_request_set_extra_json(nil, "{}", nulTerminated, $0) },
]

struct NullTests {
  @Test(arguments: onNothing)
  private func `NULL for an object is a status`(made: Call) throws {
    let (status, failure) = call { made.body($0) }
    #expect(status == SPARKCHAT_ERR_INVALID_ARGUMENT)
    #expect(failure?.message.hasSuffix("is NULL") == true, "\(failure?.message ?? "")")
    // Nobody has to look at the error.
    #expect(made.body(nil) == SPARKCHAT_ERR_INVALID_ARGUMENT)
  }

  @Test func `NULL for what comes out or goes in is a status`() throws {
    let config = try #require(sparkchat_config_new())
    defer { sparkchat_config_free(config) }
    for set in [
      sparkchat_config_set_app_id, sparkchat_config_set_api_key, sparkchat_config_set_api_secret,
    ] { #expect(set(config, "a1b2c3d4", nil) == SPARKCHAT_OK) }
    #expect(
      call { sparkchat_client_new(config, nil, $0) }.failure?.message.contains("NULL") == true)
    var client: OpaquePointer?
    #expect(sparkchat_client_new(config, &client, nil) == SPARKCHAT_OK)
    defer { sparkchat_client_free(client) }
    let request = try request()
    defer { sparkchat_request_free(request) }
    var stream = OpaquePointer(bitPattern: 0x5)
    var response = OpaquePointer(bitPattern: 0x5)
    let calls: [(Slot?) -> sparkchat_status] = [
      { sparkchat_client_open(client, request, nil, $0) },
      { sparkchat_client_open(client, nil, &stream, $0) },
      { sparkchat_client_connect(client, nil, $0) },
      { sparkchat_client_invoke(client, nil, &response, $0) },
      { sparkchat_client_stream(client, nil, onEvent, nil, &response, $0) },
      { sparkchat_client_stream(client, request, nil, nil, &response, $0) },
    ]
    for made in calls {
      stream = OpaquePointer(bitPattern: 0x5)
      response = OpaquePointer(bitPattern: 0x5)
      let (status, failure) = call { made($0) }
      #expect(status == SPARKCHAT_ERR_INVALID_ARGUMENT)
      #expect(failure?.message.contains("NULL") == true)
      // An output is either as it was or nothing at all.
      #expect(stream == nil || stream == OpaquePointer(bitPattern: 0x5))
      #expect(response == nil || response == OpaquePointer(bitPattern: 0x5))
    }
    stream = OpaquePointer(bitPattern: 0x5)
    #expect(sparkchat_client_open(client, nil, &stream, nil) == SPARKCHAT_ERR_INVALID_ARGUMENT)
    #expect(stream == nil)
  }

  @Test func `freeing NULL does nothing`() {
    sparkchat_config_free(nil)
    sparkchat_client_free(nil)
    sparkchat_request_free(nil)
    sparkchat_stream_free(nil)
    sparkchat_group_free(nil)
    sparkchat_response_free(nil)
    sparkchat_error_free(nil)
    sparkchat_stream_cancel(nil)
    sparkchat_group_wake(nil)
    sparkchat_stream_set_user_data(nil, nil)
  }

  @Test func `NULL has nothing to say`() {
    #expect(sparkchat_client_url(nil) == nil)
    #expect(sparkchat_client_domain(nil) == nil)
    #expect(sparkchat_stream_response(nil) == nil)
    #expect(sparkchat_stream_user_data(nil) == nil)
    #expect(sparkchat_group_count(nil) == 0)
    #expect(sparkchat_group_fd(nil) == -1)
  }

  @Test func `no error is OK`() {
    #expect(sparkchat_error_status(nil) == SPARKCHAT_OK)
    #expect(text(sparkchat_error_message(nil)) == "")
    #expect(text(sparkchat_error_hint(nil)) == "")
    #expect(sparkchat_error_service_code(nil) == 0)
    #expect(sparkchat_error_sid(nil) == nil)
    #expect(sparkchat_error_http_status(nil) == 0)
    #expect(sparkchat_error_http_body(nil) == nil)
    #expect(sparkchat_error_server_date(nil) == nil)
    var seconds: Int64 = 7
    #expect(sparkchat_error_clock_skew(nil, &seconds) == 0)
    #expect(sparkchat_error_clock_skew(nil, nil) == 0)
    #expect(sparkchat_error_os_errno(nil) == 0)
    #expect(sparkchat_error_phase(nil) == SPARKCHAT_PHASE_NONE)
    #expect(sparkchat_error_retryable(nil) == 0)
  }

  @Test func `no event is of no kind`() {
    #expect(sparkchat_event_kind_of(nil) == SPARKCHAT_EVENT_NONE)
    #expect(text { sparkchat_event_text(nil, $0) } == nil)
    #expect(sparkchat_event_function_name(nil) == nil)
    #expect(text { sparkchat_event_function_arguments(nil, $0) } == nil)
    #expect(sparkchat_event_citation_index(nil) == -1)
    #expect(sparkchat_event_citation_title(nil) == nil)
    #expect(sparkchat_event_citation_url(nil) == nil)
    #expect(sparkchat_event_tokens(nil, SPARKCHAT_TOKENS_TOTAL) == -1)
    #expect(sparkchat_event_code(nil) == 0)
  }

  @Test func `no response is empty`() {
    #expect(sparkchat_response_outcome(nil) == SPARKCHAT_OUTCOME_PENDING)
    #expect(text { sparkchat_response_text(nil, $0) } == nil)
    #expect(text { sparkchat_response_reasoning(nil, $0) } == nil)
    #expect(text { sparkchat_response_raw(nil, $0) } == nil)
    #expect(sparkchat_response_sid(nil) == nil)
    #expect(sparkchat_response_tokens(nil, SPARKCHAT_TOKENS_PROMPT) == -1)
    #expect(sparkchat_response_function_call_count(nil) == 0)
    #expect(sparkchat_response_function_name(nil, 0) == nil)
    #expect(text { sparkchat_response_function_arguments(nil, 0, $0) } == nil)
    #expect(sparkchat_response_citation_count(nil) == 0)
    #expect(sparkchat_response_citation_index(nil, 0) == -1)
    #expect(sparkchat_response_citation_title(nil, 0) == nil)
    #expect(sparkchat_response_citation_url(nil, 0) == nil)
    #expect(sparkchat_response_warning_code(nil) == 0)
    #expect(sparkchat_response_warning_message(nil) == nil)
    #expect(sparkchat_response_timing_us(nil, SPARKCHAT_TIMING_TOTAL) == -1)
    #expect(sparkchat_response_attempts(nil) == 0)
    #expect(sparkchat_response_connection(nil) == SPARKCHAT_CONNECTION_NONE)
    #expect(sparkchat_response_bytes_received(nil) == 0)
    #expect(sparkchat_response_bytes_sent(nil) == 0)
  }
}
