import CSparkChat
import SparkChatABI
import Testing

/// All that can be asked of an event, as text.
private func describe(_ event: OpaquePointer) -> [String: String] {
  var facts = ["kind": text(sparkchat_event_kind_name(sparkchat_event_kind_of(event))) ?? ""]
  facts["text"] = text { sparkchat_event_text(event, $0) }
  facts["name"] = text(sparkchat_event_tool_call_name(event))
  facts["arguments"] = text { sparkchat_event_tool_call_arguments(event, $0) }
  facts["title"] = text(sparkchat_event_citation_title(event))
  facts["url"] = text(sparkchat_event_citation_url(event))
  if sparkchat_event_citation_index(event) >= 0 {
    facts["index"] = "\(sparkchat_event_citation_index(event))"
  }
  let tokens = [
    SPARKCHAT_TOKENS_QUESTION, SPARKCHAT_TOKENS_PROMPT, SPARKCHAT_TOKENS_COMPLETION,
    SPARKCHAT_TOKENS_TOTAL,
  ].map { sparkchat_event_tokens(event, $0) }
  if tokens != [-1, -1, -1, -1] { facts["tokens"] = "\(tokens[3] == tokens[1] + tokens[2])" }
  let code = sparkchat_event_warning_code(event)
  if code != 0 { facts["code"] = "\(code)" }
  #expect(sparkchat_event_tokens(event, sparkchat_tokens(9)) == -1)
  return facts
}

private func events(_ wire: Wire, _ scenario: String) throws -> [[String: String]] {
  let stream = try stream(wire, scenario)
  defer { sparkchat_stream_free(stream) }
  var events: [[String: String]] = []
  #expect(finish(stream) { events.append(describe($0)) }.status == SPARKCHAT_DONE)
  return events
}

@Suite(.withEmulator)
struct EventABITests {
  private let ready = ["kind": "ready"]
  private let usage = ["kind": "usage", "tokens": "true"]

  @Test(arguments: Wire.allCases)
  func `each kind tells its own and nothing else`(wire: Wire) throws {
    #expect(
      try events(wire, "single:content=a你\u{0}b")
        == [ready, ["kind": "text", "text": "a你\u{0}b"], usage])
    #expect(
      try events(wire, "function_call:name=f,arguments={}")
        == [ready, ["kind": "tool call", "name": "f", "arguments": "{}"], usage])
    let citations = try events(wire, "citations:content=x").filter { $0["kind"] == "citation" }
    #expect(citations.map { $0["url"] ?? "" }.first == "https://example.com/pages/1")
    #expect(citations.map(\.keys.count) == [4, 4])
    let thoughts = try events(wire, "reasoning:thoughts=t,content=x")
    #expect(thoughts.contains(["kind": "reasoning", "text": "t"]))
    let warning = try #require(try events(wire, "late_error:content=x").last)
    #expect(warning["kind"] == "warning" && warning["code"] == "10019")
    #expect(warning["text"]?.isEmpty == false)
  }

  @Test(arguments: Wire.allCases)
  func `the response has it all`(wire: Wire) throws {
    let stream = try stream(wire, "citations:content=a\u{0}你", "birds")
    defer { sparkchat_stream_free(stream) }
    let response = sparkchat_stream_response(stream)
    #expect(sparkchat_response_outcome(response) == SPARKCHAT_OUTCOME_PENDING)
    #expect(text { sparkchat_response_text(response, $0) } == "")
    #expect(text { sparkchat_response_reasoning(response, $0) } == "")
    #expect(sparkchat_response_tokens(response, SPARKCHAT_TOKENS_TOTAL) == -1)
    #expect(sparkchat_response_sid(response) == nil)
    #expect(finish(stream).status == SPARKCHAT_DONE)
    #expect(sparkchat_response_outcome(response) == SPARKCHAT_OUTCOME_COMPLETE)
    #expect(text { sparkchat_response_text(response, $0) } == "a\u{0}你")
    #expect(text(sparkchat_response_sid(response))?.hasPrefix("cht") == true)
    #expect(sparkchat_response_citation_count(response) == 2)
    #expect(sparkchat_response_citation_index(response, 1) == 2)
    #expect(text(sparkchat_response_citation_title(response, 0))?.contains("birds") == true)
    #expect(text(sparkchat_response_citation_url(response, 1)) == "https://example.com/pages/2")
    #expect(sparkchat_response_tokens(response, SPARKCHAT_TOKENS_TOTAL) > 0)
    #expect(sparkchat_response_tokens(response, sparkchat_tokens(0)) == -1)
    #expect(sparkchat_response_attempts(response) == 1)
    #expect(sparkchat_response_bytes_received(response) > 100)
    #expect(sparkchat_response_bytes_sent(response) > 100)
    #expect(sparkchat_response_timing_us(response, SPARKCHAT_TIMING_TOTAL) > 0)
    #expect(sparkchat_response_timing_us(response, sparkchat_timing(99)) == -1)
    let kind = sparkchat_response_connection(response)
    #expect(kind == SPARKCHAT_CONNECTION_COLD)
    // There is nothing where there is nothing.
    for place in [2, .max, -1] {
      #expect(sparkchat_response_citation_index(response, place) == -1)
      #expect(sparkchat_response_citation_title(response, place) == nil)
      #expect(sparkchat_response_citation_url(response, place) == nil)
      #expect(sparkchat_response_tool_call_name(response, place) == nil)
      #expect(text { sparkchat_response_tool_call_arguments(response, place, $0) } == nil)
    }
  }

  @Test func `a tool call and a warning are in the response, too`() throws {
    let call = try stream(.ws, "function_call:name=f,arguments=[1]")
    defer { sparkchat_stream_free(call) }
    _ = finish(call)
    let response = sparkchat_stream_response(call)
    #expect(sparkchat_response_tool_call_count(response) == 1)
    #expect(text(sparkchat_response_tool_call_name(response, 0)) == "f")
    #expect(text { sparkchat_response_tool_call_arguments(response, 0, $0) } == "[1]")
    #expect(sparkchat_response_warning_code(response) == 0)
    #expect(sparkchat_response_warning_message(response) == nil)
    let warned = try stream(.ws, "late_error")
    defer { sparkchat_stream_free(warned) }
    #expect(finish(warned).status == SPARKCHAT_DONE)
    #expect(sparkchat_response_warning_code(sparkchat_stream_response(warned)) == 10019)
    #expect(text(sparkchat_response_warning_message(sparkchat_stream_response(warned))) != nil)
  }

  @Test(arguments: Wire.allCases)
  func `an error says all it knows`(wire: Wire) throws {
    let service = try stream(wire, "error:code=11202,message=Slow down")
    defer { sparkchat_stream_free(service) }
    let error = try #require(failed(service))
    defer { sparkchat_error_free(error) }
    #expect(sparkchat_error_status(error) == SPARKCHAT_ERR_RATE_LIMITED)
    #expect(text(sparkchat_error_message(error)) == "service code 11202: Slow down")
    #expect(text(sparkchat_error_hint(error))?.isEmpty == false)
    #expect(sparkchat_error_service_code(error) == 11202)
    #expect(text(sparkchat_error_sid(error))?.hasPrefix("cht") == true)
    #expect(sparkchat_error_retryable(error) == 1)
    #expect(sparkchat_error_phase(error) == SPARKCHAT_PHASE_FIRST_TOKEN)
    #expect(sparkchat_error_http_status(error) == 0)
    #expect(sparkchat_error_http_body(error) == nil)
    #expect(sparkchat_error_os_errno(error) == 0)
    #expect(sparkchat_error_clock_skew(error, nil) == 0)

    let refused = try stream(wire, "skew:seconds=3600")
    defer { sparkchat_stream_free(refused) }
    let refusal = try #require(failed(refused))
    defer { sparkchat_error_free(refusal) }
    #expect(sparkchat_error_status(refusal) == SPARKCHAT_ERR_AUTH)
    #expect(sparkchat_error_http_status(refusal) == 403)
    #expect(text(sparkchat_error_http_body(refusal))?.contains("HMAC") == true)
    #expect(text(sparkchat_error_server_date(refusal))?.hasSuffix("GMT") == true)
    var seconds: Int64 = 0
    #expect(sparkchat_error_clock_skew(refusal, &seconds) == 1)
    #expect(abs(seconds + 3_600) < 60)
    #expect(sparkchat_error_retryable(refusal) == 0)
    #expect(sparkchat_error_service_code(refusal) == 0)
    #expect(sparkchat_error_sid(refusal) == nil)
  }

  @Test func `an error outlives the stream, and a success overwrites it`() throws {
    let stream = try stream(.ws, "error:code=10013")
    let error = try #require(failed(stream))
    sparkchat_stream_free(stream)
    #expect(sparkchat_error_service_code(error) == 10013)
    sparkchat_error_free(error)
    var slot = OpaquePointer(bitPattern: 0x5)
    let config = sparkchat_config_new()
    #expect(sparkchat_config_set_model(config, "max", &slot) == SPARKCHAT_OK)
    #expect(slot == nil)
    sparkchat_config_free(config)
  }

  /// The error object that a stream ends with.
  private func failed(_ stream: OpaquePointer) -> OpaquePointer? {
    while true {
      var event: OpaquePointer?
      var error: OpaquePointer?
      let status = sparkchat_stream_next(stream, -1, &event, &error)
      if status.rawValue < 0 { return error }
      if status == SPARKCHAT_DONE { return nil }
    }
  }
}
