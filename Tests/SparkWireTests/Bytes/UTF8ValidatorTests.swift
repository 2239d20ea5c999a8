import SparkWire
import Testing

private enum Verdict: Equatable {
  case complete, incomplete
  case invalid
}

private func validate(_ pieces: [[UInt8]]) -> Verdict {
  var validator = UTF8Validator()
  for piece in pieces {
    guard piece.withUnsafeBytes({ validator.consume($0) }) else { return .invalid }
  }
  return validator.isComplete ? .complete : .incomplete
}

/// The verdict of the standard library: bytes are still valid if more bytes can complete them.
private func reference(_ bytes: [UInt8]) -> Verdict {
  if String(validating: bytes, as: UTF8.self) != nil { return .complete }
  var endings: [[UInt8]] = [[]]
  for _ in 0..<3 {
    endings = endings.flatMap { ending in [0x80, 0x90, 0xA0].map { ending + [$0] } }
    for ending in endings where String(validating: bytes + ending, as: UTF8.self) != nil {
      return .incomplete
    }
  }
  return .invalid
}

/// The bytes at which the rules change.
private let edges: [UInt8] = [
  0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
  0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
]

struct UTF8ValidatorTests {
  @Test func `agrees with the standard library on every edge`() {
    for first in edges {
      #expect(validate([[first]]) == reference([first]), "\([first])")
      for second in edges {
        #expect(validate([[first, second]]) == reference([first, second]), "\([first, second])")
        for third in edges {
          let bytes = [first, second, third]
          let expected = reference(bytes)
          // `#expect` is too slow for so many.
          if validate([bytes]) != expected || validate(bytes.singly) != expected {
            Issue.record("\(bytes) should be \(expected)")
          }
        }
      }
    }
  }

  @Test func `accepts every scalar, cut anywhere`() {
    var text: [UInt8] = []
    for value in stride(from: UInt32(0), through: 0x10FFFF, by: 13) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      text += UTF8.encode(scalar) ?? UTF8.EncodedScalar()
    }
    #expect(validate([text]) == .complete)
    #expect(validate(text.singly) == .complete)
    var generator = SeededGenerator(seed: 6)
    for _ in 0..<20 { #expect(validate(text.cutAtRandom(using: &generator)) == .complete) }
  }

  @Test(arguments: [
    "c0 80", "c1 bf", "e0 80 80", "e0 9f bf", "f0 80 80 80", "f0 8f bf bf", "ed a0 80", "ed bf bf",
    "f4 90 80 80", "f5 80 80 80", "ff", "fe", "80", "e4 bd 41", "e4 41", "f0 9f 98 41", "c3 c3",
  ])
  func `refuses an illegal sequence wherever it stands`(hex: String) {
    let sequence = [UInt8](hex: hex)
    for lead in ["", "a", "好", "aé", "😀"] {
      for count in 0..<20 {
        let start = [UInt8](lead) + [UInt8](repeating: 0x61, count: count)
        for end in ["", "a", "好好好", "aaaaaaaaaaaaaaaa"] {
          let bytes = start + sequence + [UInt8](end)
          if validate([bytes]) != .invalid { Issue.record("\(bytes)") }
        }
      }
    }
  }

  @Test func `refuses the first byte that cannot be right`() {
    // a surrogate, an overlong form, and a scalar beyond the last: known by their second byte
    for (first, second) in [(0xED, 0xA0), (0xE0, 0x9F), (0xF0, 0x8F), (0xF4, 0x90)]
      as [(UInt8, UInt8)]
    {
      #expect(validate([[first]]) == .incomplete)
      #expect(validate([[first, second]]) == .invalid)
      #expect(validate([[first], [second]]) == .invalid)
    }
  }

  @Test func `mutated text gets the verdict of the standard library`() {
    var generator = SeededGenerator(seed: 7)
    let seed = [UInt8]("plain ASCII text, 你好，我是讯飞星火认知大模型。 naïve 😀👍🏽 и кириллица")
    var invalid = 0
    for _ in 0..<4_000 {
      let bytes = seed.mutated(using: &generator)
      let expected = reference(bytes)
      if expected == .invalid { invalid += 1 }
      if validate([bytes]) != expected
        || validate(bytes.cutAtRandom(using: &generator)) != expected
      {
        Issue.record("\(bytes) should be \(expected)")
      }
    }
    #expect(invalid > 1_000)
  }
}
