/// Takes the head of an answer out of what has arrived; answers such as "100 Continue" may stand
/// before it.
package struct HTTPHeadReader {
  private static let maxInterimResponses = 8

  private var parser = HTTPResponseHeadParser()
  private var interimResponses = 0
  private var hasHead = false

  /// Something of HTTP has come.
  package var hasBegun: Bool { hasHead || parser.hasBegun }

  package init() {}

  /// nil when the head takes more bytes; it leaves `input` when it is whole.
  package mutating func next(
    _ input: inout ByteBuffer
  ) throws(SparkError) -> HTTPResponseHead? {
    while !input.isEmpty, let (head, length) = try parser.parse(input.readable) {
      input.consume(length)
      hasHead = true
      // 101 is the last answer of HTTP.
      guard (100..<200).contains(head.status), head.status != 101 else { return head }
      interimResponses += 1
      guard interimResponses <= Self.maxInterimResponses else {
        throw .violation("the server goes on answering with status \(head.status)")
      }
      parser = HTTPResponseHeadParser()
    }
    return nil
  }
}
