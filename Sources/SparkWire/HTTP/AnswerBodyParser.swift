/// Finds the messages in the body of an answer over HTTP: an event stream, or one JSON document,
/// which comes from gateways that do not stream, and where the question was refused (protocol 6).
package struct AnswerBodyParser: ~Copyable {
  private enum Kind {
    case unknown, events, document
    /// The document has been handed out; a stream would end with this.
    case done
    case over
  }

  private let maxMessageSize: Int
  private let endsDocuments: Bool
  private var kind = Kind.unknown
  private var events: EventStreamParser
  private var ending = ByteBuffer()

  /// - Parameter endsDocuments: Behind a document comes what ends a stream.
  package init(maxMessageSize: Int, endsDocuments: Bool = true) {
    self.maxMessageSize = maxMessageSize
    self.endsDocuments = endsDocuments
    events = EventStreamParser(maxEventSize: maxMessageSize)
  }

  /// The head says that this is JSON, whatever it begins with.
  package mutating func expectDocument() {
    kind = .document
  }

  /// The next message, borrowed until the next call, and until then whoever reads it may change it where
  /// it stands; nil when that takes more bytes.
  ///
  /// - Parameter isComplete: `body` holds all that is left of the body.
  package mutating func next(
    _ body: inout ByteBuffer, isComplete: Bool
  ) throws(SparkError) -> UnsafeMutableRawBufferPointer? {
    try nextMessage(&body, isComplete: isComplete).map {
      UnsafeMutableRawBufferPointer(mutating: $0)
    }
  }

  private mutating func nextMessage(
    _ body: inout ByteBuffer, isComplete: Bool
  ) throws(SparkError) -> UnsafeRawBufferPointer? {
    if kind == .unknown { tell(&body) }
    switch kind {
    case .unknown, .over:
      body.consume(body.count)
      return nil
    case .events:
      if let event = try events.next(&body) { return event }
      return isComplete ? try events.finish(&body) : nil
    case .document:
      guard body.count <= maxMessageSize else {
        throw SparkError(
          .tooLarge, "the server sent a document of more than \(maxMessageSize) bytes",
          hint: "raise max_message_size if that is to be expected")
      }
      guard isComplete else { return nil }
      body.lend(body.count)
      kind = .done
      return body.readable
    case .done:
      body.takeBack()
      kind = .over
      guard endsDocuments else { return nil }
      ending.append(AnswerReader.done)
      return ending.readable
    }
  }

  /// No line of an event stream begins like a document. Blanks before either are passed over,
  /// however they come.
  private mutating func tell(_ body: inout ByteBuffer) {
    body.consume(body.readable.prefix { $0.isBlank || $0 == 10 || $0 == 13 }.count)
    guard let first = body.readable.first else { return }
    kind = first == UInt8(ascii: "{") ? .document : .events
  }
}
