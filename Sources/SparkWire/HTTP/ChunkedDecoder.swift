/// The chunked transfer coding (RFC 9112, 7.1). Extensions and trailers are skipped.
struct ChunkedDecoder {
  private enum State {
    case size, blank, `extension`, sizeLF, data, dataCR, dataLF
    case lineStart, trailerName, trailer, trailerLF, endLF, complete
  }

  private static let maxSizeLine = 4_096
  private static let maxTrailers = 16_384

  private var state = State.size
  private var remaining = 0
  /// Bytes of the size line, or of all trailers.
  private var lineLength = 0

  var isComplete: Bool { state == .complete }

  mutating func decode(
    _ input: inout ByteBuffer, into output: inout ByteBuffer
  ) throws(SparkError) -> Bool {
    while state != .complete, let byte = input.readable.first {
      if state == .data {
        let count = min(remaining, input.count)
        HTTPBodyDecoder.move(count, from: &input, to: &output)
        remaining -= count
        if remaining == 0 { state = .dataCR }
      } else {
        try take(byte)
        input.consume(1)
      }
    }
    return isComplete
  }

  /// Takes one byte that is not content.
  private mutating func take(_ byte: UInt8) throws(SparkError) {
    switch state {
    case .size: try takeSize(byte)
    case .blank: try takeBlank(byte)
    case .extension: try takeLine(byte, in: "size line", limit: Self.maxSizeLine, end: .sizeLF)
    case .sizeLF:
      try expect("\n", byte, then: remaining == 0 ? .lineStart : .data)
      lineLength = 0
    case .dataCR: try expect("\r", byte, then: .dataLF)
    case .dataLF: try expect("\n", byte, then: .size)
    case .lineStart where byte == UInt8(ascii: "\r"): state = .endLF
    case .trailerName where byte == UInt8(ascii: ":"): state = .trailer
    case .lineStart, .trailerName:
      guard byte.isToken else {
        throw .violation("a trailer of the HTTP response has the byte \(byte) in its name")
      }
      state = .trailerName
      try takeLine(byte, in: "trailer section", limit: Self.maxTrailers, end: .trailerLF)
    case .trailer:
      try takeLine(byte, in: "trailer section", limit: Self.maxTrailers, end: .trailerLF)
    case .trailerLF: try expect("\n", byte, then: .lineStart)
    case .endLF: try expect("\n", byte, then: .complete)
    case .data, .complete: break
    }
  }

  private mutating func takeSize(_ byte: UInt8) throws(SparkError) {
    if let digit = byte.hexValue {
      // Leading zeros are legal, but their number is limited.
      guard lineLength < 16, remaining <= Int.max >> 4 else {
        throw .violation("a chunk of the HTTP response has a size that is too large")
      }
      remaining = remaining << 4 | Int(digit)
      lineLength += 1
    } else if lineLength == 0 {
      throw .violation(
        "a chunk of the HTTP response begins with the byte \(byte), not with its size")
    } else {
      try takeBlank(byte)
    }
  }

  /// Blanks are legal after the size only if an extension follows.
  private mutating func takeBlank(_ byte: UInt8) throws(SparkError) {
    if byte == UInt8(ascii: ";") {
      state = .extension
    } else if byte.isBlank {
      state = .blank
      try takeLine(byte, in: "size line", limit: Self.maxSizeLine, end: .sizeLF)
    } else if byte == UInt8(ascii: "\r"), state == .size {
      state = .sizeLF
    } else {
      throw .violation("a chunk size of the HTTP response is followed by the byte \(byte)")
    }
  }

  private mutating func takeLine(
    _ byte: UInt8, in part: String, limit: Int, end: State
  ) throws(SparkError) {
    if byte == UInt8(ascii: "\r") {
      state = end
      return
    }
    guard !byte.isControl else {
      throw .violation("the \(part) of a chunked HTTP response contains the byte \(byte)")
    }
    lineLength += 1
    guard lineLength <= limit else {
      throw SparkError(
        .tooLarge, "the \(part) of a chunked HTTP response is longer than \(limit) bytes",
        hint: "check that the URL is a Spark endpoint")
    }
  }

  private mutating func expect(
    _ expected: Unicode.Scalar, _ byte: UInt8, then next: State
  ) throws(SparkError) {
    guard byte == UInt8(ascii: expected) else {
      throw .violation(
        "a line or chunk of the HTTP response ends with the byte \(byte), not with CR LF")
    }
    state = next
  }
}
