import CSparkChat
import SparkChatABI
import Testing

/// What a tool was called with, and what it does.
private final class Calls {
  var arguments: [String] = []
  var answer: Int32 = 0
  var isFreed = false
  /// Called back from inside, which is not allowed.
  var conversation: OpaquePointer?
  var statusInside = SPARKCHAT_OK

  var userData: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func of(_ userData: UnsafeMutableRawPointer?) -> Calls? {
    userData.map { Unmanaged<Calls>.fromOpaque($0).takeUnretainedValue() }
  }
}

private let onCall: sparkchat_tool_fn = { _, arguments, length, result, userData in
  guard let calls = Calls.of(userData), let arguments else { return -1 }
  #expect(arguments[length] == 0)
  calls.arguments.append(String(cString: arguments))
  if let conversation = calls.conversation {
    calls.statusInside = sparkchat_conversation_set_max_rounds(conversation, 1, nil)
  }
  #expect(sparkchat_tool_result_set(result, "22 degrees", nulTerminated, nil) == SPARKCHAT_OK)
  return calls.answer
}

private let onFree: sparkchat_destroy_fn = { Calls.of($0)?.isFreed = true }

private let schema = #"{"properties":{"city":{"type":"string"}},"required":["city"]}"#

private func conversation(_ scenario: String? = nil) throws -> OpaquePointer {
  let client = try client(.wss, scenario)
  defer { sparkchat_client_free(client) }
  var conversation: OpaquePointer?
  #expect(sparkchat_conversation_new(client, nil, &conversation, nil) == SPARKCHAT_OK)
  return try #require(conversation)
}

private func ask(
  _ conversation: OpaquePointer, _ question: String?
) -> (text: String, status: sparkchat_status, failure: Failure?) {
  var response: OpaquePointer?
  let (status, failure) = call {
    sparkchat_conversation_ask(
      conversation, question, nulTerminated, nil, nil, &response, $0)
  }
  defer { sparkchat_response_free(response) }
  return (text { sparkchat_response_text(response, $0) } ?? "", status, failure)
}

private func roles(_ conversation: OpaquePointer) -> [sparkchat_role] {
  (0..<sparkchat_conversation_count(conversation)).map {
    sparkchat_conversation_role(conversation, $0)
  }
}

@Suite(.withEmulator)
struct ConversationABITests {
  @Test func `remembers what was said`() throws {
    let conversation = try conversation()
    defer { sparkchat_conversation_free(conversation) }
    #expect(ask(conversation, "My name is Ada.").status == SPARKCHAT_OK)
    #expect(ask(conversation, "What is my name?").text.contains("Ada"))
    #expect(sparkchat_conversation_count(conversation) == 4)
    let first = text { sparkchat_conversation_content(conversation, 0, $0) }
    #expect(first == "My name is Ada.")
    #expect(sparkchat_conversation_role(conversation, 1) == SPARKCHAT_ROLE_ASSISTANT)
    #expect(sparkchat_conversation_role(conversation, 9).rawValue == 0)
    #expect(sparkchat_conversation_truncate(conversation, 5, nil) == SPARKCHAT_ERR_INVALID_ARGUMENT)
    #expect(sparkchat_conversation_truncate(conversation, 2, nil) == SPARKCHAT_OK)
    #expect(sparkchat_conversation_count(conversation) == 2)
    #expect(text { sparkchat_conversation_content(conversation, 9, $0) } == nil)
  }

  @Test func `calls a tool and goes on`() throws {
    let calls = Calls()
    let conversation = try conversation()
    calls.conversation = conversation
    let added = sparkchat_conversation_add_tool(
      conversation, "get_weather", "Weather of a city", schema, onCall, calls.userData, onFree, nil)
    #expect(added == SPARKCHAT_OK)
    let answer = ask(conversation, "What is the weather in Hefei?")
    #expect(answer.status == SPARKCHAT_OK)
    #expect(answer.text.contains("22 degrees"))
    #expect(calls.arguments.count == 1 && calls.arguments.first?.contains("city") == true)
    #expect(calls.statusInside == SPARKCHAT_ERR_STATE)
    #expect(
      roles(conversation) == [
        SPARKCHAT_ROLE_USER, SPARKCHAT_ROLE_ASSISTANT, SPARKCHAT_ROLE_TOOL,
        SPARKCHAT_ROLE_ASSISTANT,
      ])
    #expect(!calls.isFreed)
    sparkchat_conversation_free(conversation)
    #expect(calls.isFreed)
  }

  @Test func `a tool that stops, stops all, and leaves no trace`() throws {
    let calls = Calls()
    calls.answer = 1
    let conversation = try conversation()
    defer { sparkchat_conversation_free(conversation) }
    _ = sparkchat_conversation_add_tool(
      conversation, "get_weather", "Weather of a city", schema, onCall, calls.userData, nil, nil)
    let answer = ask(conversation, "What is the weather in Hefei?")
    #expect(answer.status == SPARKCHAT_ERR_CALLBACK)
    #expect(sparkchat_conversation_count(conversation) == 0)
  }

  @Test func `rounds have a limit`() throws {
    let calls = Calls()
    let conversation = try conversation(
      #"function_call:name=get_weather,arguments={"city":"x"}"#)
    defer { sparkchat_conversation_free(conversation) }
    _ = sparkchat_conversation_add_tool(
      conversation, "get_weather", "Weather of a city", schema, onCall, calls.userData, nil, nil)
    #expect(sparkchat_conversation_set_max_rounds(conversation, 3, nil) == SPARKCHAT_OK)
    let answer = ask(conversation, "Hi")
    #expect(answer.status == SPARKCHAT_ERR_TOOL_LIMIT)
    #expect(calls.arguments.count == 3)
    #expect(sparkchat_conversation_count(conversation) == 0)
  }

  @Test func `ids may repeat in later answers`() throws {
    let calls = Calls()
    let config = try config(
      Emulator.running().url(
        .https, "/v1", scenario: "function_call:name=get_weather,arguments={},times=2",
        tag: "swift\(UInt64.random(in: 0 ... .max))"))
    defer { sparkchat_config_free(config) }
    sparkchat_config_set_model(config, "max", nil)
    sparkchat_config_set_api_password(config, try Emulator.running().ready.apiPassword, nil)
    var client: OpaquePointer?
    #expect(sparkchat_client_new(config, &client, nil) == SPARKCHAT_OK)
    defer { sparkchat_client_free(client) }
    var made: OpaquePointer?
    #expect(sparkchat_conversation_new(client, nil, &made, nil) == SPARKCHAT_OK)
    let conversation = try #require(made)
    defer { sparkchat_conversation_free(conversation) }
    _ = sparkchat_conversation_add_tool(
      conversation, "get_weather", "", schema, onCall, calls.userData, nil, nil)
    #expect(ask(conversation, "Hi").status == SPARKCHAT_OK)
    #expect(calls.arguments == ["{}", "{}"])
  }

  @Test func `a registration that fails gives the tool back`() throws {
    let calls = Calls()
    let failed = sparkchat_conversation_add_tool(
      nil, "f", "", "{}", onCall, calls.userData, onFree, nil)
    #expect(failed == SPARKCHAT_ERR_INVALID_ARGUMENT)
    #expect(calls.isFreed)
  }

  @Test func `what the service finds too long is asked again with less`() throws {
    let conversation = try conversation()
    defer { sparkchat_conversation_free(conversation) }
    #expect(sparkchat_conversation_set_context_tokens(conversation, 0, nil) == SPARKCHAT_OK)
    let long = String(repeating: "word ", count: 1500)
    for _ in 0..<10 {
      for role in [SPARKCHAT_ROLE_USER, SPARKCHAT_ROLE_ASSISTANT] {
        sparkchat_conversation_add_message(conversation, role, long, nulTerminated, nil)
      }
    }
    #expect(ask(conversation, "1+1").text.contains("2"))
    #expect(sparkchat_conversation_count(conversation) == 22)
    // A question that is too long alone is the caller's to shorten.
    let much = String(repeating: long, count: 20)
    #expect(ask(conversation, much).status == SPARKCHAT_ERR_CONTEXT_LENGTH)
    #expect(sparkchat_conversation_count(conversation) == 22)
  }

  @Test func `a failure leaves the history as it was`() throws {
    let conversation = try conversation()
    defer { sparkchat_conversation_free(conversation) }
    #expect(ask(conversation, "Hi").status == SPARKCHAT_OK)
    let failed = ask(conversation, "#scenario error:code=10013\nHi")
    #expect(failed.status == SPARKCHAT_ERR_CONTENT_FILTERED)
    #expect(sparkchat_conversation_count(conversation) == 2)
    #expect(ask(conversation, "Hello").status == SPARKCHAT_OK)
  }

  @Test func `is saved and restored, and asks in the host's own way`() throws {
    let first = try conversation()
    #expect(
      sparkchat_conversation_add_message(
        first, SPARKCHAT_ROLE_SYSTEM, "Be brief.", nulTerminated, nil) == SPARKCHAT_OK)
    #expect(ask(first, "My name is Ada.").status == SPARKCHAT_OK)
    var json: UnsafeMutablePointer<CChar>?
    var length = 0
    #expect(sparkchat_conversation_save(first, &json, &length, nil) == SPARKCHAT_OK)
    sparkchat_conversation_free(first)
    let second = try conversation()
    defer { sparkchat_conversation_free(second) }
    #expect(sparkchat_conversation_restore(second, json, length, nil) == SPARKCHAT_OK)
    sparkchat_string_free(json)
    sparkchat_string_free(nil)
    #expect(sparkchat_conversation_set_context_tokens(second, 8000, nil) == SPARKCHAT_OK)
    #expect(
      sparkchat_conversation_add_message(
        second, SPARKCHAT_ROLE_USER, "What is my name?", nulTerminated, nil) == SPARKCHAT_OK)
    var request: OpaquePointer?
    #expect(sparkchat_conversation_request(second, &request, nil) == SPARKCHAT_OK)
    defer { sparkchat_request_free(request) }
    let client = try client(.wss, nil)
    defer { sparkchat_client_free(client) }
    var response: OpaquePointer?
    #expect(sparkchat_client_invoke(client, request, &response, nil) == SPARKCHAT_OK)
    #expect(text { sparkchat_response_text(response, $0) }?.contains("Ada") == true)
    #expect(sparkchat_conversation_add_response(second, response, nil) == SPARKCHAT_OK)
    sparkchat_response_free(response)
    #expect(sparkchat_conversation_count(second) == 5)
  }

  @Test func `the host's own tools are left to the host`() throws {
    let client = try client(.wss, nil)
    defer { sparkchat_client_free(client) }
    let options = try #require(sparkchat_request_new())
    defer { sparkchat_request_free(options) }
    _ = sparkchat_request_add_tool(options, "get_weather", "weather", schema, nil)
    var made: OpaquePointer?
    #expect(sparkchat_conversation_new(client, options, &made, nil) == SPARKCHAT_OK)
    let conversation = try #require(made)
    defer { sparkchat_conversation_free(conversation) }
    var response: OpaquePointer?
    let status = sparkchat_conversation_ask(
      conversation, "What is the weather in Hefei?", nulTerminated, nil, nil,
      &response, nil)
    #expect(status == SPARKCHAT_OK)
    #expect(sparkchat_response_tool_call_count(response) == 1)
    #expect(sparkchat_response_tool_call_arguments_valid(response, 0) == 1)
    #expect(sparkchat_response_tool_call_arguments_valid(response, 1) == 0)
    let id = try #require(text(sparkchat_response_tool_call_id(response, 0)))
    sparkchat_response_free(response)
    #expect(sparkchat_response_tool_call_id(nil, 0) == nil)
    let wrong = sparkchat_conversation_add_tool_result(
      conversation, "other", "x", nulTerminated, nil)
    #expect(wrong == SPARKCHAT_ERR_INVALID_ARGUMENT)
    let right = sparkchat_conversation_add_tool_result(
      conversation, id, "22 degrees", nulTerminated, nil)
    #expect(right == SPARKCHAT_OK)
    #expect(ask(conversation, nil).text.contains("22 degrees"))
  }

  @Test func `events tell the id of a call`() throws {
    let stream = try stream(.wss, #"function_call:name=f,arguments={"x"#)
    defer { sparkchat_stream_free(stream) }
    var ids: [String] = []
    _ = finish(stream) { event in
      guard sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TOOL_CALL else {
        #expect(sparkchat_event_tool_call_id(event) == nil)
        return
      }
      ids.append(text(sparkchat_event_tool_call_id(event)) ?? "")
      #expect(sparkchat_event_tool_call_arguments_valid(event) == 0)
    }
    #expect(ids.count == 1 && ids.first?.isEmpty == false)
    #expect(sparkchat_error_retry_after_ms(nil) == -1)
  }
}
