import CSparkChat
import SparkChatABI
import Testing

/// A config with credentials, or a request with a question, and what a client or a call makes of it.
private final class Builder {
  let config = sparkchat_config_new()
  let request = sparkchat_request_new()

  init() {
    sparkchat_config_set_app_id(config, "a1b2c3d4", nil)
    sparkchat_config_set_api_key(config, "key", nil)
    sparkchat_config_set_api_secret(config, "secret", nil)
    sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, "Hi", nulTerminated, nil)
  }

  deinit {
    sparkchat_config_free(config)
    sparkchat_request_free(request)
  }

  /// What making a client and opening a stream says.
  func verdict() -> (status: sparkchat_status, failure: Failure?) {
    var client: OpaquePointer?
    let made = call { sparkchat_client_new(config, &client, $0) }
    guard let client else { return made }
    defer { sparkchat_client_free(client) }
    var stream: OpaquePointer?
    let opened = call { sparkchat_client_open(client, request, &stream, $0) }
    #expect((stream != nil) == (opened.status == SPARKCHAT_OK))
    sparkchat_stream_free(stream)
    return opened
  }
}

private struct Setting: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let good: @Sendable (OpaquePointer?) -> sparkchat_status
  let bad: @Sendable (OpaquePointer?, Slot?) -> sparkchat_status

  init(
    _ name: String, _ good: @escaping @Sendable (OpaquePointer?) -> sparkchat_status,
    _ bad: @escaping @Sendable (OpaquePointer?, Slot?) -> sparkchat_status
  ) {
    testDescription = name
    self.good = good
    self.bad = bad
  }
}

private let settings: [Setting] = [
  Setting("app_id", { sparkchat_config_set_app_id($0, "x", nil) }) {
    sparkchat_config_set_app_id($0, "a b", $1)
  },
  Setting("api_key", { sparkchat_config_set_api_key($0, "x", nil) }) {
    sparkchat_config_set_api_key($0, nil, $1)
  },
  Setting("api_secret", { sparkchat_config_set_api_secret($0, "x", nil) }) {
    sparkchat_config_set_api_secret($0, "", $1)
  },
  Setting("model", { sparkchat_config_set_model($0, "max", nil) }) {
    sparkchat_config_set_model($0, "", $1)
  },
  Setting("url", { sparkchat_config_set_url($0, "ws://localhost/v3.5/chat", nil) }) {
    sparkchat_config_set_url($0, "ftp://localhost", $1)
  },
  Setting("domain", { sparkchat_config_set_domain($0, "generalv3.5", nil) }) {
    sparkchat_config_set_domain($0, "", $1)
  },
  Setting("user_id", { sparkchat_config_set_user_id($0, "me", nil) }) {
    sparkchat_config_set_user_id($0, String(repeating: "u", count: 33), $1)
  },
  Setting("patch_id", { sparkchat_config_set_patch_id($0, "0", nil) }) {
    sparkchat_config_set_patch_id($0, nil, $1)
  },
  Setting("backoff", { sparkchat_config_set_retry_backoff($0, 1, 2, nil) }) {
    sparkchat_config_set_retry_backoff($0, 2, 1, $1)
  },
  Setting("keepalive", { sparkchat_config_set_keepalive($0, 0, nil) }) {
    sparkchat_config_set_keepalive($0, 999, $1)
  },
  Setting("proxy", { sparkchat_config_set_proxy($0, "", nil) }) {
    sparkchat_config_set_proxy($0, "ftp://x", $1)
  },
  Setting(
    "limiter", { sparkchat_config_set_limiter($0, nil, nil, nil, nil, nil, nil) }
  ) {
    sparkchat_config_set_limiter($0, { _, _ in 0 }, nil, nil, nil, nil, $1)
  },
  Setting("log", { sparkchat_config_set_log($0, SPARKCHAT_LOG_INFO, nil, nil, nil, nil) }) {
    sparkchat_config_set_app_id($0, nil, $1)
  },
]

private let options: [Setting] = [
  Setting("chat_id", { sparkchat_request_set_chat_id($0, "x", nil) }) {
    sparkchat_request_set_chat_id($0, nil, $1)
  },
  Setting("auditing", { sparkchat_request_set_auditing($0, "loose", nil) }) {
    sparkchat_request_set_auditing($0, "none", $1)
  },
  Setting(
    "tool_choice",
    { sparkchat_request_set_tool_choice($0, SPARKCHAT_TOOL_CHOICE_NAMED, "f", nil) }
  ) {
    sparkchat_request_set_tool_choice($0, SPARKCHAT_TOOL_CHOICE_NAMED, "", $1)
  },
  Setting(
    "response_format", { sparkchat_request_set_response_format($0, SPARKCHAT_FORMAT_TEXT, nil) }
  ) {
    sparkchat_request_set_response_format($0, sparkchat_response_format(7), $1)
  },
  Setting("thinking", { sparkchat_request_set_thinking($0, SPARKCHAT_THINKING_ENABLED, nil) }) {
    sparkchat_request_set_thinking($0, sparkchat_thinking(7), $1)
  },
  Setting("search", { sparkchat_request_set_web_search($0, SPARKCHAT_SEARCH_NORMAL, 1, nil) }) {
    sparkchat_request_set_web_search($0, sparkchat_search(.max), 1, $1)
  },
  Setting("extra", { sparkchat_request_set_extra_json($0, "{}x", 2, nil) }) {
    sparkchat_request_set_extra_json($0, "{}x", nulTerminated, $1)
  },
]

struct SetterTests {
  @Test(arguments: settings)
  private func `a config remembers a failure until the option is set well`(
    setting: Setting
  ) throws {
    let builder = Builder()
    let (status, failure) = call { setting.bad(builder.config, $0) }
    #expect(status == SPARKCHAT_ERR_INVALID_ARGUMENT)
    #expect(builder.verdict().failure == failure)
    #expect(setting.bad(builder.config, nil) == status)
    if setting.testDescription == "log" { sparkchat_config_set_app_id(builder.config, "x", nil) }
    #expect(setting.good(builder.config) == SPARKCHAT_OK)
    #expect(builder.verdict().status == SPARKCHAT_OK)
  }

  @Test(arguments: options)
  private func `a request remembers a failure until the option is set well`(
    option: Setting
  ) throws {
    let builder = Builder()
    sparkchat_config_set_model(builder.config, "x1.5", nil)
    let (status, failure) = call { option.bad(builder.request, $0) }
    #expect(status == SPARKCHAT_ERR_INVALID_ARGUMENT)
    #expect(builder.verdict().failure == failure)
    #expect(option.good(builder.request) == SPARKCHAT_OK)
    #expect(sparkchat_request_add_tool(builder.request, "f", "", "{}", nil) == SPARKCHAT_OK)
    #expect(builder.verdict().status == SPARKCHAT_OK)
  }

  @Test func `what could not be added stays missing, and is told`() {
    let calls: [(OpaquePointer?, Slot) -> sparkchat_status] = [
      { sparkchat_request_add_message($0, SPARKCHAT_ROLE_USER, nil, 0, $1) },
      { sparkchat_request_add_message($0, SPARKCHAT_ROLE_USER, "", nulTerminated, $1) },
      { sparkchat_request_add_message($0, SPARKCHAT_ROLE_USER, "x", 0, $1) },
      { sparkchat_request_add_message($0, SPARKCHAT_ROLE_USER, "\u{E9}", 1, $1) },
      { sparkchat_request_add_message($0, SPARKCHAT_ROLE_USER, "x", .min, $1) },
      { sparkchat_request_add_message($0, sparkchat_role(0), "x", 1, $1) },
      { sparkchat_request_add_message($0, sparkchat_role(4), "x", 1, $1) },
      { sparkchat_request_add_tool($0, nil, "", "{}", $1) },
      { sparkchat_request_add_tool($0, "f", nil, "{}", $1) },
      { sparkchat_request_add_tool($0, "f", "", nil, $1) },
      { sparkchat_request_add_tool($0, "f", "", "[]", $1) },
      { sparkchat_request_add_stop_sequence($0, nil, $1) },
      { sparkchat_request_add_stop_sequence($0, "", $1) },
    ]
    for add in calls {
      let builder = Builder()
      let (status, failure) = call { add(builder.request, $0) }
      #expect(status == SPARKCHAT_ERR_INVALID_ARGUMENT)
      sparkchat_request_add_message(builder.request, SPARKCHAT_ROLE_USER, "good", 4, nil)
      #expect(builder.verdict().failure == failure)
    }
  }

  @Test func `text that is not UTF-8 is refused`() {
    let bytes: [CChar] = [0x61, -1, 0x62, 0]
    let builder = Builder()
    for set in [
      sparkchat_config_set_model, sparkchat_config_set_domain, sparkchat_config_set_user_id,
      sparkchat_config_set_url, sparkchat_config_set_app_id, sparkchat_config_set_ca_file,
      sparkchat_config_set_ca_directory, sparkchat_config_set_pinned_public_key,
    ] {
      let failure = call { set(builder.config, bytes, $0) }.failure
      #expect(failure?.message.contains("not valid UTF-8") == true, "\(failure?.message ?? "")")
    }
    let proxy = call { sparkchat_config_set_proxy(builder.config, bytes, $0) }
    #expect(proxy.failure?.message.contains("non-ASCII") == true)
    let message = call {
      sparkchat_request_add_message(builder.request, SPARKCHAT_ROLE_USER, bytes, 3, $0)
    }
    #expect(message.failure?.message == "the user message is not valid UTF-8")
  }

  @Test func `files are read when a client is made`() {
    let builder = Builder()
    #expect(
      sparkchat_config_set_client_certificate(builder.config, "/nowhere/c", "/nowhere/k", nil)
        == SPARKCHAT_OK)
    #expect(builder.verdict().status == SPARKCHAT_ERR_TLS)
    #expect(
      sparkchat_config_set_client_certificate(builder.config, "/nowhere/c", nil, nil)
        == SPARKCHAT_ERR_INVALID_ARGUMENT)
    let other = Builder()
    #expect(sparkchat_config_set_ca_file(other.config, "/nowhere/ca.pem", nil) == SPARKCHAT_OK)
    #expect(other.verdict().failure?.message.contains("/nowhere/ca.pem") == true)
    #expect(sparkchat_config_set_clock_correction(other.config, 1, nil) == SPARKCHAT_OK)
  }

  @Test func `a client says where it asks`() {
    let builder = Builder()
    sparkchat_config_set_model(builder.config, "ULTRA", nil)
    var client: OpaquePointer?
    #expect(sparkchat_client_new(builder.config, &client, nil) == SPARKCHAT_OK)
    #expect(text(sparkchat_client_url(client)) == "wss://spark-api.xf-yun.com/v4.0/chat")
    #expect(text(sparkchat_client_domain(client)) == "4.0Ultra")
    sparkchat_client_free(client)
    let nothing = sparkchat_config_new()
    defer { sparkchat_config_free(nothing) }
    client = OpaquePointer(bitPattern: 0x5)
    let missing = call { sparkchat_client_new(nothing, &client, $0) }
    #expect(missing.status == SPARKCHAT_ERR_CONFIG)
    #expect(missing.failure?.hint.contains("IFLYTEK_SPARK_APP_ID") == true)
    #expect(client == nil)
  }
}
