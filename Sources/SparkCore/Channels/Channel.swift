internal import SparkTransport
internal import SparkWire

/// Carries a request to the service and its answer back, message by message. Nothing here blocks.
protocol Channel: AnyObject {
  var connection: BufferedConnection { get }
  /// The server's refusal, if one has begun, even if it is not complete.
  var pendingRefusal: SparkError? { get }
  /// Some HTTP has arrived.
  var hasSpoken: Bool { get }
  /// Part of an answer has arrived, perhaps not yet a whole message.
  var hasAnswerBegun: Bool { get }
  /// The correction of this machine's clock for the signature, in seconds.
  var clockOffset: Int64 { get }
  /// Bytes have arrived that have not been returned in a message yet.
  var hasBuffered: Bool { get }

  /// Continues the current phase of opening. Returns the phase it has reached; `.none` once the channel is
  /// open.
  func advance(now: Instant) throws(SparkError) -> Phase

  func send(_ question: UnsafeRawBufferPointer) throws(SparkError)

  /// Returns the next message of the bytes that have arrived; nil if more bytes are needed.
  func next() throws(SparkError) -> Received?

  /// Handles the end of the connection, after `next` has returned everything.
  func end() throws(SparkError) -> Received

  /// What happens to the channel now that the answer is complete.
  var postAnswer: PostAnswer { get }

  /// After a complete answer, keeps the connection for the next request, or closes it.
  func release()

  /// Closes the connection, after a close message if one can be sent without waiting.
  func close()
}

enum Received {
  /// The bytes are borrowed until the next call; the reader changes them.
  case message(UnsafeMutableRawBufferPointer)
  /// The body of the answer has ended correctly.
  case bodyEnd
  /// The server closed the connection, with or without a close message.
  case closed(code: UInt16?, reason: String)
}

/// What happens to a channel after a complete answer.
enum PostAnswer {
  /// The server ends it immediately; until then, a warning may arrive.
  case closing
  /// It accepts another request.
  case open
  case over
}
