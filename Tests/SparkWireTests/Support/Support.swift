import SparkWire

extension Proxy {
  init(_ text: String) throws(SparkError) {
    self = try [UInt8](text).withUnsafeBytes { url in
      Result { () throws(SparkError) in try Proxy(url) }
    }.get()
  }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension [UInt8] {
  /// From hexadecimal digits; blanks are skipped.
  init(hex: String) {
    let digits = hex.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    self = stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }

  init(_ text: String) {
    self.init(text.utf8)
  }

  var text: String { String(decoding: self, as: UTF8.self) }

  /// Cut in two, at every place: the first cut gives all and nothing, the last nothing and all.
  var splits: [[[UInt8]]] {
    (0...count).map { [[UInt8](self[..<$0]), [UInt8](self[$0...])] }
  }

  /// Cut into single bytes.
  var singly: [[UInt8]] { map { [$0] } }

  func cutAtRandom(using generator: inout SeededGenerator) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = self[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...(Bool.random(using: &generator) ? 4 : 40), using: &generator)
      pieces.append([UInt8](rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return pieces
  }

  /// With a few bytes changed, removed, added or repeated.
  func mutated(using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = self
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let position = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[position] = UInt8.random(in: .min ... .max, using: &generator)
      case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.remove(at: position)
      case 3: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: position)
      default:
        let end = Swift.min(position + Int.random(in: 1...8, using: &generator), bytes.count)
        bytes.insert(contentsOf: bytes[position..<end], at: position)
      }
    }
    return bytes
  }
}

extension ByteBuffer {
  init(_ bytes: [UInt8]) {
    self.init()
    append(bytes)
  }

  mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { append($0) }
  }

  var bytes: [UInt8] { [UInt8](readable) }

  /// For code that may change what has arrived.
  var mutable: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(mutating: readable) }
}

/// Returns what `body` throws; nil if it does not throw.
func failure(of body: () throws(SparkError) -> Void) -> SparkError? {
  do throws(SparkError) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// A message with its own copy of the bytes.
enum FrameEvent: Equatable {
  case text(String)
  case binary([UInt8])
  case ping(String)
  case pong(String)
  case close(UInt16?, String)

  init(_ message: WebSocketMessage) {
    switch message {
    case .text(let bytes): self = .text([UInt8](bytes).text)
    case .binary(let bytes): self = .binary([UInt8](bytes))
    case .ping(let bytes): self = .ping([UInt8](bytes).text)
    case .pong(let bytes): self = .pong([UInt8](bytes).text)
    case .close(let code, let reason): self = .close(code, reason)
    }
  }
}

struct FrameOutcome: Equatable {
  var events: [FrameEvent] = []
  var failure: Status?
  var message = ""
  var failureCode: UInt16 = 0
  /// How many bytes the decoder has not taken.
  var rest = 0
}

func decodeFrames(_ pieces: [[UInt8]], maxMessageSize: Int = 1 << 20) -> FrameOutcome {
  var outcome = FrameOutcome()
  var decoder = WebSocketDecoder(maxMessageSize: maxMessageSize)
  var input = ByteBuffer()
  do throws(SparkError) {
    for piece in pieces {
      input.append(piece)
      while let message = try decoder.next(&input) { outcome.events.append(FrameEvent(message)) }
    }
    outcome.rest = input.count
  } catch {
    outcome.failure = error.status
    outcome.message = error.message
  }
  outcome.failureCode = decoder.failureCode
  return outcome
}

/// Returns a server's frame, with the shortest form of its length.
func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
  let count = payload.count
  let length: [UInt8] =
    count <= 125
    ? [UInt8(count)]
    : count <= 0xFFFF
      ? [126, UInt8(count >> 8), UInt8(count & 0xFF)]
      : [127] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
  return [first] + length + payload
}
