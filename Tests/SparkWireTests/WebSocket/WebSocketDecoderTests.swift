import SparkWire
import Testing

/// Expects the same outcome however the bytes are cut.
private func expectOutcome(
  _ bytes: [UInt8], maxMessageSize: Int = 1 << 20, _ expected: FrameOutcome,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  for pieces in [[bytes], bytes.singly] + bytes.splits {
    let outcome = decodeFrames(pieces, maxMessageSize: maxMessageSize)
    #expect(outcome == expected, "\(pieces)", sourceLocation: sourceLocation)
  }
}

struct WebSocketDecoderTests {
  @Test(
    arguments: [
      ("81 05 48 65 6c 6c 6f", [.text("Hello")]),
      ("01 03 48 65 6c 80 02 6c 6f", [.text("Hello")]),
      ("89 05 48 65 6c 6c 6f 8a 05 48 65 6c 6c 6f", [.ping("Hello"), .pong("Hello")]),
      ("82 02 ff 00", [.binary([0xFF, 0])]),
      ("81 00 82 00 89 00 8a 00", [.text(""), .binary([]), .ping(""), .pong("")]),
      // control frames between fragments
      ("01 01 61 89 01 70 00 00 8a 00 80 01 62", [.ping("p"), .pong(""), .text("ab")]),
      ("02 01 61 00 01 ff 80 00 81 01 62", [.binary([0x61, 0xFF]), .text("b")]),
      // empty fragments, and two fragmented messages in a row
      ("01 00 00 00 80 00 01 00 80 01 61", [.text(""), .text("a")]),
      // a character cut by fragments, with a ping inside
      ("01 01 e4 89 01 78 00 01 bd 80 01 a0", [.ping("x"), .text("你")]),
      ("88 00", [.close(nil, "")]), ("88 02 03 e8", [.close(1000, "")]),
      ("88 05 0f a0 62 79 65", [.close(4000, "bye")]),
      ("01 01 61 88 05 03 f3 e4 bd a0", [.close(1011, "你")]),
      // what follows a Close is discarded, even if it is garbage
      ("88 00 81 01 61 ff ff ff", [.close(nil, "")]),
    ] as [(String, [FrameEvent])])
  func `takes out messages and control frames`(hex: String, events: [FrameEvent]) {
    expectOutcome([UInt8](hex: hex), FrameOutcome(events: events))
  }

  @Test(arguments: [0, 1, 125, 126, 127, 256, 65_535, 65_536, 70_001])
  func `takes a message of any length form`(count: Int) {
    let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let bytes = frame(0x82, payload)
    let expected = FrameOutcome(events: [.binary(payload)])
    #expect(decodeFrames([bytes]) == expected)
    for cut in 0..<min(bytes.count, 20) {
      #expect(decodeFrames([[UInt8](bytes[..<cut]), [UInt8](bytes[cut...])]) == expected)
    }
    var generator = SeededGenerator(seed: 9)
    #expect(decodeFrames(bytes.cutAtRandom(using: &generator)) == expected)
  }

  @Test(arguments: [
    ("c1", "reserved bits", 1002), ("a1", "reserved bits", 1002), ("91", "reserved bits", 1002),
    ("83", "unknown opcode 3", 1002), ("87", "unknown opcode 7", 1002),
    ("8b", "unknown opcode 11", 1002), ("8f", "unknown opcode 15", 1002),
    ("09", "control frame in fragments: opcode 9", 1002), ("08", "in fragments", 1002),
    ("0a", "in fragments", 1002),
    ("81 80", "masked", 1002), ("81 85 37 fa 21 3d 7f 9f 4d 51 58", "masked", 1002),
    ("89 7e", "more than 125", 1002), ("88 7f", "more than 125", 1002),
    ("81 7e 00 00", "length 0 in 2 bytes", 1002), ("81 7e 00 7d", "length 125 in 2 bytes", 1002),
    ("81 7f 00 00 00 00 00 00 ff ff", "length 65535 in 8 bytes", 1002),
    ("81 7f 80 00 00 00 00 00 00 00", "63 bits", 1002),
    ("82 7f ff ff ff ff ff ff ff ff", "63 bits", 1002),
    ("80 01", "continued a message that it had not begun", 1002), ("00 00", "not begun", 1002),
    ("01 00 81 00", "inside another", 1002), ("01 00 02 00", "inside another", 1002),
    ("88 01 03", "an incomplete code", 1002),
    ("88 02 00 00", "illegal code 0", 1002), ("88 02 03 e7", "illegal code 999", 1002),
    ("88 02 03 ec", "illegal code 1004", 1002), ("88 02 03 ed", "illegal code 1005", 1002),
    ("88 02 03 ee", "illegal code 1006", 1002), ("88 02 03 f7", "illegal code 1015", 1002),
    ("88 02 0b b7", "illegal code 2999", 1002), ("88 02 13 88", "illegal code 5000", 1002),
    ("88 03 03 e8 ff", "reason that is not UTF-8", 1007),
    ("88 04 03 e8 e4 bd", "reason that is not UTF-8", 1007),
    ("81 01 ff", "text that is not UTF-8", 1007), ("81 02 e4 bd", "text that is not UTF-8", 1007),
    ("01 02 e4 bd 80 00", "text that is not UTF-8", 1007),
    ("01 02 e4 bd 80 01 41", "text that is not UTF-8", 1007),
    ("01 01 ed 00 01 a0", "text that is not UTF-8", 1007),
    ("81 0a f8", "text that is not UTF-8", 1007),
  ])
  func `refuses as soon as it can, with the right close code`(
    hex: String, message: String, code: UInt16
  ) {
    let bytes = [UInt8](hex: hex)
    let outcome = decodeFrames([bytes])
    #expect(outcome.failure == .protocol)
    #expect(outcome.message.contains(message), "\(outcome.message)")
    #expect(outcome.failureCode == code)
    expectOutcome(bytes, outcome)
    // Earlier messages are delivered.
    var later = outcome
    later.events = [.ping("")] + outcome.events
    expectOutcome([0x89, 0] + bytes, later)
  }

  @Test(arguments: [
    ("82 05", 4), ("81 7e 01 00", 255), ("82 7f 7f ff ff ff ff ff ff ff", 1 << 40),
    ("82 7f 7f ff ff ff ff ff ff ff", 0), ("02 03 61 61 61 80 02", 4), ("02 03 61 61 61 00 02", 4),
    ("01 04 61 61 61 61 89 00 00 01", 4), ("02 01 61 80 7f 7f ff ff ff ff ff ff ff", Int.max - 1),
    ("82 01", -1),
  ])
  func `refuses a message beyond the limit when its header says so`(hex: String, limit: Int) {
    let outcome = decodeFrames([[UInt8](hex: hex)], maxMessageSize: limit)
    #expect(outcome.failure == .tooLarge)
    #expect(outcome.failureCode == 1009)
    expectOutcome([UInt8](hex: hex), maxMessageSize: limit, outcome)
    #expect(decodeFrames([[UInt8](hex: hex).dropLast()], maxMessageSize: limit).failure == nil)
  }

  @Test func `takes a message of just the limit, and control frames beyond it`() {
    let pong = FrameEvent.pong("123456")
    expectOutcome(
      [UInt8](hex: "82 04 61 61 61 61 8a 06 31 32 33 34 35 36"), maxMessageSize: 4,
      FrameOutcome(events: [.binary([0x61, 0x61, 0x61, 0x61]), pong]))
    expectOutcome(
      [UInt8](hex: "01 03 61 61 61 80 01 61"), maxMessageSize: 4,
      FrameOutcome(events: [.text("aaaa")]))
  }

  @Test func `stays failed`() {
    var decoder = WebSocketDecoder(maxMessageSize: 100)
    var input = ByteBuffer([UInt8](hex: "83"))
    for _ in 0..<3 {
      #expect(throws: SparkError.self) { try decoder.next(&input) }
      #expect(decoder.failureCode == 1002)
      input.append([0x81, 0x00])
    }
  }

  @Test func `lends an unfragmented message from the input until the next call`() throws {
    var decoder = WebSocketDecoder(maxMessageSize: 100)
    var input = ByteBuffer([UInt8](hex: "81 02 61 62 82 01 63 81"))
    let before = input.readable
    guard case .text(let text) = try decoder.next(&input) else {
      Issue.record("no text")
      return
    }
    #expect(UnsafeRawPointer(text.baseAddress) == before.baseAddress.map { $0 + 2 })
    #expect(input.count == 8)
    // More may arrive before the next call.
    input.append([0x00])
    guard case .binary = try decoder.next(&input) else {
      Issue.record("no binary")
      return
    }
    #expect(input.count == 5)
    #expect(try decoder.next(&input).map(FrameEvent.init) == .text(""))
    #expect(try decoder.next(&input).map(FrameEvent.init) == nil)
    #expect(input.count == 0)
  }

  @Test func `joins many fragments, with memory for one message`() throws {
    let count = 5_000
    var bytes: [UInt8] = [0x01, 0x03] + [UInt8]("你")
    for _ in 1..<count { bytes += [0x00, 0x03] + [UInt8]("你") }
    bytes += [0x80, 0x00]
    let expected = FrameEvent.text(String(repeating: "你", count: count))
    #expect(
      decodeFrames([bytes + bytes], maxMessageSize: count * 3).events == [expected, expected])
  }

  @Test(arguments: [UInt16](900...1100) + [2999, 3000, 4999, 5000, 0, .max])
  func `knows which close codes are legal`(code: UInt16) {
    let isLegal =
      (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
    #expect(WebSocketCloseCode(rawValue: code).isLegalOnWire == isLegal)
    #expect((WebSocketCloseCode(rawValue: code).name.description == "unknown code") == !isLegal)
  }
}
