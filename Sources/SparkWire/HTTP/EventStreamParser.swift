internal import Glibc

/// Parses an event stream (the HTML standard, 9.2.6): bytes in, the data of each event out.
///
/// Lines may end in LF, CR or CR LF. Comments and other fields than `data` and `event` are skipped,
/// and so are notices: events with a name of their own whose data is not JSON of any use. Gateways
/// send them while the model is thinking. Some gateways forget the blank line between events, or say in
/// plain words what went wrong.
package struct EventStreamParser: ~Copyable {
  private let maxEventSize: Int
  /// The data of the current event, unless it is in one line.
  private var data = ByteBuffer()
  private var hasData = false
  private var name = Name.message
  /// How many bytes of the current line have been searched.
  private var scanned = 0
  /// How many bytes at the front are known to contain no LF: a server may end its lines with CR
  /// alone.
  private var withoutLF = 0
  private var mark = ByteOrderMark()
  /// The last line ended in CR: an LF that follows belongs to it.
  private var isAfterCR = false

  private enum Name {
    case message, error
    /// Of a notice.
    case other
  }

  package init(maxEventSize: Int) {
    self.maxEventSize = max(maxEventSize, 0)
  }

  /// Returns the data of the next event, borrowed until the next call; nil if more bytes are
  /// needed. `input` must be the same buffer every time.
  package mutating func next(
    _ input: inout ByteBuffer
  ) throws(SparkError) -> UnsafeRawBufferPointer? {
    takeBack(&input)
    guard !mark.isPending || mark.skip(&input) else { return nil }
    while let (length, terminator) = try nextLine(&input) {
      let line = UnsafeRawBufferPointer(rebasing: input.readable.prefix(length))
      if length == 0 {
        input.consume(terminator)
        if hasData || name != .message, let event = try dispatch() { return event }
      } else if let value = Self.dataValue(line) {
        if hasData, beginsEvent(value), let event = try dispatch() { return event }
        // The usual event is one line and a blank one: it is not copied.
        if !hasData, name == .message, !value.isEmpty,
          isFollowedByBlank(input.readable.dropFirst(length + terminator))
        {
          guard value.count <= maxEventSize else { throw tooLarge }
          input.lend(length + terminator)
          return value
        }
        try keep(value)
        input.consume(length + terminator)
      } else {
        readName(line)
        input.consume(length + terminator)
      }
    }
    return nil
  }

  @inline(never)
  private mutating func readName(_ line: UnsafeRawBufferPointer) {
    guard line.starts(with: "event:".utf8) else { return }
    let word = line[6...].trimmingBlanks()
    if word.isEmpty || word.elementsEqual("message".utf8) {
      name = .message
    } else {
      name = word.elementsEqual("error".utf8) ? .error : .other
    }
  }

  /// Whether a line's data cannot continue the event's. In JSON, whatever its lines, `}` is never
  /// followed by `{` or `[`.
  @inline(never)
  private func beginsEvent(_ value: UnsafeRawBufferPointer) -> Bool {
    isObjectOrList(value) && data.readable.last { !$0.isBlank } == UInt8(ascii: "}")
  }

  /// Ends the stream, and returns an event whose blank line is missing.
  package mutating func finish(
    _ input: inout ByteBuffer
  ) throws(SparkError) -> UnsafeRawBufferPointer? {
    takeBack(&input)
    let line = input.readable
    if let value = Self.dataValue(line) {
      if hasData, beginsEvent(value), let event = try dispatch() { return event }
      try keep(value)
    }
    input.consume(line.count)
    (scanned, withoutLF) = (0, 0)
    return try dispatch()
  }

  private mutating func takeBack(_ input: inout ByteBuffer) {
    input.takeBack()
    if data.takeBack() { data.clear() }
  }

  /// Returns the length of the next line and of its terminator.
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
      // The LF after a CR may not have arrived yet.
      isAfterCR = end + 1 == bytes.count
      if !isAfterCR, bytes[end + 1] == UInt8(ascii: "\n") { terminator = 2 }
    }
    // The caller consumes the line before it looks for the next one.
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

  /// Returns what follows `data:` and one optional space; nil for any other line.
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
      throw SparkError(.noMemory, "out of memory for an event from the server")
    }
  }

  /// Returns the event that a blank line has ended; nil if it has no data, or is a notice.
  @inline(never)
  private mutating func dispatch() throws(SparkError) -> UnsafeRawBufferPointer? {
    if name != .message, !isObjectOrList(data.readable) {
      if name == .error, data.count > 0 { try wrapError() } else { data.clear() }
    }
    (hasData, name) = (false, .message)
    guard data.count > 0 else { return nil }
    data.lend(data.count)
    return data.readable
  }

  /// Makes plain words what they mean: a report of a failure.
  private mutating func wrapError() throws(SparkError) {
    let report = try JSONObject()
    try report.set("error", String(decoding: data.readable, as: UTF8.self))
    data.clear()
    report.write(to: &data)
    guard !data.hasFailed else {
      throw SparkError(.noMemory, "out of memory for an event from the server")
    }
  }

  private func isObjectOrList(_ data: UnsafeRawBufferPointer) -> Bool {
    let first = data.first { !$0.isBlank }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }

  private var tooLarge: SparkError {
    SparkError(
      .tooLarge, "the server sent an event of more than \(maxEventSize) bytes",
      hint: "raise max_message_size if you expect events of this size")
  }
}
