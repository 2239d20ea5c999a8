/// Passes on a text, piece by piece, until the first stop sequence is complete. The service has no
/// such option, so the library cuts the answer.
///
/// Text that may begin a sequence is held back until that is clear.
package final class StopCutter {
  private var sequences: [SequenceMatcher]
  private var held = ByteBuffer()
  /// The text that was passed on last, with a NUL after it.
  private var passed = ByteBuffer()
  /// The sequence that has ended the text.
  package private(set) var found: String?

  /// Returns nil if there are no sequences.
  package init?(_ sequences: [String]) {
    guard !sequences.isEmpty else { return nil }
    self.sequences = sequences.map { SequenceMatcher($0) }
  }

  /// Takes a piece, and returns the text to pass on: borrowed until the next call, and followed by
  /// a NUL that is not counted.
  ///
  /// - Parameter piece: nil at the end of the text, when what was held back is passed on.
  package func feed(
    _ piece: UnsafeRawBufferPointer?
  ) throws(SparkError) -> UnsafeRawBufferPointer {
    guard found == nil else { return try pass(0) }
    guard let piece else { return try pass(held.count) }
    var end = held.count
    held.append(piece)
    for byte in piece {
      end += 1
      if let sequence = take(byte) {
        found = sequence
        return try pass(end - sequence.utf8.count)
      }
    }
    return try pass(held.count - (sequences.map(\.matched).max() ?? 0))
  }

  /// Returns the sequence that a byte completes; of several, the one that began first.
  private func take(_ byte: UInt8) -> String? {
    var complete: SequenceMatcher?
    for index in sequences.indices where sequences[index].take(byte) {
      if sequences[index].matched > complete?.matched ?? 0 { complete = sequences[index] }
    }
    return complete?.sequence
  }

  private func pass(_ count: Int) throws(SparkError) -> UnsafeRawBufferPointer {
    passed.clear()
    passed.append(UnsafeRawBufferPointer(rebasing: held.readable.prefix(max(count, 0))))
    passed.append(0)
    held.consume(count)
    guard !passed.hasFailed, !held.hasFailed else {
      throw SparkError(.noMemory, "out of memory while looking for stop sequences")
    }
    return UnsafeRawBufferPointer(rebasing: passed.readable.dropLast())
  }
}

/// Searches for a sequence and reads each byte once (Knuth-Morris-Pratt), so that no text from a
/// server can make it slow.
private struct SequenceMatcher {
  let sequence: String
  private let bytes: [UInt8]
  /// For each number of matched bytes, how many still match if the next one does not.
  private let fallbacks: [Int]
  /// How many bytes at the end of the text are the beginning of the sequence.
  private(set) var matched = 0

  init(_ sequence: String) {
    self.sequence = sequence
    bytes = Array(sequence.utf8)
    var fallbacks = [0, 0]
    for byte in bytes.dropFirst() {
      fallbacks.append(
        Self.next(after: fallbacks[fallbacks.count - 1], byte, bytes, fallbacks))
    }
    self.fallbacks = fallbacks
  }

  /// Whether the byte completes the sequence.
  mutating func take(_ byte: UInt8) -> Bool {
    matched = Self.next(after: matched, byte, bytes, fallbacks)
    return matched == bytes.count
  }

  private static func next(
    after matched: Int, _ byte: UInt8, _ bytes: [UInt8], _ fallbacks: [Int]
  ) -> Int {
    var matched = matched
    while matched == bytes.count || bytes[matched] != byte {
      guard matched > 0 else { return 0 }
      matched = fallbacks[matched]
    }
    return matched + 1
  }
}
