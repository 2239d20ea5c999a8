/// Finds the messages in the body of an HTTP response: an event stream, or one JSON document, from
/// gateways that do not stream or for a refused request (protocol 6).
package struct AnswerBodyParser: ~Copyable {
  private enum Kind {
    case unknown, events, document
    /// Neither events nor an object: perhaps what another kind of server shows to people.
    case page
    /// The document has been returned; the end of a stream is next.
    case done
    case over
  }

  private let maxMessageSize: Int
  private var isEventStream = false
  private var isHTML = false
  private let endsDocuments: Bool
  private var kind = Kind.unknown
  /// Of a document.
  private var mark = ByteOrderMark()
  private var events: EventStreamParser
  private var ending = ByteBuffer()

  /// - Parameter endsDocuments: Whether to return what ends a stream after a document.
  package init(maxMessageSize: Int, endsDocuments: Bool = true) {
    self.maxMessageSize = maxMessageSize
    self.endsDocuments = endsDocuments
    events = EventStreamParser(maxEventSize: maxMessageSize)
  }

  /// Takes the head's type, which counts only if the body itself is neither an object nor events.
  package mutating func expect(type: String) {
    isEventStream = type.hasPrefix("text/event-stream")
    isHTML = type.hasPrefix("text/html")
  }

  /// Whether the body is a web page instead of an answer; nil if more bytes are needed.
  package mutating func isPage(_ body: inout ByteBuffer, isComplete: Bool) -> Bool? {
    if kind == .unknown { tell(&body, isComplete: isComplete) }
    guard kind != .unknown else { return isComplete ? isHTML : nil }
    return kind == .page
  }

  /// Returns the next message, borrowed until the next call; the reader may change it in place.
  /// Returns nil if more bytes are needed.
  ///
  /// - Parameter isComplete: Whether `body` holds the whole rest of the body.
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
    if kind == .unknown { tell(&body, isComplete: isComplete) }
    switch kind {
    case .unknown:
      return nil
    case .over:
      body.consume(body.count)
      return nil
    case .events:
      if let event = try events.next(&body) { return event }
      return isComplete ? try events.finish(&body) : nil
    case .document, .page:
      guard body.count <= maxMessageSize else {
        throw SparkError(
          .tooLarge, "the server sent a document of more than \(maxMessageSize) bytes",
          hint: "raise max_message_size if you expect documents of this size")
      }
      guard isComplete else { return nil }
      _ = mark.skip(&body)
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

  /// Tells a document from an event stream, none of whose lines begins with `{`, and from a web page;
  /// some gateways give the wrong type for an answer. Skips white space before it, and passes over a
  /// byte order mark.
  private mutating func tell(_ body: inout ByteBuffer, isComplete: Bool) {
    body.consume(body.readable.prefix { $0.isBlank || $0 == 10 || $0 == 13 }.count)
    let start = body.readable.first == 0xEF ? body.readable.dropFirst(3) : body.readable[...]
    guard let first = start.first else { return }
    if first == UInt8(ascii: "{") {
      kind = .document
    } else if isEventStream || Self.fields.contains(where: { start.starts(with: $0.utf8) }) {
      kind = .events
    } else if first == UInt8(ascii: "<") {
      kind = .page
    } else if isComplete || start.count >= Self.longestField {
      kind = isHTML ? .page : .document
    }
  }

  /// How the lines of an event stream begin.
  private static let fields = [":", "data:", "event:", "id:", "retry:"]
  private static let longestField = 6
}
