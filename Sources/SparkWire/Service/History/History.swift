/// The messages of a conversation, and how many tokens each takes: as the service has counted them,
/// where it has, and estimated in its own ratio otherwise.
package struct History: Sendable {
  struct Entry: Sendable {
    var message: Message
    /// nil: not counted yet.
    var tokens: Int?
  }

  private(set) var entries: [Entry] = []
  /// Of the last answer: a service may use an id again in a later one.
  private var open = OpenCalls()
  /// Which of them went into the last question.
  private var sent: [Int] = []
  /// Tokens that the service counts for one that is estimated.
  private var ratio = 1.0

  package init() {}

  package var count: Int { entries.count }

  /// The calls of the last answer that have no result yet, in their order.
  package var openCalls: [Message.Call] { open.all }

  package func message(at index: Int) -> Message? {
    entries.indices.contains(index) ? entries[index].message : nil
  }

  /// Adds messages in their order, or none.
  package mutating func append(_ messages: [Message]) throws(SparkError) {
    guard messages.count(where: { $0.role == .system }) <= 1 else {
      throw SparkError(
        .invalidArgument, "there are several system messages, and a history has one",
        hint: "join their texts")
    }
    var more = self
    for message in messages { try more.append(message) }
    self = more
  }

  /// Adds at the end; a system message stands first, in place of the one before. What could never be
  /// asked with is refused here rather than later.
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

  /// The call that a result is for, which from then on has one.
  private mutating func takeCall(_ id: String) throws(SparkError) -> Message.Call {
    guard let call = open.take(id) else {
      throw SparkError(
        .invalidArgument, "no tool call waits for this result: \"\(excerpt(id))\"",
        hint: "give the id of a tool call that has no result yet")
    }
    return call
  }

  package func checkNoCallIsOpen() throws(SparkError) {
    if let call = open.first { throw .withoutResult(call) }
  }

  /// Goes back to the first `count` messages.
  package mutating func truncate(to count: Int) {
    guard count >= 0, count < entries.count else { return }
    entries.removeLast(entries.count - count)
    sent.removeAll { $0 >= count }
    open = OpenCalls()
    guard let answer = entries.lastIndex(where: { $0.message.role == .assistant }) else { return }
    let results = entries[answer...].dropFirst().prefix { $0.message.role == .tool }
    // Where somebody has spoken since, all calls have their results.
    guard answer + results.count == entries.count - 1 else { return }
    open = OpenCalls(of: entries[answer].message)
    for result in results { _ = try? takeCall(result.message.callID) }
  }

  /// The messages to send: the system message or image at the start, the last turn, and as many
  /// turns before that as fit. A turn is a question and all that belongs to it, so that calls keep
  /// their results.
  ///
  /// - Parameter budget: In tokens; nil: all messages.
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

  /// The service has counted what was sent last.
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

  /// About how many tokens were sent last.
  package var sentTokens: Int {
    sent.reduce(0) { entries.indices.contains($1) ? $0 + cost(entries[$1]) : $0 }
  }

  private func cost(_ entry: Entry) -> Int {
    entry.tokens ?? Self.whole(Double(TokenEstimate.tokens(of: entry.message)) * ratio)
  }

  private func turnStarts(from first: Int) -> [Int] {
    // Images belong to the question behind them.
    let users = (first..<entries.count).filter {
      entries[$0].message.role == .user && ($0 == first || entries[$0 - 1].message.image == nil)
    }
    // What stands before the first question belongs to it.
    return users.isEmpty ? (first < entries.count ? [first] : []) : [first] + users.dropFirst()
  }

  /// What a message counts for, whatever a server or a saved history says.
  static func whole(_ tokens: Double) -> Int {
    Int(min(max(tokens.rounded(.up), 1), 10_000_000))
  }
}

extension SparkError {
  static func withoutResult(_ call: Message.Call) -> SparkError {
    SparkError(
      .invalidArgument,
      "the call \(excerpt(call.id)) of the tool \"\(excerpt(call.name))\" has no result",
      hint: "add the result of each call behind it")
  }
}

/// How many tokens a text takes, about: the service's rule of thumb (protocol 1.1), 1.5 Chinese
/// characters or four Latin ones each.
enum TokenEstimate {
  /// Our own guess; the service does not tell.
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
