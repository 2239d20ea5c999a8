import SparkTransport
import SparkWire
import Testing

@testable import SparkCore

/// A text with characters of all UTF-8 lengths.
let greeting = "Hello, 世界! 😀 naïve e\u{301} — done."

/// The result of an exchange, with its own copies of the texts.
struct Seen {
  var pieces: [Piece] = []
  var text = ""
  var reasoning = ""
  var calls: [[String]] = []
  var citations: [[String]] = []
  var usage = Usage()
  var warning: Int32?
  var sid: String?
  var outcome = Outcome.pending
  var attempts = 0
  var error: SparkError?

  mutating func take(_ response: Response) {
    text = String(decoding: response.text, as: UTF8.self)
    reasoning = String(decoding: response.reasoning, as: UTF8.self)
    calls = response.toolCalls.map { [$0.name.string, $0.arguments.string] }
    citations = response.citations.map { ["\($0.index)", $0.title.string, $0.url.string] }
    usage = response.usage
    warning = response.warning?.code
    sid = response.sid?.string
    outcome = response.outcome
    attempts = response.attempts
  }
}

extension Configuration {
  /// Returns a configuration for the emulator at `url`: no retries unless a test sets them, and no hanging.
  static func emulator(_ url: String) throws -> Configuration {
    let ready = try Emulator.running().ready
    var configuration = Configuration()
    try configuration.setURL(url)
    if url.hasPrefix("http") {
      try configuration.setModel("max")
      try [UInt8](ready.apiPassword.utf8).withUnsafeBytes { try configuration.setAPIPassword($0) }
    } else {
      try configuration.setAppID(ready.appId)
      try [UInt8](ready.apiKey.utf8).withUnsafeBytes { try configuration.setAPIKey($0) }
      try [UInt8](ready.apiSecret.utf8).withUnsafeBytes { try configuration.setAPISecret($0) }
    }
    try configuration.setCAFile(ready.caFile)
    try configuration.setMaxAttempts(1)
    try configuration.setTimeout(\.total, "total", 20_000)
    return configuration
  }
}

extension ChatRequest {
  static func asking(_ question: String = "Hi") throws -> ChatRequest {
    var request = ChatRequest()
    try request.addMessage(.user, question)
    return request
  }
}

typealias Configure = (inout Configuration) throws -> Void

func client(_ url: String, _ configure: Configure = { _ in }) throws -> Client {
  var configuration = try Configuration.emulator(url)
  try configure(&configuration)
  return try Client(configuration)
}

/// Sends a request to `url` and waits for the end of the answer.
func ask(
  _ url: String, _ question: String = "Hi", _ configure: Configure = { _ in }
) throws -> Seen {
  try finish(client(url, configure).open(.asking(question)))
}

/// Sends a request to an address that plays a scenario.
func ask(
  _ wire: Wire, _ scenario: String?, path: String = "/v3.5/chat", tag: String? = nil,
  _ question: String = "Hi", _ configure: Configure = { _ in }
) throws -> Seen {
  let url = try Emulator.running().url(wire, path, scenario: scenario, tag: tag)
  return try ask(url, question, configure)
}

/// The events so far.
struct Taken {
  var pieces: [Piece] = []
  var isReady = false

  mutating func take(_ event: ChatStream.Event?) {
    switch event {
    case .ready: isReady = true
    case .answer(let event): pieces.append(Piece(event))
    case nil: Issue.record("an event that is none")
    }
  }
}

/// Takes events until none arrive for `milliseconds`, and the exchange is stuck in `phase`.
func takeUntilQuiet(
  _ stream: ChatStream, in phase: Phase? = nil, milliseconds: Int32 = 50
) throws -> Taken {
  var taken = Taken()
  let end = Instant.now().advanced(byMilliseconds: 10_000)
  while true {
    switch try stream.next(timeoutMilliseconds: milliseconds) {
    case .event: taken.take(stream.event)
    case .done: return taken
    case .again:
      if phase == nil || stream.exchange?.phase == phase || end < Instant.now() { return taken }
    case .interrupted: continue
    }
  }
}

/// Takes events until there are no more, and checks the invariants.
func finish(_ stream: ChatStream, after taken: Taken = Taken()) throws -> Seen {
  var seen = Seen(pieces: taken.pieces)
  var isReady = taken.isReady
  do throws(SparkError) {
    loop: while true {
      switch try stream.next(timeoutMilliseconds: -1) {
      case .event:
        switch stream.event {
        case .ready:
          #expect(!isReady, "ready comes once, and first")
          isReady = true
        case .answer(let event):
          #expect(isReady)
          seen.pieces.append(Piece(event))
        case nil: Issue.record("an event that is none")
        }
      case .done: break loop
      case .again: Issue.record("next() without a limit says again")
      case .interrupted: continue
      }
    }
  } catch {
    seen.error = error
  }
  seen.take(stream.response)
  check(seen, stream)
  return seen
}

/// Checks the invariants of every exchange, however it ended.
private func check(_ seen: Seen, _ stream: ChatStream) {
  #expect(seen.outcome != .pending)
  #expect((seen.outcome == .complete) == (seen.error == nil))
  #expect(seen.text == joined(seen) { if case .text(let text) = $0 { text } else { nil } })
  #expect(
    seen.reasoning == joined(seen) { if case .reasoning(let text) = $0 { text } else { nil } })
  #expect(seen.error?.sid == nil || seen.sid == nil || seen.error?.sid == seen.sid)
  for text in [stream.response.text, stream.response.reasoning] {
    #expect(text.baseAddress?.load(fromByteOffset: text.count, as: UInt8.self) == 0)
  }
  // Further calls report the same end.
  do throws(SparkError) {
    guard case .done = try stream.next(timeoutMilliseconds: 0) else {
      Issue.record("something comes after the end")
      return
    }
    #expect(seen.error == nil)
  } catch {
    #expect(error == seen.error)
  }
}

private func joined(_ seen: Seen, _ text: (Piece) -> String?) -> String {
  seen.pieces.compactMap(text).joined()
}

/// Returns a new name for a test's records.
func newTag() -> String { "swift\(UInt64.random(in: 0 ... .max))" }

/// Returns the error that `body` throws; nil if it throws none.
func failure(of body: () throws(SparkError) -> Void) -> SparkError? {
  do throws(SparkError) {
    try body()
    return nil
  } catch {
    return error
  }
}
