import Glibc
import SparkTransport
import Testing

struct InstantTests {
  private let start = Instant.now()

  @Test(arguments: [0, 1, 250, 60_000, .max] as [Int32])
  func `counts in milliseconds`(milliseconds: Int32) {
    let later = start.advanced(byMilliseconds: milliseconds)
    #expect(start.milliseconds(until: later) == milliseconds)
    #expect(later.milliseconds(until: start) == 0)
    #expect((start < later) == (milliseconds > 0))
    #expect(later.advanced(byMilliseconds: -milliseconds) == start)
  }

  @Test func `a wait never ends before its time`() {
    let later = start.advanced(byMilliseconds: 5)
    var moment = start
    while moment < later {
      #expect(moment.milliseconds(until: later) > 0)
      moment = Instant.now()
    }
    #expect(moment.milliseconds(until: later) == 0)
  }

  @Test func `goes forward`() {
    #expect(Instant.distantPast < start)
    #expect(start <= Instant.now())
    #expect(Instant.distantPast.milliseconds(until: start.advanced(byMilliseconds: .max)) == .max)
  }

  @Test func `the wall clock is the system's`() {
    let before = Int64(time(nil))
    let now = WallClock.unixSeconds()
    // time() reads a coarser clock, which may be a tick behind.
    #expect((before...Int64(time(nil)) + 1).contains(now))
  }
}
