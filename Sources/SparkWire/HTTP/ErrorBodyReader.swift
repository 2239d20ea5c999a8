/// Reads the body of an answer that refuses, as far as it is of use.
package struct ErrorBodyReader: ~Copyable {
  private static let maxSize = 8192

  private let head: HTTPResponseHead
  private var decoder: HTTPBodyDecoder?
  private var isComplete = false
  private var body = ByteBuffer()

  package init(_ head: HTTPResponseHead) {
    self.head = head
    decoder = try? HTTPBodyDecoder(head: head)
  }

  /// True once there is as much of the body as there will be, or is of use.
  package mutating func read(_ input: inout ByteBuffer) -> Bool {
    guard let ends = try? decoder?.decode(&input, into: &body) else { return true }
    isComplete = ends
    return isComplete || body.count >= Self.maxSize
  }

  /// The end of the body, if another request may follow on the connection; nil if not.
  package var rest: HTTPBodyDecoder? {
    isComplete && head.keepsConnection ? decoder : nil
  }

  /// - Parameter redact: Takes out what a server that quotes us must not make us print.
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
