/// The byte order mark that some servers put before a text.
struct ByteOrderMark {
  private(set) var isPending = true

  /// Skips the mark at the very start of a text. Returns false if more bytes are needed to decide.
  @inline(never)
  mutating func skip(_ input: inout ByteBuffer) -> Bool {
    guard isPending else { return true }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let start = input.readable.prefix(3)
    if start.count < 3, start.elementsEqual(mark.prefix(start.count)) { return false }
    if start.elementsEqual(mark) { input.consume(3) }
    isPending = false
    return true
  }
}
