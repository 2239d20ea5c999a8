internal import SparkTransport
internal import SparkWire

/// The times of an exchange, in microseconds; -1 is unknown.
package struct Timings: Sendable {
  package fileprivate(set) var queue: Int64 = 0
  package fileprivate(set) var resolve: Int64 = 0
  package fileprivate(set) var connect: Int64 = 0
  package fileprivate(set) var tls: Int64 = 0
  package fileprivate(set) var upgrade: Int64 = 0
  package fileprivate(set) var firstReasoning: Int64 = -1
  package fileprivate(set) var firstText: Int64 = -1
  package fileprivate(set) var last: Int64 = -1
  package fileprivate(set) var total: Int64 = -1

  private let start: Instant

  init(start: Instant) {
    self.start = start
  }

  /// Adds a wait in the queue; each attempt waits again.
  mutating func noteQueue(_ microseconds: Int64) {
    queue += microseconds
  }

  /// Resets the times of connecting for a new connection.
  mutating func forgetConnection() {
    (resolve, connect, tls, upgrade) = (0, 0, 0, 0)
  }

  mutating func note(_ phase: Phase, microseconds: Int64) {
    switch phase {
    case .resolve: resolve = microseconds
    case .connect: connect = microseconds
    // The proxy's handshake is part of connecting.
    case .proxy: connect += microseconds
    case .tls: tls = microseconds
    case .upgrade: upgrade = microseconds
    default: break
    }
  }

  mutating func note(_ event: AnswerEvent, at now: Instant) {
    let elapsed = now.microseconds(since: start)
    switch event {
    case .text where firstText < 0: firstText = elapsed
    case .reasoning where firstReasoning < 0: firstReasoning = elapsed
    default: break
    }
    last = elapsed
  }

  mutating func noteEnd(at now: Instant) {
    total = now.microseconds(since: start)
  }
}
