package import SparkWire

/// The deadlines of an exchange, in ms; 0 means no deadline.
package struct Timeouts: Sendable {
  package var resolve: Int32 = 10_000
  package var connect: Int32 = 10_000
  package var tls: Int32 = 10_000
  package var upgrade: Int32 = 15_000
  /// nil: depends on the model; reasoning models think for minutes (protocol 7.11).
  package var firstToken: Int32?
  package var idle: Int32 = 120_000
  package var total: Int32 = 0
  /// Waiting in the queue.
  package var queue: Int32 = 60_000
  /// How long to wait for a late warning or the server's close after a complete answer.
  package var close: Int32 = 1_000

  package init() {}

  package func milliseconds(_ phase: Phase, model: Model?) -> Int32 {
    switch phase {
    case .none: 0
    case .resolve: resolve
    // The proxy's handshake has the time limit of connecting.
    case .connect, .proxy: connect
    case .tls: tls
    case .upgrade: upgrade
    case .firstToken:
      firstToken ?? (model?.mayTake(.reasoning) ?? false ? 300_000 : 120_000)
    case .idle: idle
    case .total: total
    case .queue: queue
    }
  }
}
