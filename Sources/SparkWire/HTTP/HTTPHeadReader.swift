/// Reads the head of a response. Interim responses such as "100 Continue" may come before it.
package struct HTTPHeadReader {
  private static let maxInterimResponses = 8

  private var parser = HTTPResponseHeadParser()
  private var interimResponses = 0
  private var hasHead = false

  /// The start of an HTTP response has arrived.
  package var hasBegun: Bool { hasHead || parser.hasBegun }

  package init() {}

  /// Returns the head and removes it from `input`; nil if more bytes are needed.
  package mutating func next(
    _ input: inout ByteBuffer
  ) throws(SparkError) -> HTTPResponseHead? {
    while !input.isEmpty, let (head, length) = try parser.parse(input.readable) {
      input.consume(length)
      hasHead = true
      // 101 is the last response of HTTP.
      guard (100..<200).contains(head.status), head.status != 101 else { return head }
      interimResponses += 1
      guard interimResponses <= Self.maxInterimResponses else {
        throw .violation(
          "the server sends too many responses with status \(head.status)"
        )
      }
      parser = HTTPResponseHeadParser()
    }
    return nil
  }
}
