import SparkChat
import Testing

extension SparkConfiguration {
  /// A configuration for the emulator. It has no retries unless a test sets them, and no deadlines, because tests that
  /// block all threads of Swift's pool run concurrently.
  static func emulator(
    _ wire: Wire = .wss, scenario: String? = nil, path: String = "/v3.5/chat", tag: String? = nil
  ) throws -> SparkConfiguration {
    let ready = try Emulator.running().ready
    var configuration = SparkConfiguration()
    configuration.usesEnvironment = false
    configuration.url = try Emulator.running().url(wire, path, scenario: scenario, tag: tag)
    configuration.caFile = ready.caFile
    configuration.retry.maxAttempts = 1
    configuration.timeouts.firstToken = .zero
    configuration.timeouts.idle = .zero
    if wire.isHTTP {
      configuration.domain = "generalv3.5"
      configuration.apiPassword = ready.apiPassword
    } else {
      configuration.appID = ready.appId
      configuration.apiKey = ready.apiKey
      configuration.apiSecret = ready.apiSecret
    }
    return configuration
  }
}

func client(
  _ wire: Wire = .wss, scenario: String? = nil, path: String = "/v3.5/chat", tag: String? = nil,
  _ configure: (inout SparkConfiguration) -> Void = { _ in }
) throws -> SparkClient {
  var configuration = try SparkConfiguration.emulator(
    wire, scenario: scenario, path: path, tag: tag)
  configure(&configuration)
  return try SparkClient(configuration)
}

/// All events of a stream.
struct Seen {
  var text = ""
  var reasoning = ""
  var kinds: [String] = []
  var response: SparkResponse?

  mutating func take(_ event: SparkEvent) {
    let kind: String
    switch event {
    case .ready: kind = "ready"
    case .text(let piece):
      text += piece
      kind = "text"
    case .reasoning(let piece):
      reasoning += piece
      kind = "reasoning"
    case .toolCall: kind = "call"
    case .citation: kind = "citation"
    case .usage: kind = "usage"
    case .warning: kind = "warning"
    case .finished(let answer):
      response = answer
      kind = "finished"
    }
    if kinds.last != kind { kinds.append(kind) }
  }

  init(_ stream: SparkStream) async throws(SparkError) {
    for try await event in stream { take(event) }
  }
}

/// Returns what `body` throws, or nil if it does not throw.
func failure(of body: () async throws(SparkError) -> Void) async -> SparkError? {
  do throws(SparkError) {
    try await body()
    return nil
  } catch {
    return error
  }
}

/// Returns a new name for a test's records.
func newTag() -> String { "swift\(UInt64.random(in: 0 ... .max))" }
