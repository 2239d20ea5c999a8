internal import SparkTransport

/// Limits how fast a client sends requests, learned from the service's refusals.
///
/// As in TCP, a refusal lowers the limit, and each answer raises it a little until the next refusal.
/// After a while without a refusal, with or without answers, the limit doubles, because it is out of date.
/// Refusals come in bursts, so one refusal counts for all requests that began before it.
struct Throttle {
  /// What was exceeded.
  enum Limit {
    /// Requests, or tokens, per time.
    case rate
    /// Concurrent requests; the service may be busy with other clients.
    case underWay
  }

  private static let second: Int64 = 1_000_000_000
  private static let rateCut = 0.8, rateStep = 0.03
  /// The smallest known limit is 2 per second (protocol 1.1); other clients may use part of it.
  private static let firstRate = 2.0, lowestRate = 0.5
  /// The step from one concurrent request to two is taken more slowly.
  private static let mostCut = 0.5, mostStep = 1.0, fromOneToTwo = 0.3
  /// A limit ends when it reaches this multiple of the load at the first refusal.
  private static let slack = 2.0
  /// A limit doubles this long after the last refusal. At the correct rate, the service refuses about every
  /// 7 s; at the correct number of concurrent requests, only after answers have ended, which may take long.
  private static let quietNanoseconds = (rate: 15 * second, most: 30 * second)

  /// How many requests may begin per second; nil: the service has not refused any.
  private(set) var rate: Double?
  /// How many requests may be in progress; nil likewise.
  private(set) var most: Double?
  /// How often a limit was lowered.
  private(set) var cuts = 0

  private let firstPauseMilliseconds: Int32
  private let longestPauseMilliseconds: Int32
  private let budgetMilliseconds: Int32
  private var cutsInARow = 0
  private var heldUntil = Instant.distantPast
  private var lastStart = Instant.distantPast
  private var wantedRate = 0.0
  private var wantedMost = 0.0
  /// The time of the last refusal or doubling.
  private var quietSince = (rate: Instant.distantPast, most: Instant.distantPast)
  /// Counts the requests of a second, and keeps the last count.
  private var countedSince = Instant.distantPast
  private var count = 0
  private var lastCount = 0

  init(_ retry: RetryPolicy = RetryPolicy()) {
    firstPauseMilliseconds = retry.baseMilliseconds
    longestPauseMilliseconds = retry.maxMilliseconds
    budgetMilliseconds = retry.budgetMilliseconds
  }

  /// The earliest time at which the next request may begin.
  var nextStart: Instant {
    guard let rate else { return heldUntil }
    return max(heldUntil, lastStart.advanced(byNanoseconds: Int64(Double(Self.second) / rate)))
  }

  /// How many requests may be in progress.
  var maxUnderWay: Int? {
    most.map { max(1, Int($0)) }
  }

  mutating func begin(_ now: Instant) {
    lastStart = now
    let end = countedSince.advanced(byNanoseconds: Self.second)
    if end <= now {
      lastCount = now < end.advanced(byNanoseconds: Self.second) ? count : 0
      (countedSince, count) = (now, 0)
    }
    count &+= 1
  }

  mutating func noteAnswer() {
    cutsInARow = 0
    rate = rate.flatMap { raised(to: $0 + Self.rateStep, wanted: wantedRate) }
    most = most.flatMap {
      raised(to: $0 + ($0 < 2 ? Self.fromOneToTwo : Self.mostStep) / $0, wanted: wantedMost)
    }
  }

  /// Raises the limits for the time without a refusal.
  mutating func noteTime(_ now: Instant) {
    while let rate, let end = Self.end(of: Self.quietNanoseconds.rate, since: quietSince.rate, now)
    {
      quietSince.rate = end
      cutsInARow = 0
      self.rate = raised(to: 2 * rate, wanted: wantedRate)
    }
    while let most, let end = Self.end(of: Self.quietNanoseconds.most, since: quietSince.most, now)
    {
      quietSince.most = end
      cutsInARow = 0
      self.most = raised(to: 2 * most, wanted: wantedMost)
    }
  }

  private func raised(to limit: Double, wanted: Double) -> Double? {
    limit >= Self.slack * wanted ? nil : limit
  }

  private static func end(of nanoseconds: Int64, since start: Instant, _ now: Instant) -> Instant? {
    let end = start.advanced(byNanoseconds: nanoseconds)
    return end <= now ? end : nil
  }

  /// - Parameter cuts: The value of `cuts` when the request began.
  /// - Parameter milliseconds: How long the service asks the client to wait.
  mutating func noteRefusal(
    _ limit: Limit, cuts: Int, underWay: Int, milliseconds: Int64, _ now: Instant
  ) {
    guard cuts == self.cuts else { return }
    self.cuts &+= 1
    let doubled = Int64(firstPauseMilliseconds) << Int64(min(cutsInARow, 10))
    // Nobody waits for longer than a retry would.
    let asked = milliseconds <= Int64(budgetMilliseconds) ? milliseconds : 0
    let pause = max(min(doubled, Int64(longestPauseMilliseconds)), asked)
    heldUntil = max(heldUntil, now.advanced(byMilliseconds: Int32(clamping: pause)))
    cutsInARow &+= 1
    switch limit {
    case .rate:
      if rate == nil { wantedRate = max(Self.firstRate, Double(max(count, lastCount))) }
      rate = max(Self.lowestRate, (rate ?? wantedRate) * Self.rateCut)
      quietSince.rate = now
    case .underWay:
      if most == nil { wantedMost = Double(underWay) }
      let asked = most ?? wantedMost
      most = max(1, min(asked * Self.mostCut, asked - 1))
      quietSince.most = now
    }
  }
}
