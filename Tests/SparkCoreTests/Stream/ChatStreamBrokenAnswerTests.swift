import SparkCore
import SparkWire
import Testing

/// Answers that fail partway. The part received so far is kept, and the error says what failed.
@Suite(.withEmulator)
struct ChatStreamBrokenAnswerTests {
  /// An unannounced end of the connection is not the end of an answer.
  @Test(
    arguments: [
      ("close_early:after=2", "close code 1000, \"close this ws conn\""),
      ("close_early:after=2,code=1001", "close code 1001"),
      ("close_early:after=2,code=1011", "close code 1011"),
      ("close_early:after=2,code=none", "without a close frame"),
      ("drop:after=2,how=fin", "without a close frame"),
      ("drop:after=2,how=fin,bytes=1", "without a close frame"),
      ("drop:after=2,how=fin,bytes=60", "without a close frame"),
      ("drop:after=2,how=reset", "Connection reset by peer"),
      ("drop:after=2,how=reset,bytes=30", "Connection reset by peer"),
      ("drop:after=2,how=cut", ""), ("drop:after=2,how=cut,bytes=3", ""),
    ], Wire.allCases)
  func `an end before the end is a truncated answer`(
    row: (scenario: String, message: String), wire: Wire
  ) throws {
    let seen = try ask(wire, "\(row.scenario),content=\(greeting)")
    let error = try #require(seen.error)
    #expect(seen.outcome == .truncated)
    #expect(error.status == .truncated)
    #expect(error.retryable)
    #expect(error.hint.contains("the text received so far is kept"))
    #expect(error.message.hasPrefix("the connection ended before the answer did ("))
    #expect(error.message.contains(row.message), "\(error.message)")
    #expect(!seen.text.isEmpty && greeting.hasPrefix(seen.text))
    #expect(error.sid != nil && error.sid == seen.sid)
    #expect(error.phase == .idle)
  }

  /// The same before anything has arrived.
  @Test(
    arguments: [
      "close_early:after=0", "close_early:after=0,code=none", "drop:after=0",
      "drop:after=0,how=cut",
      "drop:after=0,how=reset", "drop:after=0,bytes=5",
    ], Wire.allCases)
  func `an end before the beginning is a truncated answer, too`(
    scenario: String, wire: Wire
  ) throws {
    let seen = try ask(wire, scenario)
    #expect(seen.outcome == .truncated)
    #expect(seen.text.isEmpty)
    #expect(seen.error?.phase == .firstToken)
    #expect(seen.error?.sid == nil)
  }

  /// Violations of RFC 6455, and invalid JSON.
  @Test(
    arguments: [
      ("bad_utf8", 1007, "UTF-8"), ("masked", 1002, "mask"), ("rsv:bits=4", 1002, "reserved"),
      ("rsv:bits=2", 1002, "reserved"), ("rsv:bits=1", 1002, "reserved"),
      ("bad_opcode", 1002, "opcode"), ("bad_opcode:opcode=11", 1002, "opcode"),
      ("long_control", 1002, ""), ("fragmented_control", 1002, ""),
      ("lone_continuation", 1002, ""), ("unfinished_message", 1002, ""),
      ("bad_close:kind=half", 1002, ""), ("bad_close:kind=code", 1002, "1005"),
      ("bad_close:kind=utf8", 1007, "UTF-8"), ("bad_close:kind=long", 1002, ""),
      ("binary", 1000, "binary"), ("bad_json", 1000, "invalid JSON"),
      ("bad_json:text=[]", 1000, "not an object"), ("bad_json:text={}", 1000, "neither header"),
      ("deep_json:depth=100", 1000, "64 levels"), ("deep_json", 1000, "64 levels"),
    ], Wire.allCases)
  func `a broken protocol is told to both sides`(
    row: (scenario: String, closeCode: Int, message: String), wire: Wire
  ) throws {
    let tag = newTag()
    let separator = row.scenario.contains(":") ? "," : ":"
    let seen = try ask(wire, "\(row.scenario)\(separator)content=\(greeting)", tag: tag)
    let error = try #require(seen.error)
    #expect(seen.outcome == .failed)
    #expect(error.status == .protocol)
    #expect(error.message.contains(row.message), "\(error.message)")
    #expect(!error.retryable)
    #expect(!seen.text.isEmpty && greeting.hasPrefix(seen.text))
    #expect(error.sid == seen.sid && seen.sid != nil)
    let record = try #require(try Emulator.running().records(tag).first)
    #expect(record.violation == nil)
    // If the emulator keeps sending, the connection may be gone before it has read the reason.
    let isQuiet = row.scenario.hasPrefix("bad_close")
    #expect(record.clientClose?.code == row.closeCode || record.clientClose == nil && !isQuiet)
  }

  @Test(
    arguments: ["oversize", "oversize:bytes=5000000", "big_frame:bytes=5000000"], Wire.allCases)
  func `a message that is too large ends the exchange`(scenario: String, wire: Wire) throws {
    let tag = newTag()
    let seen = try ask(wire, scenario, tag: tag)
    #expect(seen.outcome == .failed)
    #expect(seen.error?.status == .tooLarge)
    #expect(!seen.text.isEmpty)
    let record = try #require(try Emulator.running().records(tag).first)
    #expect(record.clientClose?.code == 1009)
  }

  @Test func `the limits are the caller's`() throws {
    let message = try ask(.ws, "big_frame:bytes=4000") { try $0.setMaxMessageSize(3_000) }
    #expect(message.error?.status == .tooLarge)
    let fits = try ask(.ws, "big_frame:bytes=4000,content=x") { try $0.setMaxMessageSize(5_000) }
    #expect(fits.error == nil)
    let answer = try ask(.ws, "count:n=1000,size=10") { try $0.setMaxAnswerSize(2_000) }
    #expect(answer.error?.status == .tooLarge)
    #expect(answer.error?.message == "the answer is larger than 2000 bytes")
    #expect(answer.text.utf8.count == 2_000)
    let reasoning = try ask(.ws, "both:content=\(String(repeating: "x", count: 900))") {
      try $0.setMaxAnswerSize(1_024)
    }
    #expect(reasoning.error?.status == .tooLarge)
  }

  @Test(
    arguments: [
      (10004, .invalidRequest, false), (10012, .service, true), (10013, .contentFiltered, false),
      (10019, .contentFiltered, false), (10907, .contextLength, false),
      (11200, .permission, false), (11201, .quota, false), (11202, .rateLimited, true),
      (10110, .overloaded, true),
    ] as [(Int32, Status, Bool)], Wire.allCases)
  func `the service's error is an error`(
    row: (code: Int32, status: Status, retryable: Bool), wire: Wire
  ) throws {
    let seen = try ask(
      wire, "error:code=\(row.code),message=Kind:(12:00:00.000) because", "secret?")
    let error = try #require(seen.error)
    #expect(seen.outcome == .failed)
    #expect(error.status == row.status)
    #expect(error.serviceCode == row.code)
    #expect(error.retryable == row.retryable)
    #expect(error.message == "service code \(row.code): Kind:(12:00:00.000) because")
    #expect(error.sid?.hasPrefix("cht") == true)
    #expect(seen.sid == error.sid)
    #expect(seen.text.isEmpty && seen.pieces.isEmpty)
  }

  @Test(arguments: Wire.allCases)
  func `an error in the middle keeps what came before`(wire: Wire) throws {
    let seen = try ask(wire, "error:code=10014,after=3,content=\(greeting)")
    #expect(seen.error?.status == .contentFiltered)
    #expect(seen.error?.hint.contains("withdraw") == true)
    #expect(!seen.text.isEmpty && greeting.hasPrefix(seen.text))
    #expect(seen.error?.phase == .idle)
  }

  @Test(arguments: Wire.allCases)
  func `what the service does not take is its own error`(wire: Wire) throws {
    // The library cannot know that this app may not use the domain.
    let seen = try ask(wire, nil, path: "/v1.1/chat") { try $0.setDomain("patch-does-not-exist") }
    #expect(seen.error?.serviceCode == 10003)
    #expect(seen.error?.status == .invalidRequest)
    let app = try ask(wire, nil) { try $0.setAppID("ffffffff") }
    #expect(app.error?.serviceCode ?? 0 != 0)
    #expect(app.outcome == .failed)
  }
}
