internal import SparkTransport

/// How fast a client may ask, as it has learned from the service's refusals.
///
/// Less is asked after a refusal, and a little more after each answer, until the next one: what TCP does.
/// Where no refusal comes for a while, answers or not, twice as much is asked: what was learned is old.
/// Refusals come in crowds, so one counts for all that were asked before it was.
struct Throttle {
  /// What is too much.
  enum Limit {
    /// Questions, or tokens, in a time.
    case rate
    /// Questions under way; the service may be busy with others'.
    case underWay
  }

  private static let second: Int64 = 1_000_000_000
  private static let rateCut = 0.8, rateStep = 0.03
  /// The smallest limit that is known is 2 a second (protocol 1.1); others may use some of it.
  private static let firstRate = 2.0, lowestRate = 0.5
  /// From one to two at once is a step that is better taken slowly.
  private static let mostCut = 0.5, mostStep = 1.0, fromOneToTwo = 0.3
  /// So many times what was asked for when the service first complained, a limit is none any more.
  private static let slack = 2.0
  /// So long after the last refusal, a limit doubles. A rate that is right is refused about every 7 s; a
  /// number at once, only after answers have ended, which may take long.
  private static let quietNanoseconds = (rate: 15 * second, most: 30 * second)

  /// How many may begin in a second; nil: the service has not complained.
  private(set) var rate: Double?
  /// How many may be under way; nil likewise.
  private(set) var most: Double?
  /// How often less was asked from then on.
  private(set) var cuts = 0

  private let firstPauseMilliseconds: Int32
  private let longestPauseMilliseconds: Int32
  private var cutsInARow = 0
  private var heldUntil = Instant.distantPast
  private var lastStart = Instant.distantPast
  private var wantedRate = 0.0
  private var wantedMost = 0.0
  /// Since when there has been no refusal, and no doubling either.
  private var quietSince = (rate: Instant.distantPast, most: Instant.distantPast)
  /// Counts the questions of a second, and keeps the last count.
  private var countedSince = Instant.distantPast
  private var count = 0
  private var lastCount = 0

  init(firstPauseMilliseconds: Int32 = 500, longestPauseMilliseconds: Int32 = 8000) {
    self.firstPauseMilliseconds = firstPauseMilliseconds
    self.longestPauseMilliseconds = longestPauseMilliseconds
  }

  /// Not before this may the next one begin.
  var nextStart: Instant {
    guard let rate else { return heldUntil }
    return max(heldUntil, lastStart.advanced(byNanoseconds: Int64(Double(Self.second) / rate)))
  }

  /// How many may be under way.
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

  /// Allows more for the time that has passed without a refusal.
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

  /// - Parameter cuts: as they were when it began.
  /// - Parameter milliseconds: how long the service asks to be left alone.
  mutating func noteRefusal(
    _ limit: Limit, cuts: Int, underWay: Int, milliseconds: Int64, _ now: Instant
  ) {
    guard cuts == self.cuts else { return }
    self.cuts &+= 1
    let doubled = Int64(firstPauseMilliseconds) << Int64(min(cutsInARow, 10))
    let pause = max(min(doubled, Int64(longestPauseMilliseconds)), milliseconds)
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
