/// The messages of a conversation, and how many tokens each takes: as the service has counted them,
/// where it has, and estimated in its own ratio otherwise.
package struct History: Sendable {
  struct Entry: Sendable {
    var message: Message
    /// nil: not counted yet.
    var tokens: Int?
  }

  private(set) var entries: [Entry] = []
  /// Of the last answer.
  private var openCalls = OpenCalls()
  /// Which of them went into the last question.
  private var sent: [Int] = []
  /// Tokens that the service counts for one that is estimated.
  private var ratio = 1.0

  package init() {}

  init(_ entries: [Entry]) {
    self.entries = entries
    findOpenCalls()
  }

  package var count: Int { entries.count }

  package func message(at index: Int) -> Message? {
    entries.indices.contains(index) ? entries[index].message : nil
  }

  /// Adds the messages of a request, in their order.
  package mutating func append(_ messages: [Message]) throws(SparkError) {
    var more = self
    for message in messages { more.append(message) }
    try Self.checkOrder(more.entries) { what in
      SparkError(
        .invalidArgument, "the conversation then \(what)",
        hint: "add the result of each call behind it, and a system message before all others")
    }
    self = more
  }

  /// Adds at the end; a system message stands first, in place of the one before.
  package mutating func append(_ message: Message) {
    guard message.role == .system else {
      if message.role == .assistant { openCalls = OpenCalls(of: message) }
      if message.role == .tool { _ = openCalls.take(message.callID) }
      return entries.append(Entry(message: message))
    }
    if entries.first?.message.role == .system {
      entries[0] = Entry(message: message)
    } else {
      entries.insert(Entry(message: message), at: 0)
      sent.removeAll()
    }
  }

  /// The call with this id in the last answer, if it has no result yet. A service may use an id again
  /// in a later answer.
  package func openCall(_ id: String) -> Message.Call? { openCalls[id] }

  private mutating func findOpenCalls() {
    let answer = entries.lastIndex { $0.message.role == .assistant }
    openCalls = OpenCalls(of: answer.map { entries[$0].message })
    for entry in entries[(answer ?? entries.endIndex)...] where entry.message.role == .tool {
      _ = openCalls.take(entry.message.callID)
    }
  }

  /// Goes back to the first `count` messages.
  package mutating func truncate(to count: Int) {
    guard count >= 0, count < entries.count else { return }
    entries.removeLast(entries.count - count)
    sent.removeAll { $0 >= count }
    findOpenCalls()
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

  private static func whole(_ tokens: Double) -> Int {
    Int(min(max(tokens.rounded(.up), 1), 1e12))
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
