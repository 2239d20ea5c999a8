/// The messages of a conversation, and how many tokens each takes: the service's count if there is
/// one, and otherwise an estimate, scaled by the ratio of the service's counts.
package struct History: Sendable {
  struct Entry: Sendable {
    var message: Message
    /// nil if not counted yet.
    var tokens: Int?
  }

  private(set) var entries: [Entry] = []
  /// The calls of the last answer: a service may reuse an id in a later one.
  private var open = OpenCalls()
  /// The indices of the entries in the last request.
  private var sent: [Int] = []
  /// How many tokens the service counts for each estimated one.
  private var ratio = 1.0

  package init() {}

  package var count: Int { entries.count }

  /// The calls of the last answer that have no result yet, in their order.
  package var openCalls: [Message.Call] { open.all }

  package func message(at index: Int) -> Message? {
    entries.indices.contains(index) ? entries[index].message : nil
  }

  /// Appends messages in their order; on an error, none of them.
  package mutating func append(_ messages: [Message]) throws(SparkError) {
    guard messages.count(where: { $0.role == .system }) <= 1 else {
      throw SparkError(
        .invalidArgument, "there are several system messages, but a history has only one",
        hint: "join their texts")
    }
    var more = self
    for message in messages { try more.append(message) }
    self = more
  }

  /// Appends a message; a system message goes first and replaces the previous one. Throws
  /// immediately for a message that could never be sent.
  package mutating func append(_ message: Message) throws(SparkError) {
    try append(Entry(message: message))
  }

  mutating func append(_ entry: Entry) throws(SparkError) {
    guard entry.message.role != .system else { return place(system: entry) }
    var entry = entry
    if entry.message.role == .tool {
      let call = try takeCall(entry.message.callID)
      if entry.message.toolName.isEmpty { entry.message.toolName = call.name }
    } else {
      try checkNoCallIsOpen()
      open = OpenCalls(of: entry.message)
    }
    entries.append(entry)
  }

  private mutating func place(system entry: Entry) {
    if entries.first?.message.role == .system {
      entries[0] = entry
    } else {
      entries.insert(entry, at: 0)
      sent.removeAll()
    }
  }

  /// Returns the call that a result is for, and marks it as having one.
  private mutating func takeCall(_ id: String) throws(SparkError) -> Message.Call {
    guard let call = open.take(id) else {
      throw SparkError(
        .invalidArgument, "no tool call waits for this result: \"\(excerpt(id))\"",
        hint: "pass the id of a tool call that has no result yet")
    }
    return call
  }

  package func checkNoCallIsOpen() throws(SparkError) {
    if let call = open.first { throw .withoutResult(call) }
  }

  /// Removes all messages after the first `count`.
  package mutating func truncate(to count: Int) {
    guard count >= 0, count < entries.count else { return }
    entries.removeLast(entries.count - count)
    sent.removeAll { $0 >= count }
    open = OpenCalls()
    guard let answer = entries.lastIndex(where: { $0.message.role == .assistant }) else { return }
    let results = entries[answer...].dropFirst().prefix { $0.message.role == .tool }
    // If another message follows, all calls have their results.
    guard answer + results.count == entries.count - 1 else { return }
    open = OpenCalls(of: entries[answer].message)
    for result in results { _ = try? takeCall(result.message.callID) }
  }

  /// Returns the messages to send: the system message or image at the start, the last turn, and as
  /// many turns before it as fit. A turn is a question and everything that belongs to it, so calls
  /// keep their results.
  ///
  /// - Parameter budget: In tokens; nil for all messages.
  package mutating func fitted(to budget: Int?) -> (messages: [Message], dropped: Int) {
    let pinned = entries.prefix { $0.message.role == .system || $0.message.image != nil }.count
    var start = pinned
    if let budget {
      let starts = turnStarts(from: pinned)
      var total = entries[..<pinned].reduce(0) { $0 + cost($1) }
      start = entries.count
      for (number, turn) in starts.enumerated().reversed() {
        total += entries[turn..<start].reduce(0) { $0 + cost($1) }
        if total > budget, number != starts.count - 1 { break }
        start = turn
      }
    }
    sent = Array(0..<pinned) + Array(start..<entries.count)
    return (sent.map { entries[$0].message }, start - pinned)
  }

  /// Records the service's count of what was sent last.
  package mutating func count(promptTokens: Int64) {
    guard promptTokens > 0, sent.allSatisfy(entries.indices.contains) else { return }
    let prompt = Double(promptTokens)
    let known = sent.reduce(0.0) { $0 + Double(entries[$1].tokens ?? 0) }
    let new = sent.filter { entries[$0].tokens == nil }
    let estimate = new.reduce(0.0) { $0 + Double(TokenEstimate.tokens(of: entries[$1].message)) }
    let all = sent.reduce(0.0) { $0 + Double(TokenEstimate.tokens(of: entries[$1].message)) }
    if all > 0 { ratio = min(max(prompt / all, 0.1), 10) }
    guard prompt > known, estimate > 0 else { return }
    for index in new {
      let share = Double(TokenEstimate.tokens(of: entries[index].message)) / estimate
      entries[index].tokens = Self.whole(share * (prompt - known))
    }
  }

  /// Approximately how many tokens were sent last.
  package var sentTokens: Int {
    sent.reduce(0) { entries.indices.contains($1) ? $0 + cost(entries[$1]) : $0 }
  }

  private func cost(_ entry: Entry) -> Int {
    entry.tokens ?? Self.whole(Double(TokenEstimate.tokens(of: entry.message)) * ratio)
  }

  private func turnStarts(from first: Int) -> [Int] {
    // Images belong to the question after them.
    let users = (first..<entries.count).filter {
      entries[$0].message.role == .user && ($0 == first || entries[$0 - 1].message.image == nil)
    }
    // Messages before the first question belong to it.
    return users.isEmpty ? (first < entries.count ? [first] : []) : [first] + users.dropFirst()
  }

  /// Rounds up a message's count and limits it, whatever a server or a saved history says.
  static func whole(_ tokens: Double) -> Int {
    Int(min(max(tokens.rounded(.up), 1), 10_000_000))
  }
}

extension SparkError {
  static func withoutResult(_ call: Message.Call) -> SparkError {
    SparkError(
      .invalidArgument,
      "the call \(excerpt(call.id)) of the tool \"\(excerpt(call.name))\" has no result",
      hint: "add the result of each call after it")
  }
}

/// Estimates how many tokens a text takes, by the service's rule of thumb (protocol 1.1): 1.5
/// Chinese characters or four Latin ones each.
enum TokenEstimate {
  /// The library's own guess: the service does not document it.
  private static let image = 1024

  static func tokens(of message: Message) -> Int {
    guard message.image == nil else { return image }
    let calls = message.calls.reduce(0) { $0 + twelfths($1.name) + twelfths($1.arguments) }
    return (twelfths(message.content) + calls) / 12 + 1
  }

  private static func twelfths(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ($1.isASCII ? 3 : 8) }
  }
}
