internal import Glibc

/// Takes an event stream apart (the HTML standard, 9.2.6): bytes in, the data of each event out.
///
/// Lines may end in LF, CR or CR LF. Comments and fields other than `data` are skipped.
package struct EventStreamParser: ~Copyable {
  private let maxEventSize: Int
  /// The data of the event under way, where it does not stand in one line.
  private var data = ByteBuffer()
  private var hasData = false
  /// How far the line under way has been looked at.
  private var scanned = 0
  /// How many bytes at the front are known to be no LF: a server may end its lines with CR alone.
  private var withoutLF = 0
  private var isAtStart = true
  /// The last line ended in CR: an LF that follows belongs to it.
  private var isAfterCR = false

  package init(maxEventSize: Int) {
    self.maxEventSize = max(maxEventSize, 0)
  }

  /// The data of the next event, borrowed until the next call; nil when that takes more bytes.
  /// `input` has to be the same buffer every time.
  package mutating func next(
    _ input: inout ByteBuffer
  ) throws(SparkError) -> UnsafeRawBufferPointer? {
    takeBack(&input)
    guard skipMark(&input) else { return nil }
    while let (length, terminator) = try nextLine(&input) {
      let line = UnsafeRawBufferPointer(rebasing: input.readable.prefix(length))
      if length == 0 {
        input.consume(terminator)
        if let event = dispatch() { return event }
      } else if let value = Self.dataValue(line) {
        // The usual event is one line and a blank one: it stays where it is.
        if !hasData, !value.isEmpty,
          isFollowedByBlank(input.readable.dropFirst(length + terminator))
        {
          guard value.count <= maxEventSize else { throw tooLarge }
          input.lend(length + terminator)
          return value
        }
        try keep(value)
        input.consume(length + terminator)
      } else {
        input.consume(length + terminator)
      }
    }
    return nil
  }

  /// The stream has ended: an event whose blank line is missing.
  package mutating func finish(
    _ input: inout ByteBuffer
  ) throws(SparkError) -> UnsafeRawBufferPointer? {
    takeBack(&input)
    let line = input.readable
    if let value = Self.dataValue(line) { try keep(value) }
    input.consume(line.count)
    (scanned, withoutLF) = (0, 0)
    return dispatch()
  }

  private mutating func takeBack(_ input: inout ByteBuffer) {
    input.takeBack()
    if data.takeBack() { data.clear() }
  }

  /// A byte order mark may stand at the very start. False while that cannot be told.
  private mutating func skipMark(_ input: inout ByteBuffer) -> Bool {
    guard isAtStart else { return true }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let start = input.readable.prefix(3)
    if start.count < 3, start.elementsEqual(mark.prefix(start.count)) { return false }
    if start.elementsEqual(mark) { input.consume(3) }
    isAtStart = false
    return true
  }

  /// The length of the next line and of what ends it.
  private mutating func nextLine(
    _ input: inout ByteBuffer
  ) throws(SparkError) -> (length: Int, terminator: Int)? {
    if isAfterCR, let first = input.readable.first {
      isAfterCR = false
      if first == UInt8(ascii: "\n") { input.consume(1) }
    }
    let bytes = input.readable
    guard let end = lineEnd(bytes) else {
      scanned = bytes.count
      guard bytes.count <= maxEventSize + 16 else { throw tooLarge }
      return nil
    }
    var terminator = 1
    if bytes[end] == UInt8(ascii: "\r") {
      // The LF behind a CR may not have come yet.
      isAfterCR = end + 1 == bytes.count
      if !isAfterCR, bytes[end + 1] == UInt8(ascii: "\n") { terminator = 2 }
    }
    // The line is consumed before the next one is looked for.
    (scanned, withoutLF) = (0, max(withoutLF - end - terminator, 0))
    return (end, terminator)
  }

  private mutating func lineEnd(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard let base = bytes.baseAddress, scanned < bytes.count else { return nil }
    let start = min(max(scanned, withoutLF), bytes.count)
    let newline = memchr(base + start, 10, bytes.count - start).map { UnsafeRawPointer($0) - base }
    withoutLF = newline ?? bytes.count
    let carriage = memchr(base + scanned, 13, withoutLF - scanned)
    return carriage.map { UnsafeRawPointer($0) - base } ?? newline
  }

  /// Whether the event ends with the line before `rest`.
  private func isFollowedByBlank(_ rest: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard !isAfterCR, let first = rest.first else { return false }
    return first == UInt8(ascii: "\n") || first == UInt8(ascii: "\r")
  }

  /// What follows `data:` and the one space that may stand behind it; nil for another line.
  private static func dataValue(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    let name: StaticString = "data"
    guard let base = line.baseAddress, line.count >= 4, memcmp(base, name.utf8Start, 4) == 0 else {
      return nil
    }
    guard line.count > 4 else { return UnsafeRawBufferPointer(rebasing: line[4...]) }
    guard line[4] == UInt8(ascii: ":") else { return nil }
    let hasSpace = line.count > 5 && line[5] == UInt8(ascii: " ")
    return UnsafeRawBufferPointer(rebasing: line[(hasSpace ? 6 : 5)...])
  }

  private mutating func keep(_ value: UnsafeRawBufferPointer) throws(SparkError) {
    guard value.count < maxEventSize - data.count else { throw tooLarge }
    if hasData { data.append(UInt8(ascii: "\n")) }
    hasData = true
    data.append(value)
    guard !data.hasFailed else {
      throw SparkError(.noMemory, "there is no memory for an event of the server")
    }
  }

  /// The event under way, which a blank line has ended. One without any data is none.
  private mutating func dispatch() -> UnsafeRawBufferPointer? {
    hasData = false
    guard data.count > 0 else { return nil }
    data.lend(data.count)
    return data.readable
  }

  private var tooLarge: SparkError {
    SparkError(
      .tooLarge, "the server sent an event of more than \(maxEventSize) bytes",
      hint: "raise max_message_size if that is to be expected")
  }
}
