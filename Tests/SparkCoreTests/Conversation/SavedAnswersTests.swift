import SparkTransport
import SparkWire
import Testing

@testable import SparkCore

/// A history can be saved and restored without change, whatever the server answers.
struct SavedAnswersTests {
  @Test(arguments: 0..<150 as Range<UInt64>)
  func `a conversation of any answers`(seed: UInt64) throws {
    var service = OddService(seed: seed)
    let url = service.transport == .http ? "http://localhost/v1" : "ws://localhost/v3.5/chat"
    let talk = try Conversation(client: client(url), options: ChatRequest())
    for _ in 0..<6 {
      try talk.addMessage(.user, service.text() + "?")
      _ = talk.request()
      try talk.addResponse(service.answer())
      try checkSaved(talk.history)
      // In any order.
      while let call = service.pick(talk.history.openCalls) {
        try talk.addResult(callID: call.id, service.text())
        try checkSaved(talk.history)
      }
    }
    #expect(talk.history.count >= 6)
    while talk.history.count > 0 {
      try talk.truncate(to: talk.history.count - 1)
      try checkSaved(talk.history)
    }
  }

  private func checkSaved(_ history: History) throws {
    let text = try saved(history)
    let again = try text.withUnsafeBytes { try History(parsing: $0) }
    #expect(try saved(again) == text)
    #expect(again.openCalls.map(\.id) == history.openCalls.map(\.id))
    for index in 0..<history.count {
      let (one, other) = (history.message(at: index), again.message(at: index))
      #expect(one?.content == other?.content && one?.callID == other?.callID)
      #expect(one?.calls.map(\.arguments) == other?.calls.map(\.arguments))
    }
  }

  private func saved(_ history: History) throws(SparkError) -> [UInt8] {
    var buffer = ByteBuffer()
    try history.write(to: &buffer)
    return [UInt8](buffer.readable)
  }
}

/// A service with odd answers: counts, IDs, names, arguments and texts of any kind.
private struct OddService {
  /// JSON texts; the first one cannot be a name.
  private static let texts = [
    #""""#, #""a""#, #""你好 😀""#, #""\u0000""#, #""\ud83d""#, #""\ude00b""#, #""\uffff\ue000""#,
    #""\"\\\r\n\u007f\u0085\u2028""#, #""{broken""#, #""{\"a\": 1}""#, #""<think>""#,
  ]
  private static let counts = [
    "0", "-1", "1", "17", "9999999", "10000000", "10000001", "30000000", "1e7", "1.5e300",
    "2147483648",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99999999999999999999999",
    "null",
    #""12""#, "{}",
  ]
  private static let ids = [
    #""a""#, #""a""#, #""b""#, #""""#, #""\u0000""#, "null", "7", #""\ud83d""#, #""你""#,
  ]

  private var random: SplitMix
  let transport: Transport

  init(seed: UInt64) {
    random = SplitMix(state: seed)
    transport = seed.isMultiple(of: 2) ? .http : .webSocket
  }

  /// Returns a text of the host.
  mutating func text() -> String {
    ["a", "\0", "\u{FFFF}\u{E000}", "{\"x\":[]}", "😀\r\n"].randomElement(using: &random) ?? ""
  }

  /// Returns a random call; nil if there is none, and now and then at random.
  mutating func pick(_ calls: [Message.Call]) -> Message.Call? {
    calls.randomElement(using: &random)
  }

  /// Returns a complete answer.
  mutating func answer() throws -> Response {
    var reader = AnswerReader(transport: transport)
    let response = Response(maxSize: 1 << 20, start: Instant.now())
    for message in messages() {
      var bytes = [UInt8](message.utf8) + [0]
      try bytes.withUnsafeMutableBytes { bytes in
        try reader.read(UnsafeMutableRawBufferPointer(rebasing: bytes.dropLast()))
        while let event = reader.nextEvent() { try response.append(event) }
      }
    }
    let isFinished = reader.isFinished
    #expect(isFinished)
    response.outcome = .complete
    return response
  }

  private mutating func messages() -> [String] {
    let count = Int.random(in: 0...3, using: &random)
    let texts = (0...count).map { _ in one(of: Self.texts) }
    let usage = ["prompt_tokens", "completion_tokens", "total_tokens", "question_tokens"]
      .map { "\"\($0)\":\(one(of: Self.counts))" }.joined(separator: ",")
    switch transport {
    case .http:
      let calls = (0..<count).map { index in
        #"{"index":\#(index),"id":\#(one(of: Self.ids)),"type":"function","function":\#(function())}"#
      }
      return texts.map { #"{"choices":[{"delta":{"content":\#($0)}}]}"# } + [
        #"{"choices":[{"delta":{"tool_calls":[\#(calls.joined(separator: ","))]}}],"usage":{\#(usage)}}"#,
        "[DONE]",
      ]
    case .webSocket:
      let items =
        texts.map { #"{"content":\#($0),"role":"assistant","index":0}"# }
        + (0..<count).map { _ in
          #"{"content":"","role":"assistant","function_call":\#(function()),"id":\#(one(of: Self.ids))}"#
        }
      return [
        #"{"header":{"code":0,"sid":\#(one(of: Self.texts)),"status":2},"payload":{"choices":{"status":2,"#
          + #""text":[\#(items.joined(separator: ","))]},"usage":{"text":{\#(usage)}}}}"#
      ]
    }
  }

  private mutating func function() -> String {
    #"{"name":\#(one(of: Array(Self.texts.dropFirst()))),"arguments":\#(one(of: Self.texts))}"#
  }

  private mutating func one(of texts: [String]) -> String {
    texts.randomElement(using: &random) ?? ""
  }
}

/// Generates the same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
