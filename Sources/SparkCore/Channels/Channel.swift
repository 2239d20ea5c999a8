internal import SparkTransport
internal import SparkWire

/// What carries a question to the service and its answer back, message by message. Nothing here
/// blocks.
protocol Channel: AnyObject {
  var connection: BufferedConnection { get }
  /// What the server said in refusing, though it has not said all of it.
  var pendingRefusal: SparkError? { get }
  /// Something of HTTP has come.
  var hasSpoken: Bool { get }
  /// Something of an answer has come, though perhaps no message yet.
  var hasAnswerBegun: Bool { get }
  /// What this machine's clock was corrected by for the signature.
  var clockOffset: Int64 { get }
  /// Bytes have arrived that no message has been made of yet.
  var hasBuffered: Bool { get }

  /// Goes on with the phase of opening that is under way. Returns the phase that is then; `.none` once the
  /// channel is open.
  func advance(now: Instant) throws(SparkError) -> Phase

  func send(_ question: UnsafeRawBufferPointer) throws(SparkError)

  /// The next message among the bytes that have arrived; nil when that takes more bytes.
  func next() throws(SparkError) -> Received?

  /// The server has ended the connection, and `next` has nothing more.
  func end() throws(SparkError) -> Received

  /// What becomes of the channel now that the answer is finished.
  var postAnswer: PostAnswer { get }

  /// Behind a finished answer: leaves the connection to whoever asks next, or closes it.
  func release()

  /// Says goodbye as far as that is possible without waiting, and gives the connection up.
  func close()
}

enum Received {
  /// The bytes are borrowed until the next call; reading changes them.
  case message(UnsafeMutableRawBufferPointer)
  /// The body of the answer has ended as it should.
  case bodyEnd
  /// The server said goodbye, or ended the connection without doing so.
  case closed(code: UInt16?, reason: String)
}

/// How a channel goes on behind a finished answer.
enum PostAnswer {
  /// The server ends it at once; until then, a warning may come.
  case closing
  /// It takes another question.
  case open
  case over
}
