internal import SparkCore
internal import SparkWire

/// A rate limit that is shared with other clients, processes or machines.
///
/// The client calls these functions on its own thread, where they delay all requests. They must not wait.
public protocol SparkLimiter: AnyObject, Sendable {
  /// Returns whether an attempt may begin, or when to call this function again.
  func acquire(_ attempt: Int64) -> SparkAdmission
  /// Receives the failure of an attempt, or nil when the service answers.
  func report(_ attempt: Int64, _ failure: SparkError.Status?, serviceCode: Int)
  /// Called when an attempt is over.
  func release(_ attempt: Int64)
}

/// The decision of a limiter.
public enum SparkAdmission: Sendable, Hashable {
  /// The attempt may begin.
  case now
  /// Ask again after this time.
  case later(Duration)
  /// The limiter failed, so the request fails.
  case failed
}

final class LimiterAdapter: Limiter {
  private let limiter: any SparkLimiter

  init(_ limiter: any SparkLimiter) {
    self.limiter = limiter
  }

  func acquire(_ attempt: Int64) -> Int32 {
    switch limiter.acquire(attempt) {
    case .now: 0
    case .later(let time): max(time.milliseconds, 1)
    case .failed: -1
    }
  }

  func report(_ attempt: Int64, _ failure: Status?, serviceCode: Int32) {
    limiter.report(
      attempt, failure.flatMap { SparkError.Status(rawValue: $0.rawValue) },
      serviceCode: Int(serviceCode))
  }

  func release(_ attempt: Int64) {
    limiter.release(attempt)
  }
}
