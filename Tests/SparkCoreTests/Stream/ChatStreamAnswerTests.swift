import SparkCore
import SparkWire
import Testing

/// The forms of complete answers, each over both kinds of connection.
@Suite(.withEmulator)
struct ChatStreamAnswerTests {
  /// The text arrives whole, however it is split, framed and decorated.
  @Test(
    arguments: [
      // The last message, or the only one, contains text.
      "text", "single", "empty_last", "jump",
      // Missing, empty and unusual members.
      "multi_text", "no_text", "no_role", "null_content", "no_payload", "no_usage",
      "status_header_only", "status_choices_only", "seq_gap", "unknown_fields", "string_numbers",
      "reordered", "huge_number:kind=integer", "huge_number:kind=real", "huge_number:kind=usage",
      // Frames and packets.
      "fragments:size=1", "fragments:size=10", "pings", "pings:every=3", "ping_flood:n=3000",
      "unsolicited_pong", "slow:bytes=3,delay_ms=0", "coalesce", "early_data", "no_close",
    ], Wire.allCases)
  func `the whole text arrives`(scenario: String, wire: Wire) throws {
    let separator = scenario.contains(":") ? "," : ":"
    let seen = try ask(wire, "\(scenario)\(separator)content=\(greeting)") {
      try $0.setTimeout(\.close, "close", 200)
    }
    #expect(seen.error == nil)
    #expect(seen.outcome == .complete)
    // Two of the scenarios insert a character in the middle.
    #expect(seen.text.replacing("·", with: "") == greeting)
    #expect(seen.reasoning.isEmpty && seen.calls.isEmpty && seen.citations.isEmpty)
    #expect(seen.sid?.hasPrefix("cht") == true)
    #expect(seen.warning == nil)
  }

  @Test(arguments: Wire.allCases)
  func `answers a question`(wire: Wire) throws {
    let seen = try ask(wire, nil, "12 * 12 = ?")
    #expect(seen.text.contains("144"), "\(seen.text)")
    #expect(seen.outcome == .complete)
    #expect(seen.attempts == 1)
    let slow = try ask(wire, "slow_upgrade:bytes=7,delay_ms=0", "12 * 12 = ?")
    #expect(slow.text == seen.text)
  }

  @Test(arguments: Wire.allCases)
  func `tells the usage`(wire: Wire) throws {
    let seen = try ask(wire, "echo:chunks=3", "count these words")
    #expect(seen.usage.total > 0)
    #expect(seen.usage.total == seen.usage.prompt + seen.usage.completion)
    #expect(seen.usage.question > 0)
    #expect(try ask(wire, "no_usage").usage == Usage())
    #expect(try ask(wire, "huge_number:kind=usage").usage == Usage())
  }

  @Test(arguments: Wire.allCases)
  func `keeps all the reasoning, apart from the text`(wire: Wire) throws {
    let seen = try ask(wire, "reasoning:content=\(greeting),thoughts=想一想 first.", path: "/v1/x1")
    #expect(seen.text == greeting)
    #expect(seen.reasoning == "想一想 first.")
    let both = try ask(wire, "both:content=\(greeting)")
    #expect(both.text == greeting)
    #expect(both.reasoning.hasPrefix("because 0; because 1; "))
  }

  @Test(arguments: Wire.allCases)
  func `a tool call is an event of its own, once`(wire: Wire) throws {
    let call = ["get_weather", #"{"city":"合肥","day":"今天"}"#]
    let seen = try ask(wire, "function_call")
    #expect(seen.calls == [call])
    #expect(seen.pieces.filter { $0 == .call(call[0], call[1]) }.count == 1)
    #expect(seen.text.isEmpty)
    // A model's mistakes are passed on unchanged.
    let odd = try ask(wire, "function_call:name=查,arguments={broken")
    #expect(odd.calls == [["查", "{broken"]])
  }

  @Test(arguments: Wire.allCases)
  func `names the pages of a web search`(wire: Wire) throws {
    let seen = try ask(wire, "citations:content=x", "birds")
    #expect(
      seen.citations == [
        ["1", "Example page 1 about “birds”", "https://example.com/pages/1"],
        ["2", "Example page 2 about “birds”", "https://example.com/pages/2"],
      ])
    #expect(seen.text == "x")
    guard case .citation = seen.pieces.first else {
      Issue.record("the pages do not come first")
      return
    }
  }

  @Test(
    arguments: [
      ("nul", "a\u{0}b"), ("split_surrogate", "half 😀 whole"), ("lone_surrogate", "lone \u{FFFD}"),
      ("big_frame:bytes=100000", String(repeating: "x", count: 100_000)),
      ("big_frame:bytes=3000000", String(repeating: "x", count: 3_000_000)),
    ], Wire.allCases)
  func `an unusual text comes through`(row: (scenario: String, text: String), wire: Wire) throws {
    let seen = try ask(wire, row.scenario)
    #expect(seen.outcome == .complete)
    #expect(seen.text.contains(row.text))
  }

  @Test(arguments: Wire.allCases)
  func `no event is empty, and none repeats the answer`(wire: Wire) throws {
    let seen = try ask(wire, "count:n=200")
    let texts = seen.pieces.compactMap { if case .text(let text) = $0 { text } else { nil } }
    #expect(texts == (0..<200).map { "\($0) " })
    #expect(try !ask(wire, "no_text").pieces.contains(.text("")))
  }

  @Test(arguments: Wire.allCases)
  func `a late warning does not take the answer away`(wire: Wire) throws {
    for scenario in ["late_error", "late_error:delay_ms=50"] {
      let separator = scenario.contains(":") ? "," : ":"
      let seen = try ask(wire, "\(scenario)\(separator)content=\(greeting)") {
        try $0.setTimeout(\.close, "close", 5_000)
      }
      #expect(seen.outcome == .complete)
      #expect(seen.text == greeting)
      #expect(seen.warning == 10019)
      #expect(seen.error == nil)
    }
  }

  @Test func `waits for a late warning only as long as it is told to`() throws {
    let seen = try ask(.ws, "late_error:delay_ms=1500,content=x") {
      try $0.setTimeout(\.close, "close", 50)
    }
    #expect(seen.outcome == .complete)
    #expect(seen.warning == nil)
    let none = try ask(.ws, "no_close:content=x") { try $0.setTimeout(\.close, "close", 0) }
    #expect(none.outcome == .complete)
  }

  @Test(arguments: Wire.allCases)
  func `answers pings with what they carry`(wire: Wire) throws {
    let tag = newTag()
    let seen = try ask(wire, "pings:content=\(greeting)", tag: tag)
    #expect(seen.text == greeting)
    let record = try #require(try Emulator.running().records(tag).first)
    let payloads = try record.pongs.map {
      String(decoding: try #require(bytes(hex: $0)), as: UTF8.self)
    }
    #expect(payloads == (0..<payloads.count).map { "ping \($0)" })
    #expect(payloads.count > 2)
    #expect(record.violation == nil)
  }

  @Test func `an answer of 20,000 pieces comes through`() throws {
    let seen = try ask(.ws, "count:n=20000")
    #expect(seen.text == (0..<20_000).map { "\($0) " }.joined())
    #expect(seen.usage.completion == 20_000)
  }

  private func bytes(hex: String) -> [UInt8]? {
    let digits = hex.compactMap(\.hexDigitValue)
    guard digits.count == hex.count else { return nil }
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}
