internal import COpenSSL
internal import Glibc

/// A growable queue of bytes: appended to at the end, consumed from the front.
///
/// A buffer made with `wiping: true` holds secrets: its memory is overwritten before it is freed.
package struct ByteBuffer: ~Copyable {
  private var base: UnsafeMutableRawPointer?
  /// Always, 0 <= head <= tail <= capacity: their differences cannot overflow.
  private var capacity = 0
  private var head = 0
  private var tail = 0
  private var lent = 0
  private let wiping: Bool
  /// Memory ran out, or the content could not be made: the buffer is unusable.
  package private(set) var hasFailed = false

  package init(wiping: Bool = false) {
    self.wiping = wiping
  }

  deinit {
    Self.release(base, capacity, wiping: wiping)
  }

  package var count: Int { tail &- head }
  package var isEmpty: Bool { tail == head }

  /// The bytes not consumed yet; valid until the next mutating call.
  package var readable: UnsafeRawBufferPointer {
    guard let base else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(start: base + head, count: count)
  }

  /// Marks the buffer as unusable, because its content could not be made.
  package mutating func markFailed() {
    hasFailed = true
  }

  /// Makes room for at least `count` bytes and returns all free space; `commit` takes how much of
  /// it was filled. If memory runs out, the space is smaller than `count`.
  package mutating func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if capacity &- tail < count { makeRoom(count) }
    guard let base else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
    return UnsafeMutableRawBufferPointer(start: base + tail, count: capacity &- tail)
  }

  package mutating func commit(_ count: Int) {
    tail &+= min(max(count, 0), capacity &- tail)
  }

  /// Removes bytes from the front. An empty buffer frees its memory if it is large: the messages after a
  /// large one may be small.
  package mutating func consume(_ count: Int) {
    head &+= min(max(count, 0), tail &- head)
    if head == tail {
      head = 0
      tail = 0
      if capacity > Self.mostKept { free() }
    }
  }

  /// Marks bytes at the front as borrowed: they stay until `takeBack`, whatever is appended.
  mutating func lend(_ count: Int) {
    lent = count
  }

  /// Consumes the borrowed bytes; returns false if there are none.
  @discardableResult
  mutating func takeBack() -> Bool {
    guard lent > 0 else { return false }
    consume(lent)
    lent = 0
    return true
  }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    let room = reserve(bytes.count)
    guard let target = room.baseAddress, room.count >= bytes.count else { return }
    memcpy(target, source, bytes.count)
    commit(bytes.count)
  }

  package mutating func append(_ byte: UInt8) {
    withUnsafeBytes(of: byte) { append($0) }
  }

  package mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  package mutating func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Removes the content, and frees the memory if it is large.
  package mutating func clear(keeping limit: Int = 16_384) {
    head = 0
    tail = 0
    if wiping || capacity > limit { free() }
  }

  @inline(never)
  private mutating func free() {
    Self.release(base, capacity, wiping: wiping)
    base = nil
    capacity = 0
  }

  private mutating func makeRoom(_ count: Int) {
    let used = tail - head
    if let base, !wiping, capacity - used >= count, head >= capacity / 2 {
      memmove(base, base + head, used)
    } else {
      guard count <= Self.maxCapacity - used else { return markFailed() }
      var size = max(capacity, 256)
      while size - used < count { size *= 2 }
      guard let larger = malloc(size) else { return markFailed() }
      if let base { memcpy(larger, base + head, used) }
      Self.release(base, capacity, wiping: wiping)
      base = larger
      capacity = size
    }
    head = 0
    tail = used
  }

  /// The most that an empty buffer keeps: what the largest read needs, behind the rest of another.
  private static let mostKept = 131_072

  /// Far above every limit that a caller can set.
  private static let maxCapacity = 1 << 40

  private static func release(_ base: UnsafeMutableRawPointer?, _ size: Int, wiping: Bool) {
    guard let base else { return }
    if wiping { OPENSSL_cleanse(base, size) }
    Glibc.free(base)
  }
}
