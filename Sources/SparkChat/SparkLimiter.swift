internal import SparkCore
internal import SparkWire

/// A limit that others have a part in, too: other clients, processes or machines.
///
/// Its functions are called on the client's thread and hold up all that is under way, so they must not wait.
public protocol SparkLimiter: AnyObject, Sendable {
  /// Whether an attempt may begin. It is asked again after the time that it names.
  func acquire(_ attempt: Int64) -> SparkAdmission
  /// An attempt has failed, or with nil, the service answers.
  func report(_ attempt: Int64, _ failure: SparkError.Status?, serviceCode: Int)
  /// An attempt is over.
  func release(_ attempt: Int64)
}

/// What a limiter says.
public enum SparkAdmission: Sendable, Hashable {
  /// The attempt may begin.
  case now
  /// Ask again after this time.
  case later(Duration)
  /// The limiter cannot tell: the exchange fails.
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
