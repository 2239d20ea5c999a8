/// Parses the head of an HTTP/1 response, as strictly as RFC 9112 allows: an odd head means that
/// the server does not speak HTTP, or that something on the way rewrites the traffic.
package struct HTTPResponseHeadParser {
  private let limit: Int
  private let maxFields: Int
  private var scanned = 0
  private var lineStart = 0
  /// The part read so far, even if an error follows.
  private(set) var head: HTTPResponseHead?
  /// The response begins like HTTP.
  private(set) var hasBegun = false
  private var isFinished = false

  package init(limit: Int = 16_384, maxFields: Int = 100) {
    self.limit = limit
    self.maxFields = maxFields
  }

  /// Parses the bytes received so far, from the start of the response. Returns nil while the head
  /// is incomplete; the next call then takes the same bytes and more, and continues where this one
  /// ended.
  package mutating func parse(
    _ bytes: UnsafeRawBufferPointer
  ) throws(SparkError) -> (head: HTTPResponseHead, length: Int)? {
    hasBegun = hasBegun || bytes.first == UInt8(ascii: "H")
    if head == nil { try checkStart(bytes) }
    while !isFinished, scanned < bytes.count {
      guard scanned < limit else { throw tooLong() }
      let byte = bytes[scanned]
      let isAfterCR = scanned > lineStart && bytes[scanned - 1] == UInt8(ascii: "\r")
      if isAfterCR || byte == UInt8(ascii: "\n") {
        guard isAfterCR, byte == UInt8(ascii: "\n") else {
          throw .violation("a line of the HTTP response does not end in CR LF")
        }
        try finishLine(bytes[lineStart..<(scanned - 1)])
        lineStart = scanned + 1
      } else if byte.isControl, byte != UInt8(ascii: "\r") {
        throw .violation("the head of the HTTP response contains the control character \(byte)")
      }
      scanned += 1
    }
    guard isFinished, let head else {
      // No further byte would fit.
      if scanned >= limit { throw tooLong() }
      return nil
    }
    return (head, lineStart)
  }

  /// Throws for a response that is not HTTP, before its first line is complete.
  private func checkStart(_ bytes: UnsafeRawBufferPointer) throws(SparkError) {
    let version: StaticString = "HTTP/1."
    let expected = UnsafeRawBufferPointer(
      start: version.utf8Start, count: version.utf8CodeUnitCount)
    guard zip(bytes, expected).allSatisfy({ $0 == $1 }) else {
      throw .violation("the response is not HTTP/1")
    }
  }

  private mutating func finishLine(_ line: Slice<UnsafeRawBufferPointer>) throws(SparkError) {
    if head == nil {
      head = try Self.statusLine(line)
    } else if line.isEmpty {
      isFinished = true
    } else {
      guard let count = head?.headers.count, count < maxFields else {
        throw SparkError(
          .tooLarge, "the HTTP response has more than \(maxFields) fields",
          hint: "check that the URL is a Spark endpoint")
      }
      head?.headers.append(try Self.field(line))
    }
  }

  /// `HTTP/1.1 200 OK`. The reason may be missing and, from many servers, the space before it too.
  private static func statusLine(
    _ line: Slice<UnsafeRawBufferPointer>
  ) throws(SparkError) -> HTTPResponseHead {
    let parts = line.split(
      separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard let version = parts.first, version.count == 8,
      version.last == UInt8(ascii: "0") || version.last == UInt8(ascii: "1")
    else {
      throw .violation("the response is not HTTP/1.0 or HTTP/1.1: '\(excerpt(line))'")
    }
    guard let digits = parts.dropFirst().first, digits.count == 3, digits.allSatisfy(\.isDigit),
      digits.first != UInt8(ascii: "0")
    else {
      throw .violation("the HTTP response has no status of three digits: '\(excerpt(line))'")
    }
    let status = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    let reason = parts.dropFirst(2).first.map { String(decoding: $0, as: UTF8.self) } ?? ""
    var head = HTTPResponseHead(status: status, reason: reason, headers: [])
    head.isHTTP10 = version.last == UInt8(ascii: "0")
    return head
  }

  private static func field(
    _ line: Slice<UnsafeRawBufferPointer>
  ) throws(SparkError) -> (name: String, value: String) {
    guard let first = line.first, !first.isBlank else {
      throw .violation("a field of the HTTP response is continued on a second line")
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw .violation("a field of the HTTP response has no colon: '\(excerpt(line))'")
    }
    let name = line[..<colon]
    guard !name.isEmpty, name.allSatisfy(\.isToken) else {
      throw .violation("the HTTP response has a malformed field name: '\(excerpt(name))'")
    }
    let value = line[colon...].dropFirst().trimmingBlanks()
    return (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  private func tooLong() -> SparkError {
    SparkError(
      .tooLarge, "the head of the HTTP response is longer than \(limit) bytes",
      hint: "check that the URL is a Spark endpoint")
  }
}
