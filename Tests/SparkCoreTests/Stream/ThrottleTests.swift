import SparkTransport
import SparkWire
import Testing

@testable import SparkCore

/// A client that always has more requests, and a service with a rule, on a simulated clock.
private struct Simulation {
  enum Verdict { case ok, rate, tooMany }

  struct Said {
    let at: Double
    let verdict: Verdict
  }

  var throttle = Throttle()
  var said: [Said] = []
  private var now = 0.0
  private var running: [(end: Double, cuts: Int, verdict: Verdict)] = []
  private let rule: (Double, [Said], Int) -> Verdict
  private let atOnce: Int
  private let takes: Double

  init(
    atOnce: Int, takes: Double,
    rule: @escaping (_ now: Double, _ said: [Said], _ taken: Int) -> Verdict
  ) {
    (self.rule, self.atOnce, self.takes) = (rule, atOnce, takes)
  }

  private func instant(_ seconds: Double) -> Instant {
    Instant.distantPast.advanced(byNanoseconds: 1_000_000_000 + Int64(seconds * 1e9))
  }

  mutating func run(until end: Double) {
    while now < end {
      for done in running where done.end <= now {
        switch done.verdict {
        case .ok: throttle.noteAnswer()
        case .rate: refuse(.rate, done.cuts)
        case .tooMany: refuse(.underWay, done.cuts)
        }
      }
      running.removeAll { $0.end <= now }
      throttle.noteTime(instant(now))
      let most = min(atOnce, throttle.maxUnderWay ?? atOnce)
      while running.count < most, throttle.nextStart <= instant(now) {
        throttle.begin(instant(now))
        let verdict = rule(now, said, running.filter { $0.verdict == .ok }.count)
        said.append(Said(at: now, verdict: verdict))
        running.append((now + (verdict == .ok ? takes : 0.05), throttle.cuts, verdict))
      }
      now += 0.005
    }
  }

  private mutating func refuse(_ limit: Throttle.Limit, _ cuts: Int) {
    throttle.noteRefusal(
      limit, cuts: cuts, underWay: running.count, milliseconds: -1, instant(now))
  }

  func perSecond(_ verdict: Verdict, since start: Double) -> Double {
    Double(said.count { $0.verdict == verdict && $0.at >= start }) / (now - start)
  }
}

struct ThrottleTests {
  @Test(arguments: [2, 20], [0.1, 3.0])
  func `a rate is found`(limit: Int, takes: Double) {
    var simulation = Simulation(atOnce: 8 * limit, takes: takes) { now, said, _ in
      var lately = 0
      for one in said.reversed() {
        guard one.at > now - 1 else { break }
        if one.verdict == .ok { lately += 1 }
      }
      return lately < limit ? .ok : .rate
    }
    simulation.run(until: 60)
    #expect(simulation.perSecond(.ok, since: 30) > 0.75 * Double(limit))
    #expect(simulation.perSecond(.rate, since: 30) < 0.1 * Double(limit))
  }

  @Test(arguments: [1, 4, 30])
  func `a number at once is found`(limit: Int) {
    var simulation = Simulation(atOnce: 100, takes: 1) { _, _, taken in
      taken < limit ? .ok : .tooMany
    }
    simulation.run(until: 120)
    #expect(simulation.perSecond(.ok, since: 60) > 0.7 * Double(limit))
    #expect(simulation.perSecond(.tooMany, since: 60) < 0.5 * Double(limit))
  }

  @Test func `a service that was busy is asked as before`() {
    var simulation = Simulation(atOnce: 20, takes: 1) { now, _, _ in
      20 <= now && now < 50 ? .tooMany : .ok
    }
    simulation.run(until: 120)
    // A busy service receives very few requests.
    #expect(simulation.said.count { $0.verdict == .tooMany } < 50)
    #expect(simulation.perSecond(.ok, since: 90) > 18)
    #expect(simulation.throttle.most == nil)
  }

  @Test(arguments: [Throttle.Limit.rate, .underWay])
  func `a refusal that none follows is forgotten, though nothing is asked`(limit: Throttle.Limit) {
    var throttle = Throttle()
    let now = Instant.now()
    // A burst of requests, refused again and again.
    for _ in 0..<16 { throttle.begin(now) }
    for cuts in 0..<3 {
      throttle.noteRefusal(limit, cuts: cuts, underWay: 16, milliseconds: -1, now)
    }
    func allowed() -> Double? { limit == .rate ? throttle.rate : throttle.most }
    let afterwards = allowed()
    throttle.noteTime(now.advanced(byMilliseconds: 14_000))
    #expect(allowed() == afterwards)
    throttle.noteTime(now.advanced(byMilliseconds: 30_000))
    #expect(allowed() ?? .infinity >= 2 * (afterwards ?? 0))
    throttle.noteTime(now.advanced(byMilliseconds: 600_000))
    #expect(throttle.rate == nil && throttle.most == nil)
    // The refusal of a single request is soon forgotten.
    throttle = Throttle()
    throttle.begin(now)
    throttle.noteRefusal(limit, cuts: 0, underWay: 1, milliseconds: -1, now)
    throttle.noteTime(now.advanced(byMilliseconds: 31_000))
    #expect(throttle.rate == nil && throttle.most == nil)
  }

  @Test func `nobody is slowed down without a reason`() {
    var simulation = Simulation(atOnce: 50, takes: 1) { _, _, _ in .ok }
    simulation.run(until: 20)
    #expect(simulation.perSecond(.ok, since: 0) > 45)
    #expect(simulation.throttle.rate == nil && simulation.throttle.most == nil)
  }

  @Test func `refusals of one crowd count once, and a server's own wait counts`() {
    var throttle = Throttle()
    let now = Instant.now()
    for _ in 0..<10 { throttle.begin(now) }
    for _ in 0..<10 {
      throttle.noteRefusal(.rate, cuts: 0, underWay: 10, milliseconds: -1, now)
    }
    #expect(throttle.rate == 8)
    #expect(now.milliseconds(until: throttle.nextStart) == 500)
    throttle.noteRefusal(.rate, cuts: 1, underWay: 1, milliseconds: 5000, now)
    #expect(now.milliseconds(until: throttle.nextStart) == 5000)
    // No one waits longer than a retry would: the fourth pause is the backoff.
    throttle.noteRefusal(.rate, cuts: 2, underWay: 1, milliseconds: 59_000, now)
    #expect(now.milliseconds(until: throttle.nextStart) == 59_000)
    let later = now.advanced(byMilliseconds: 59_000)
    throttle.noteRefusal(.rate, cuts: 3, underWay: 1, milliseconds: 864_000_000, later)
    #expect(later.milliseconds(until: throttle.nextStart) == 4000)
  }

  @Test func `the whole line waits after a refusal`() throws {
    let pacer = Pacer(perSecond: 0, maxUnderWay: 0)
    let now = Instant.now()
    let first = pacer.join(Waker())
    #expect(pacer.claim(first, now: now).isGranted)
    pacer.report(first, SparkError(.rateLimited, "too fast"), now: now)
    pacer.leave(first)
    let second = pacer.join(Waker())
    let (isGranted, wakeAt) = pacer.claim(second, now: now)
    #expect(!isGranted)
    #expect(try now.milliseconds(until: #require(wakeAt)) >= 500)
    #expect(pacer.claim(second, now: now.advanced(byMilliseconds: 1000)).isGranted)
  }
}
