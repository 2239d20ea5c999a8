import Glibc
import SparkTransport
import SparkWire
import Testing

@testable import SparkCore

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
    // When a ticket leaves the queue, the others move up.
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

  @Test func `whoever is overdue lets the others pass, and keeps its place`() throws {
    let pacer = Pacer(perSecond: 0, maxUnderWay: 1)
    var now = Instant.now()
    let running = pacer.join(Waker())
    #expect(pacer.claim(running, now: now).isGranted)
    let waiting = (0..<5).map { _ in pacer.join(Waker()) }
    for ticket in waiting { #expect(!pacer.claim(ticket, now: now).isGranted) }
    pacer.leave(running)
    // The first four are never driven again.
    var looks = 0
    while true {
      let (isGranted, wakeAt) = pacer.claim(waiting[4], now: now)
      if isGranted { break }
      now = max(now, try #require(wakeAt))
      looks += 1
      try #require(looks < 8)
    }
    pacer.leave(waiting[4])
    let late = pacer.join(Waker())
    #expect(pacer.claim(waiting[1], now: now).isGranted)
    #expect(!pacer.claim(late, now: now).isGranted)
    #expect(!pacer.claim(waiting[0], now: now).isGranted)
    pacer.leave(waiting[1])
    #expect(!pacer.claim(late, now: now).isGranted)
    #expect(pacer.claim(waiting[0], now: now).isGranted)
  }

  @Test func `those far back check more rarely`() throws {
    let pacer = Pacer(perSecond: 0, maxUnderWay: 1)
    let now = Instant.now()
    #expect(pacer.claim(pacer.join(Waker()), now: now).isGranted)
    let waits = (0..<5).map { _ in
      pacer.claim(pacer.join(Waker()), now: now).wakeAt.map { now.milliseconds(until: $0) }
    }
    #expect(waits == [nil, 1000, 2000, 3000, 4000])
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

  @Test func `those that leave a long queue keep the order of the others`() {
    let pacer = Pacer(perSecond: 0, maxUnderWay: 1)
    let now = Instant.now()
    let tickets = (0..<300).map { _ in pacer.join(Waker()) }
    for ticket in tickets { _ = pacer.claim(ticket, now: now) }
    for index in tickets.indices where index % 3 > 0 && (index < 90 || 200 < index) {
      pacer.leave(tickets[index])
    }
    let others = tickets.indices.filter { $0 % 3 == 0 || (90...200).contains($0) }
    for (index, next) in zip(others, others.dropFirst()) {
      #expect(pacer.claim(tickets[index], now: now).isGranted)
      #expect(!pacer.claim(tickets[next], now: now).isGranted)
      pacer.leave(tickets[index])
    }
  }

  @Test func `a long queue costs in proportion`() {
    func nanoseconds() -> Int {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
    func cost(of count: Int) -> Int {
      let pacer = Pacer(perSecond: 0, maxUnderWay: 1)
      let now = Instant.now()
      let start = nanoseconds()
      let tickets = (0..<count).map { _ in pacer.join(Waker()) }
      for ticket in tickets { _ = pacer.claim(ticket, now: now) }
      for ticket in tickets {
        #expect(pacer.claim(ticket, now: now).isGranted)
        pacer.leave(ticket)
      }
      return nanoseconds() - start
    }
    #expect(cost(of: 20_000) < 40 * cost(of: 2000))
  }

  @Test func `servers pause apart, and share the limits`() {
    let chat = Pacer(perSecond: 0, maxUnderWay: 2)
    let vectors = Pacer(perSecond: 0, maxUnderWay: 2, sharing: chat)
    let now = Instant.now()
    let refused = vectors.join(Waker())
    #expect(vectors.claim(refused, now: now).isGranted)
    vectors.report(refused, SparkError(.rateLimited, "too fast"), now: now)
    vectors.leave(refused)
    let paused = vectors.join(Waker())
    #expect(!vectors.claim(paused, now: now).isGranted)
    #expect(vectors.refusal(now)?.message == "too fast")
    #expect(chat.refusal(now) == nil)
    let tickets = (0..<3).map { _ in chat.join(Waker()) }
    #expect(tickets.map { chat.claim($0, now: now).isGranted } == [true, true, false])
    // After its pause, the oldest comes first.
    let later = now.advanced(byMilliseconds: 700)
    #expect(!vectors.claim(paused, now: later).isGranted)
    chat.leave(tickets[0])
    #expect(!chat.claim(tickets[2], now: later).isGranted)
    #expect(vectors.claim(paused, now: later).isGranted)
    chat.leave(tickets[1])
    #expect(chat.claim(tickets[2], now: later).isGranted)
  }

  @Test func `a pause wakes those who need not wait for it`() {
    let chat = Pacer(perSecond: 10, maxUnderWay: 0)
    let vectors = Pacer(perSecond: 10, maxUnderWay: 0, sharing: chat)
    let now = Instant.now()
    let running = vectors.join(Waker())
    #expect(vectors.claim(running, now: now).isGranted)
    let first = vectors.join(Waker())
    let waker = Waker()
    let second = chat.join(waker)
    #expect(!vectors.claim(first, now: now).isGranted)
    let later = now.advanced(byMilliseconds: 100)
    #expect(!chat.claim(second, now: later).isGranted)
    #expect(!waker.takeSignal())
    vectors.report(running, SparkError(.rateLimited, "too fast"), now: later)
    #expect(waker.takeSignal())
    #expect(chat.claim(second, now: later).isGranted)
  }
}
