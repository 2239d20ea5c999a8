import SparkTransport
import SparkWire
import Testing

@testable import SparkChat

private func failure(
  _ status: Status, retryable: Bool = true, code: Int32 = 0, phase: Phase = .none
) -> SparkError {
  var error = SparkError(status, "x", retryable: retryable)
  error.serviceCode = code
  error.phase = phase
  return error
}

struct RetryPolicyTests {
  private let policy = RetryPolicy()

  /// How long the policy waits; the random part is as long as it may be.
  private func delay(_ error: SparkError, attempts: Int = 1, elapsed: Int64 = 0) -> Int32? {
    policy.delay(after: error, attempts: attempts, elapsedMilliseconds: elapsed) { $0.upperBound }
  }

  @Test(
    arguments: [
      (failure(.connect), true), (failure(.io), true), (failure(.resolve), true),
      (failure(.resolve, retryable: false), false),
      (failure(.certificate, retryable: false), false),
      (failure(.truncated), true), (failure(.service, code: 10012), true),
      (failure(.rateLimited, code: 11202), true), (failure(.overloaded, code: 10110), true),
      // The caller's own other question is still running.
      (failure(.rateLimited, code: 10006), false), (failure(.rateLimited, code: 10007), false),
      (failure(.contentFiltered, retryable: false, code: 10013), false),
      (failure(.auth, retryable: false), false), (failure(.cancelled, retryable: false), false),
      // A service that is slow is not asked again; one that cannot be reached is.
      (failure(.timeout, phase: .resolve), true), (failure(.timeout, phase: .connect), true),
      (failure(.timeout, phase: .tls), true), (failure(.timeout, phase: .upgrade), true),
      (failure(.timeout, phase: .firstToken), false), (failure(.timeout, phase: .idle), false),
      (failure(.timeout, phase: .total), false), (failure(.timeout, phase: .queue), false),
    ] as [(SparkError, Bool)])
  func `tries again what may pass by itself`(error: SparkError, isTried: Bool) {
    #expect((delay(error) != nil) == isTried)
  }

  @Test func `waits longer each time, at random, up to a limit`() {
    var policy = RetryPolicy()
    policy.maxAttempts = 10
    policy.baseMilliseconds = 100
    policy.maxMilliseconds = 700
    for (attempts, longest) in [(1, 100), (2, 200), (3, 400), (4, 700), (9, 700)] {
      var range: ClosedRange<Int32>?
      let delay = policy.delay(
        after: failure(.io), attempts: attempts, elapsedMilliseconds: 0
      ) {
        range = $0
        return 7
      }
      #expect(delay == 7)
      #expect(range == 0...Int32(longest))
    }
    // A limit counts questions a second: a short wait would only meet it again.
    let limited = policy.delay(
      after: failure(.rateLimited), attempts: 2, elapsedMilliseconds: 0
    ) { _ in 0 }
    #expect(limited == 200)
  }

  @Test func `ends with the attempts and with the budget`() {
    #expect(delay(failure(.io), attempts: 2) != nil)
    #expect(delay(failure(.io), attempts: 3) == nil)
    #expect(delay(failure(.io), elapsed: 59_500) == 500)
    #expect(delay(failure(.io), elapsed: 59_501) == nil)
    #expect(delay(failure(.io), elapsed: .max / 2) == nil)
  }
}

struct GroupTableTests {
  @Test func `a token never comes to mean something else`() {
    var table = SlotTable<String>()
    let first = table.insert { "first \($0)" }
    let second = table.insert { _ in "second" }
    #expect(table[first] == "first \(first)")
    #expect(table.count == 2)
    #expect(table.remove(first) == "first \(first)")
    #expect(table.remove(first) == nil)
    let third = table.insert { _ in "third" }
    #expect(table[first] == nil)
    #expect(table[third] == "third")
    table.update(first) { $0 = "wrong" }
    table.update(second) { $0 += "!" }
    #expect(table[second] == "second!")
    #expect(table[third] == "third")
    #expect(Set(table.tokens) == [second, third])
    #expect(table[.max] == nil && table[first | 0xFFFF_FFFF] == nil)
  }

  @Test func `the run queue is first in, first out`() {
    var queue = RunQueue()
    #expect(queue.popFirst() == nil)
    for number in 0..<3 as Range<UInt64> { queue.append(number) }
    #expect(queue.popFirst() == 0)
    queue.append(3)
    #expect([queue.popFirst(), queue.popFirst(), queue.popFirst()] == [1, 2, 3])
    #expect(queue.isEmpty)
  }

  @Test func `timers come due in their order`() {
    var queue = TimerQueue()
    let start = Instant.now()
    var generator = SystemRandomNumberGenerator()
    let delays = (0..<200).map { _ in Int32.random(in: 0..<1_000, using: &generator) }
    for (token, delay) in delays.enumerated() {
      queue.insert(start.advanced(byMilliseconds: delay), UInt64(token))
    }
    #expect(queue.popDue(start.advanced(byMilliseconds: -1)) == nil)
    var popped: [Int32] = []
    while let token = queue.popDue(start.advanced(byMilliseconds: 499)) {
      popped.append(delays[Int(token)])
    }
    #expect(popped == delays.filter { $0 <= 499 }.sorted())
    queue.keep { _, token in token.isMultiple(of: 2) }
    popped = []
    while let token = queue.popDue(start.advanced(byMilliseconds: 1_000)) {
      popped.append(delays[Int(token)])
    }
    let kept = delays.enumerated().filter { $0.offset.isMultiple(of: 2) && $0.element > 499 }
    #expect(popped == kept.map(\.element).sorted())
    #expect(queue.earliest == nil)
  }
}

struct PacerTests {
  @Test func `lets so many go at once, in their order`() {
    let pacer = Pacer(perSecond: 0, maxUnderWay: 2)
    let now = Instant.now()
    let tickets = (0..<4).map { _ in pacer.join(Waker()) }
    #expect(tickets.map { pacer.claim($0, now: now).isGranted } == [true, true, false, false])
    #expect(pacer.claim(tickets[0], now: now).isGranted)
    pacer.leave(tickets[1])
    #expect(!pacer.claim(tickets[3], now: now).isGranted)
    #expect(pacer.claim(tickets[2], now: now).isGranted)
    // Whoever leaves the line lets the others move up.
    pacer.leave(tickets[0])
    pacer.leave(tickets[2])
    #expect(pacer.claim(tickets[3], now: now).isGranted)
  }

  @Test func `lets so many begin in a second`() throws {
    let pacer = Pacer(perSecond: 10, maxUnderWay: 0)
    let now = Instant.now()
    let tickets = (0..<3).map { _ in pacer.join(Waker()) }
    #expect(pacer.claim(tickets[0], now: now).isGranted)
    let (isGranted, wakeAt) = pacer.claim(tickets[1], now: now)
    #expect(!isGranted)
    #expect(try now.milliseconds(until: #require(wakeAt)) == 100)
    let later = now.advanced(byMilliseconds: 100)
    #expect(pacer.claim(tickets[1], now: later).isGranted)
    #expect(!pacer.claim(tickets[2], now: later).isGranted)
    #expect(pacer.claim(tickets[2], now: now.advanced(byMilliseconds: 200)).isGranted)
  }

  @Test func `a turn wakes whoever has it`() {
    let pacer = Pacer(perSecond: 0, maxUnderWay: 1)
    let waiter = Waker()
    let first = pacer.join(Waker())
    let second = pacer.join(waiter)
    #expect(pacer.claim(first, now: Instant.now()).isGranted)
    #expect(!waiter.takeSignal())
    pacer.leave(first)
    #expect(waiter.takeSignal())
    #expect(pacer.claim(second, now: Instant.now()).isGranted)
  }
}
