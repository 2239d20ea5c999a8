/// Reads the body of a response that refuses the request, up to `maxSize`.
package struct ErrorBodyReader: ~Copyable {
  private static let maxSize = 8192

  private let head: HTTPResponseHead
  private var decoder: HTTPBodyDecoder?
  private var isComplete = false
  private var body = ByteBuffer()
  private var mark = ByteOrderMark()

  package init(_ head: HTTPResponseHead) {
    self.head = head
    decoder = try? HTTPBodyDecoder(head: head)
  }

  /// - Parameter body: What `decoder` has decoded so far.
  package init(
    _ head: HTTPResponseHead, _ decoder: HTTPBodyDecoder?, _ body: UnsafeRawBufferPointer
  ) {
    self.head = head
    self.decoder = decoder
    self.body.append(body)
  }

  /// Returns true once the body is complete or malformed, or `maxSize` is reached.
  package mutating func read(_ input: inout ByteBuffer) -> Bool {
    guard let ends = try? decoder?.decode(&input, into: &body) else { return true }
    _ = mark.skip(&body)
    isComplete = ends
    return isComplete || body.count >= Self.maxSize
  }

  /// The decoder after the end of the body, if another request may follow on the connection.
  package var rest: HTTPBodyDecoder? {
    isComplete && head.keepsConnection ? decoder : nil
  }

  /// - Parameter redact: Removes secrets, which the server may quote.
  package func error(
    over transport: Transport, isSigned: Bool, ourUnixSeconds: Int64, redact: (String) -> String
  ) -> SparkError {
    let text = String(decoding: body.readable.prefix(Self.maxSize), as: UTF8.self)
    return RefusalDiagnosis(
      head, body: redact(text), over: transport, isSigned: isSigned,
      ourUnixSeconds: ourUnixSeconds
    ).error
  }
}
