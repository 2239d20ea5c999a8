internal import SparkWire

/// Decides whether and when a request is retried.
package struct RetryPolicy: Sendable {
  package var maxAttempts: Int32 = 3
  /// No attempt begins later than this after the first one.
  package var budgetMilliseconds: Int32 = 60_000
  package var baseMilliseconds: Int32 = 500
  package var maxMilliseconds: Int32 = 8_000
  /// Whether to sign once more with the service's time if our clock is wrong.
  package var correctsClock = false

  package init() {}

  /// Returns how long to wait before attempt number `attempts` + 1; nil: do not retry, report the error.
  ///
  /// - Parameter random: Picks a number from the range.
  func delay(
    after error: SparkError, attempts: Int, elapsedMilliseconds: Int64,
    random: (ClosedRange<Int32>) -> Int32
  ) -> Int32? {
    guard attempts < Int(maxAttempts), Self.mayPass(error) else { return nil }
    let doublings = min(max(attempts - 1, 0), 20)
    let ceiling = min(Int64(maxMilliseconds), Int64(baseMilliseconds) << Int64(doublings))
    let top = Int32(clamping: ceiling)
    // A limit counts requests per second: an immediate retry would exceed it again.
    let isLimit = error.status == .rateLimited || error.status == .overloaded
    let own = Int64(isLimit ? top : random(0...max(top, 0)))
    let delay = max(own, error.httpDetails?.retryAfterMilliseconds ?? -1)
    guard elapsedMilliseconds + delay <= Int64(budgetMilliseconds) else { return nil }
    return Int32(clamping: delay)
  }

  /// Whether the failure may be transient. 10006 and 10007 mean that another request of the caller is still
  /// running.
  private static func mayPass(_ error: SparkError) -> Bool {
    guard error.retryable, !error.mayBeBilled, error.serviceCode != 10006,
      error.serviceCode != 10007
    else {
      return false
    }
    guard error.status == .timeout else { return true }
    switch error.phase {
    case .resolve, .connect, .proxy, .tls, .upgrade: return true
    default: return false
    }
  }
}
