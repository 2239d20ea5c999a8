internal import SparkWire

/// A growing text, always followed by a NUL that does not count.
struct TextBuffer: ~Copyable {
  private var bytes = ByteBuffer()

  var hasFailed: Bool { bytes.hasFailed }

  /// Borrowed until the next `append`.
  var text: UnsafeRawBufferPointer {
    bytes.isEmpty
      ? UnsafeRawBufferPointer(start: UnsafeRawPointer(("" as StaticString).utf8Start), count: 0)
      : bytes.readable
  }

  mutating func append(_ piece: UnsafeRawBufferPointer) {
    // Without room for the piece and its NUL, the text does not change.
    let room = bytes.reserve(piece.count + 1)
    guard room.count > piece.count else { return }
    room.copyMemory(from: piece)
    room[piece.count] = 0
    bytes.commit(piece.count)
  }
}
