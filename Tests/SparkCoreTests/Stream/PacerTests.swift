import SparkTransport
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
}
