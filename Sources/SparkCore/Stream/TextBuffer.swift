internal import SparkWire

/// A text that grows, and is always followed by a NUL that does not count.
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
    // The NUL is part of it: without room for that, the text stays as it was.
    let room = bytes.reserve(piece.count + 1)
    guard room.count > piece.count else { return }
    room.copyMemory(from: piece)
    room[piece.count] = 0
    bytes.commit(piece.count)
  }
}
