internal import SparkTransport
package import SparkWire

/// How an exchange ended; the values are those of `sparkchat_outcome`.
package enum Outcome: Int32, Sendable, CaseIterable {
  case pending = 0
  case complete = 1
  case truncated = 2
  case cancelled = 3
  case timeout = 4
  case failed = 5
}

/// How the connection of an exchange was made; the values are those of `sparkchat_connection`.
package enum ConnectionKind: Int32, Sendable, CaseIterable {
  case none = 0
  case cold = 1
  case resumed = 2
  case warm = 3
}

/// The part of an answer received so far. All texts are followed by a NUL that does not count, and
/// are borrowed until more is received.
package final class Response {
  package struct ToolCall {
    package let id: OwnedText
    package let name: OwnedText
    package let arguments: OwnedText
  }

  package struct Citation {
    package let index: Int32
    package let title: OwnedText
    package let url: OwnedText
  }

  package internal(set) var outcome = Outcome.pending
  /// Why there is no complete answer.
  package internal(set) var failure: SparkError?
  package internal(set) var sid: OwnedText?
  /// The service's reason why the answer ended; known at its end.
  package internal(set) var finishReason: OwnedText?
  /// The vector of an embedding request; known at the end.
  package internal(set) var vector: EmbeddingVector?
  /// The stop sequence that ended the answer.
  package internal(set) var stopSequence: OwnedText?
  package internal(set) var timings: Timings
  package internal(set) var attempts = 0
  package internal(set) var connection = ConnectionKind.none
  package internal(set) var bytesSent: UInt64 = 0
  package internal(set) var bytesReceived: UInt64 = 0
  package private(set) var usage = Usage()
  package private(set) var toolCalls: [ToolCall] = []
  package private(set) var citations: [Citation] = []
  package private(set) var warning: (code: Int32, message: OwnedText)?

  private var textBuffer = TextBuffer()
  private var reasoningBuffer = TextBuffer()
  private var rawBuffer = TextBuffer()
  private var size = 0
  private let maxSize: Int

  init(maxSize: Int, start: Instant) {
    self.maxSize = maxSize
    timings = Timings(start: start)
  }

  package var text: UnsafeRawBufferPointer { textBuffer.text }
  package var reasoning: UnsafeRawBufferPointer { reasoningBuffer.text }
  /// The service's messages, if they are kept, as a JSON text sequence (RFC 7464): a byte that cannot occur
  /// in JSON precedes each message, because some messages have several lines.
  package var raw: UnsafeRawBufferPointer { rawBuffer.text }

  /// The approximate memory of a call or a source in addition to its texts: a server may send any number of
  /// them.
  private static let itemSize = 128

  func append(_ event: AnswerEvent) throws(SparkError) {
    switch event {
    case .text(let piece):
      try grow(by: piece.count)
      textBuffer.append(piece)
      if textBuffer.hasFailed { throw Self.outOfMemory }
    case .reasoning(let piece):
      try grow(by: piece.count)
      reasoningBuffer.append(piece)
      if reasoningBuffer.hasFailed { throw Self.outOfMemory }
    case .toolCall(let id, let name, let arguments):
      try grow(by: Self.itemSize + id.count + name.count + arguments.count)
      toolCalls.append(
        ToolCall(
          id: OwnedText(id), name: OwnedText(name), arguments: OwnedText(arguments)))
    case .citation(let index, let title, let url):
      try grow(by: Self.itemSize + title.count + url.count)
      citations.append(
        Citation(index: index, title: OwnedText(title), url: OwnedText(url)))
    case .usage(let counts):
      usage = counts
    case .warning(let code, let message):
      // The service's own warning has priority over ours.
      if code == AnswerEvent.toolNotCalled, warning != nil { return }
      try grow(by: message.count)
      warning = (code, OwnedText(message))
    }
  }

  func keepRaw(_ message: UnsafeRawBufferPointer) throws(SparkError) {
    try grow(by: message.count + 2)
    withUnsafeBytes(of: 0x1E as UInt8) { rawBuffer.append($0) }
    rawBuffer.append(message)
    withUnsafeBytes(of: UInt8(ascii: "\n")) { rawBuffer.append($0) }
    if rawBuffer.hasFailed { throw Self.outOfMemory }
  }

  private func grow(by count: Int) throws(SparkError) {
    guard count <= maxSize - size else {
      throw SparkError(
        .tooLarge, "the answer is larger than \(maxSize) bytes",
        hint: "ask for fewer tokens (max_tokens), or allow larger answers (max_answer_size)")
    }
    size += count
  }

  private static var outOfMemory: SparkError {
    SparkError(.noMemory, "out of memory while keeping the answer")
  }
}
