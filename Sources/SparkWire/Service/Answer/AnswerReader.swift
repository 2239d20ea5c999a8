/// Reads the service's messages: JSON in, events out. `AnswerReader+Frames` reads messages over
/// WebSocket, `AnswerReader+Completions` messages over HTTP; the events mean the same. A vector
/// (`EmbeddingAnswer`) is not an event: it comes complete.
///
/// Members may be missing, and come in any order (protocol 7.1 to 7.6): a message becomes events
/// only when all of it has been read.
package struct AnswerReader: ~Copyable {
  /// The service said that the answer is finished. An error or a warning may still follow.
  package internal(set) var isFinished = false
  /// The service's request ID (`sid`).
  package private(set) var sid: OwnedText?
  /// The service's finish reason; the last one if it sends several.
  package private(set) var finishReason: OwnedText?
  /// The call that the model must make, and has not made yet.
  package var requiredCall: ChatRequest.ToolChoice?
  package internal(set) var vector: EmbeddingVector?

  let transport: Transport
  private let isEmbedding: Bool
  var events: [AnswerEvent] = []
  private var position = 0
  /// Texts of the last message's events that are not in the message itself.
  private var madeTexts: [OwnedText] = []
  /// A text or a call has arrived.
  package internal(set) var hasAnswer = false
  /// A part of an answer has arrived, even if only an empty list.
  var hasChoices = false
  /// What the service said instead of an answer, if no answer follows.
  var complaint: ServiceFailure?
  var calls: CallCollector
  /// The id of the previous answer on the connection.
  private var earlierSID: OwnedText?
  private var callIDs: Set<[UInt8]> = []
  /// The smallest number that the next made id may have.
  private var nextID = 0
  private var textHalf = SurrogateHalf()
  private var reasoningHalf = SurrogateHalf()
  /// How the message began: reading overwrites it.
  private var beginning = Beginning()

  /// - Parameter maxCallSize: The most bytes to keep of tool calls that come in pieces.
  /// - Parameter isEmbedding: Whether the answer is a vector, over HTTP.
  package init(
    transport: Transport = .webSocket, maxCallSize: Int = 1 << 20, isEmbedding: Bool = false
  ) {
    self.transport = transport
    self.isEmbedding = isEmbedding
    calls = CallCollector(maxSize: maxCallSize)
  }

  /// Prepares for the answer to the next request.
  package mutating func startOver() {
    forgetLast()
    earlierSID = sid
    (isFinished, hasAnswer, hasChoices, sid, finishReason) = (false, false, false, nil, nil)
    (callIDs, nextID, complaint) = ([], 0, nil)
    (textHalf, reasoningHalf) = (SurrogateHalf(), SurrogateHalf())
    calls.removeAll()
  }

  /// Returns the next event of the last message; its texts live as long as the message does.
  package mutating func nextEvent() -> AnswerEvent? {
    guard position < events.count else { return nil }
    let event = events[position]
    position &+= 1
    return event
  }

  package var hasEvents: Bool { position < events.count }

  /// Reads one message in place: changes its bytes, which the events borrow. Throws a failure that
  /// the service reports, and keeps the events before it in the same message.
  ///
  /// - Returns: False if the message belongs to the previous answer.
  @discardableResult
  package mutating func read(_ message: UnsafeMutableRawBufferPointer) throws(SparkError) -> Bool {
    forgetLast()
    if transport == .http {
      // Nothing counts after the end.
      if isFinished { return true }
      if Self.isDone(message) {
        try readDone()
        return true
      }
      try checkText(message)
    }
    beginning = Beginning(of: message)
    var json = JSONReader(message)
    switch transport {
    case .webSocket:
      let frame: Frame
      do throws(JSONReader.Fault) { frame = try Frame(&json) } catch { throw violation(error) }
      return try take(frame)
    case .http where isEmbedding:
      let answer: EmbeddingAnswer
      do throws(JSONReader.Fault) { answer = try EmbeddingAnswer(&json) } catch {
        throw violation(error)
      }
      try take(answer)
      return true
    case .http:
      let completion: Completion
      do throws(JSONReader.Fault) { completion = try Completion(&json) } catch {
        throw violation(error)
      }
      try take(completion)
      return true
    }
  }

  private func violation(_ fault: JSONReader.Fault) -> SparkError {
    beginning.withBytes { JSONReader.violation(fault, beginning: $0) }
  }

  /// Over WebSocket, `WebSocketDecoder` has checked this already.
  private func checkText(_ message: UnsafeMutableRawBufferPointer) throws(SparkError) {
    var utf8 = UTF8Validator()
    guard utf8.consume(UnsafeRawBufferPointer(message)), utf8.isComplete else {
      throw .violation("the server sent a text that is not UTF-8")
    }
  }

  mutating func forgetLast() {
    position = 0
    if events.count <= 64 {
      events.removeAll(keepingCapacity: true)
    } else {
      events = []
    }
    if !madeTexts.isEmpty { madeTexts.removeAll() }
  }

  /// Whether the id is that of the previous answer on the connection, and no other has arrived yet.
  func isEarlier(sid bytes: UnsafeRawBufferPointer) -> Bool {
    sid == nil && earlierSID?.equals(bytes) == true
  }

  mutating func keep(sid bytes: UnsafeRawBufferPointer) {
    Self.keep(bytes, in: &sid)
  }

  mutating func keep(finishReason word: UnsafeRawBufferPointer) {
    Self.keep(word, in: &finishReason)
  }

  /// The service's ids have 33 bytes, its finish reasons fewer; longer texts are cut.
  private static let maxKeptSize = 128

  private static func keep(_ bytes: UnsafeRawBufferPointer, in place: inout OwnedText?) {
    var bytes = bytes
    if bytes.count > maxKeptSize {
      // Not in the middle of a character.
      var count = maxKeptSize
      while count > 0, bytes[count] & 0xC0 == 0x80 { count -= 1 }
      bytes = UnsafeRawBufferPointer(rebasing: bytes[..<count])
    }
    let isSame = place.map { $0.equals(bytes) } ?? false
    if !isSame, !bytes.isEmpty { place = OwnedText(bytes) }
  }

  mutating func append(text value: JSONReader.Value) {
    var text = value
    if value.hasHalves || textHalf.isPending, textHalf.join(&text) {
      show(.text(Self.replacement))
    }
    if text.count > 0 { show(.text(text.bytes)) }
  }

  mutating func append(reasoning value: JSONReader.Value) {
    var text = value
    if value.hasHalves || reasoningHalf.isPending, reasoningHalf.join(&text) {
      show(.reasoning(Self.replacement))
    }
    if text.count > 0 { show(.reasoning(text.bytes)) }
  }

  /// Replaces half a pair that is still pending when the answer ends.
  mutating func endHalves() {
    if reasoningHalf.giveUp() { show(.reasoning(Self.replacement)) }
    if textHalf.giveUp() { show(.text(Self.replacement)) }
  }

  /// Ends the answer: what was held back until the end becomes events.
  @inline(never)
  mutating func finish() throws(SparkError) {
    endHalves()
    try flushCalls()
    if let message = requiredCall?.missing {
      events.append(.warning(code: AnswerEvent.toolNotCalled, message: keeping(message.utf8)))
    }
    isFinished = true
  }

  private mutating func show(_ event: AnswerEvent) {
    hasAnswer = true
    events.append(event)
  }

  /// Returns a copy that lives as long as the message's events.
  mutating func keeping(_ bytes: some Collection<UInt8>) -> UnsafeRawBufferPointer {
    let text = OwnedText(bytes)
    madeTexts.append(text)
    return text.bytes
  }

  mutating func appendCall(
    id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, arguments: UnsafeRawBufferPointer
  ) {
    hasAnswer = true
    let id = uniqueID(given: id)
    // Missing arguments become an empty object, unless the token limit cut them off.
    let isEmpty = JSONText.isBlankOrNull(arguments) && FinishReason(finishReason) != .length
    let arguments = isEmpty ? Self.bytes(of: "{}") : arguments
    events.append(.toolCall(id: id, name: name, arguments: arguments))
    if requiredCall?.isMade(by: name) ?? false { requiredCall = nil }
  }

  mutating func flushCalls() throws(SparkError) {
    for call in calls.takeAll() {
      guard !call.name.isEmpty else { throw Self.namelessCall }
      appendCall(
        id: call.id.isEmpty ? nil : keeping(call.id), name: keeping(call.name),
        arguments: keeping(call.arguments))
    }
  }

  static var namelessCall: SparkError {
    .violation("the service asks for a tool without naming it")
  }

  /// Returns the service's id of a call, unless it cannot identify the result: it is missing, another
  /// call has it, or it contains a NUL, at which C ends it. A made id is the same for the same answer.
  private mutating func uniqueID(given: UnsafeRawBufferPointer?) -> UnsafeRawBufferPointer {
    if let given, !given.isEmpty, !given.contains(0), callIDs.insert(Array(given)).inserted {
      return given
    }
    nextID = max(nextID, callIDs.count)
    // No number is tried twice, so that a server that uses them up cannot make this slow.
    while true {
      let id = Array(Self.madeID(nextID, sid: sid).utf8)
      nextID += 1
      if callIDs.insert(id).inserted { return keeping(id) }
    }
  }

  /// Different for any other answer.
  private static func madeID(_ number: Int, sid: OwnedText?) -> String {
    let letters = sid.map { sid in
      sid.string.utf8.filter { byte in byte.isDigit || (97...122).contains(byte.asciiLowercased) }
    }
    let name = letters.map { String(decoding: $0, as: UTF8.self) } ?? ""
    return name.isEmpty ? "call_\(number)" : "call_\(name)_\(number)"
  }

  /// Zero bytes, with a NUL after them.
  static var nothing: UnsafeRawBufferPointer { bytes(of: "") }

  private static var replacement: UnsafeRawBufferPointer { bytes(of: SurrogateHalf.replacement) }

  private static func bytes(of text: StaticString) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }
}

extension ChatRequest.ToolChoice {
  fileprivate func isMade(by name: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .named(let wanted): name.elementsEqual(wanted.utf8)
    case .required: true
    case .auto, .none: false
    }
  }

  /// The warning if the call has not been made.
  fileprivate var missing: String? {
    switch self {
    case .named(let name):
      "the model did not call the tool \"\(excerpt(name))\", which the request demands"
    case .required: "the model called no tool, though the request demands a call"
    case .auto, .none: nil
    }
  }
}

/// The first bytes of a message.
private struct Beginning {
  private var bytes: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) =
    (0, 0, 0, 0, 0, 0, 0, 0)
  private var count = 0

  init() {}

  init(of message: UnsafeMutableRawBufferPointer) {
    withUnsafeMutableBytes(of: &bytes) { bytes in
      count = min(bytes.count, message.count)
      bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: message[..<count]))
    }
  }

  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: bytes) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }
}
