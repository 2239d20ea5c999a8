import SparkWire
import Testing

struct WebSocketDecoderMutationTests {
  @Test func `mutated frames fare the same however they are cut`() {
    var generator = SeededGenerator(seed: 10)
    var seed = frame(0x81, [UInt8]("你好，我是讯飞星火认知大模型")) + frame(0x01, [UInt8]("naïve "))
    seed += frame(0x89, [UInt8]("ping")) + frame(0x00, [UInt8](repeating: 0x41, count: 130))
    seed += frame(0x80, [UInt8]("😀")) + frame(0x82, [UInt8](repeating: 0xFE, count: 126))
    seed += frame(0x8A, []) + frame(0x88, [0x03, 0xE8] + [UInt8]("再见"))
    var failures: [UInt16: Int] = [:]
    for _ in 0..<4_000 {
      let bytes = seed.mutated(using: &generator)
      let outcome = decodeFrames([bytes], maxMessageSize: 200)
      failures[outcome.failureCode, default: 0] += 1
      let pieces = bytes.cutAtRandom(using: &generator)
      if decodeFrames(pieces, maxMessageSize: 200) != outcome { Issue.record("\(bytes)") }
    }
    for code in [0, 1002, 1007, 1009] as [UInt16] { #expect(failures[code, default: 0] > 20) }
  }

  @Test func `random bytes fare the same however they are cut`() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<4_000 {
      let count = Int.random(in: 0...60, using: &generator)
      var bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      // Most first bytes are illegal; these reach further checks.
      let first: UInt8? = [0x81, 0x01, 0x82, 0x88, 0x89].randomElement(using: &generator)
      if let first, count > 1 {
        bytes[0] = first
        bytes[1] &= 0x7F
      }
      let outcome = decodeFrames([bytes], maxMessageSize: 4_096)
      if decodeFrames(bytes.singly, maxMessageSize: 4_096) != outcome { Issue.record("\(bytes)") }
    }
  }
}
