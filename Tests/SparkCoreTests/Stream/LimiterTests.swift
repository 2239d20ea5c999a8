import SparkTransport
import SparkWire
import Synchronization
import Testing

@testable import SparkCore

/// A limiter that waits as often as it is set to, and records its calls.
private final class Notebook: Limiter {
  private let waits: Mutex<[Int32]>
  private let heard = Mutex<[String]>([])
  private let numbers = Mutex<[Int64: Int]>([:])

  init(_ waits: Int32...) {
    self.waits = Mutex(waits)
  }

  var notes: [String] { heard.withLock { $0 } }

  private func note(_ what: String, _ attempt: Int64) {
    let known = numbers.withLock { numbers in
      let known = numbers[attempt] ?? numbers.count
      numbers[attempt] = known
      return known
    }
    heard.withLock { $0.append("\(what) \(known)") }
  }

  func acquire(_ attempt: Int64) -> Int32 {
    let wait = waits.withLock { $0.isEmpty ? 0 : $0.removeFirst() }
    if wait == 0 { note("acquire", attempt) }
    return wait
  }

  func report(_ attempt: Int64, _ failure: Status?, serviceCode: Int32) {
    note(failure == nil ? "answers" : "\(serviceCode)", attempt)
  }

  func release(_ attempt: Int64) {
    note("release", attempt)
  }
}

/// A limiter that does something while it is asked, and then lets the attempt wait.
private final class Slow: Limiter {
  private let work = Mutex<(@Sendable () -> Void)?>(nil)

  func whileAsked(_ body: @escaping @Sendable () -> Void) {
    work.withLock { $0 = body }
  }

  func acquire(_ attempt: Int64) -> Int32 {
    work.withLock { $0 }?()
    return 100
  }

  func report(_ attempt: Int64, _ failure: Status?, serviceCode: Int32) {}
  func release(_ attempt: Int64) {}
}

@Suite(.withEmulator)
struct LimiterTests {
  private func seen(
    _ scenario: String?, _ limiter: Notebook, attempts: Int32 = 1, wire: Wire = .ws
  ) throws -> Seen {
    try ask(wire, scenario, tag: newTag()) { configuration in
      try configuration.setLimiter(limiter)
      try configuration.setMaxAttempts(attempts)
      try configuration.setRetryBackoff(base: 1, max: 1)
    }
  }

  @Test(arguments: Wire.allCases)
  func `an attempt is acquired, told, and released`(wire: Wire) throws {
    let limiter = Notebook(5, 1)
    #expect(try seen(nil, limiter, wire: wire).error == nil)
    #expect(limiter.notes == ["acquire 0", "answers 0", "release 0"])
  }

  @Test func `every attempt is`() throws {
    let limiter = Notebook()
    #expect(try seen("error:code=11202,times=1", limiter, attempts: 3).error == nil)
    #expect(
      limiter.notes == [
        "acquire 0", "11202 0", "release 0", "acquire 1", "answers 1", "release 1",
      ])
    let other = Notebook()
    #expect(try seen("error:code=10014,after=2", other, attempts: 3).error != nil)
    #expect(other.notes == ["acquire 0", "answers 0", "10014 0", "release 0"])
  }

  @Test func `one that cannot tell ends the exchange`() throws {
    let limiter = Notebook(-1)
    let seen = try seen(nil, limiter)
    #expect(seen.error?.status == .callback)
    #expect(seen.attempts == 0)
    #expect(limiter.notes.isEmpty)
  }

  @Test func `only the first of the line asks`() throws {
    let limiter = Notebook(100, 70, 0, 30)
    let pacer = Pacer(perSecond: 0, maxUnderWay: 0, limiter: limiter)
    var now = Instant.now()
    let tickets = (0..<3).map { _ in pacer.join(Waker()) }
    func isAdmitted(_ ticket: Pacer.Ticket) throws -> Bool {
      try pacer.claim(ticket, now: now).isGranted && pacer.admit(ticket, now: now) == nil
    }
    #expect(try !isAdmitted(tickets[0]))
    #expect(try !isAdmitted(tickets[1]))
    now = now.advanced(byMilliseconds: 50)
    #expect(pacer.claim(tickets[0], now: now).isGranted == false)
    now = now.advanced(byMilliseconds: 50)
    #expect(try !isAdmitted(tickets[1]))
    #expect(try !isAdmitted(tickets[0]))
    now = now.advanced(byMilliseconds: 70)
    #expect(try isAdmitted(tickets[0]))
    #expect(try !isAdmitted(tickets[1]))
    // A request that ends may make room, so the limiter is asked immediately.
    pacer.leave(tickets[0])
    #expect(try isAdmitted(tickets[1]))
    pacer.leave(tickets[1])
    pacer.leave(tickets[2])
    #expect(limiter.notes == ["acquire 0", "release 0", "acquire 1", "release 1"])
  }

  @Test(arguments: [(late: Int32(999), passes: false), (1000, true)])
  func `the first stays first while the limiter is asked`(late: Int32, passes: Bool) throws {
    let limiter = Slow()
    let pacer = Pacer(perSecond: 0, maxUnderWay: 0, limiter: limiter)
    let now = Instant.now()
    let (first, second) = (pacer.join(Waker()), pacer.join(Waker()))
    let turns = Mutex<[Bool]>([])
    limiter.whileAsked {
      let turn = pacer.claim(second, now: now.advanced(byMilliseconds: late)).isGranted
      turns.withLock { $0.append(turn) }
    }
    #expect(pacer.claim(first, now: now).isGranted)
    #expect(try pacer.admit(first, now: now) != nil)
    // A limiter that takes too long blocks no one.
    #expect(turns.withLock { $0 } == [passes])
    limiter.whileAsked {}
    if passes { #expect(try pacer.admit(second, now: now) != nil) }
    let later = now.advanced(byMilliseconds: 100)
    #expect(!pacer.claim(second, now: later).isGranted)
    #expect(pacer.claim(first, now: later).isGranted)
  }
}
