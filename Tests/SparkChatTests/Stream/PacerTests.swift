import SparkTransport
import Testing

@testable import SparkChat

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
