/// Checks that bytes are UTF-8. They may come in pieces, cut anywhere. Finds the first byte that
/// cannot be right, not only the end of its sequence.
package struct UTF8Validator: Sendable {
  /// How many bytes the current sequence still lacks, and the range of the next one.
  private var missing = 0
  private var lower: UInt8 = 0x80
  private var upper: UInt8 = 0xBF

  package init() {}

  /// True if the bytes so far do not end inside a sequence.
  package var isComplete: Bool { missing == 0 }

  /// Returns false once the bytes are invalid; the validator is then unusable.
  package mutating func consume(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let count = bytes.count
    var offset = 0
    while offset < count {
      if missing == 0 {
        offset = Self.skipWholeSequences(bytes, from: offset)
        guard offset < count else { break }
      }
      guard step(bytes[offset]) else { return false }
      offset += 1
    }
    return true
  }

  /// Returns the offset of the first byte that is neither ASCII nor part of a complete, valid
  /// sequence of three bytes (most of Chinese).
  private static func skipWholeSequences(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let count = bytes.count
    var offset = start
    while count - offset >= 8 {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if word & 0x8080_8080_8080_8080 == 0 {
        offset += 8
        continue
      }
      // Skip leading ASCII, then look at the sequence that follows.
      let ascii = (UInt64(littleEndian: word) & 0x8080_8080_8080_8080).trailingZeroBitCount / 8
      offset += ascii
      while count - offset >= 3, isThreeByteSequence(bytes, at: offset) { offset += 3 }
      if offset < count, bytes[offset] >= 0x80 { return offset }
    }
    while offset < count, bytes[offset] < 0x80 { offset += 1 }
    return offset
  }

  /// Requires at least three bytes from `offset` on.
  private static func isThreeByteSequence(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
    let first = bytes[offset]
    let second = bytes[offset + 1]
    let third = bytes[offset + 2]
    guard first & 0xF0 == 0xE0, second & 0xC0 == 0x80, third & 0xC0 == 0x80 else { return false }
    // Neither an overlong form nor a surrogate.
    return first == 0xE0 ? second >= 0xA0 : first != 0xED || second <= 0x9F
  }

  private mutating func step(_ byte: UInt8) -> Bool {
    if missing > 0 {
      guard byte >= lower, byte <= upper else { return false }
      missing -= 1
      lower = 0x80
      upper = 0xBF
      return true
    }
    switch byte {
    case 0x00...0x7F: break
    case 0xC2...0xDF: missing = 1
    case 0xE0...0xEF:
      missing = 2
      if byte == 0xE0 { lower = 0xA0 }
      if byte == 0xED { upper = 0x9F }
    case 0xF0...0xF4:
      missing = 3
      if byte == 0xF0 { lower = 0x90 }
      if byte == 0xF4 { upper = 0x8F }
    default: return false
    }
    return true
  }
}
