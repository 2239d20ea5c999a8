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
    guard bytes.reserve(piece.count + 1).count > piece.count else { return }
    bytes.append(piece)
    let room = bytes.reserve(1)
    if !room.isEmpty { room[0] = 0 }
  }
}
