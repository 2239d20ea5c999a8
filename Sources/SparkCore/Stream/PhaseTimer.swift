internal import SparkTransport
internal import SparkWire

/// A phase of an exchange, with its start and its deadline.
struct PhaseTimer {
  let phase: Phase
  private let start: Instant
  let milliseconds: Int32
  private(set) var deadline: Instant?

  /// - Parameter milliseconds: 0 for no limit.
  init(_ phase: Phase, limit milliseconds: Int32, now: Instant) {
    self.phase = phase
    self.milliseconds = milliseconds
    start = now
    deadline = milliseconds > 0 ? now.advanced(byMilliseconds: milliseconds) : nil
  }

  /// Returns the same phase with another deadline.
  func ending(at deadline: Instant) -> PhaseTimer {
    var timer = self
    timer.deadline = deadline
    return timer
  }

  /// No current phase.
  static let none = PhaseTimer(.none, limit: 0, now: .distantPast)

  func microseconds(until now: Instant) -> Int64 { now.microseconds(since: start) }

  func isOver(_ now: Instant) -> Bool { deadline.map { $0 <= now } ?? false }

  /// The name of the setting with the limit.
  private var setting: String {
    switch phase {
    case .firstToken: "first_token_timeout"
    // The proxy's handshake has the time limit of connecting.
    case .proxy: "connect_timeout"
    default: "\(phase.name)_timeout"
    }
  }

  var timeout: SparkError {
    var error = SparkError(
      .timeout, "\(phase.name): nothing happened within \(milliseconds) ms",
      hint: "try again, or allow more time (\(setting))", retryable: true)
    if phase == .total {
      error.message = "the exchange did not end within \(milliseconds) ms"
    }
    error.phase = phase
    return error
  }
}
