internal import Glibc

/// A moment of the monotonic clock.
package struct Instant: Comparable, Sendable {
  let nanoseconds: Int64

  package static let distantPast = Instant(nanoseconds: 0)

  package static func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }

  package func advanced(byMilliseconds milliseconds: Int32) -> Instant {
    Instant(nanoseconds: nanoseconds &+ Int64(milliseconds) &* 1_000_000)
  }

  package func advanced(byNanoseconds nanoseconds: Int64) -> Instant {
    Instant(nanoseconds: self.nanoseconds &+ nanoseconds)
  }

  /// Returns the distance to `later`, rounded up so that a wait of that length does not end early;
  /// at least 0.
  package func milliseconds(until later: Instant) -> Int32 {
    let distance = later.nanoseconds &- nanoseconds
    return distance <= 0 ? 0 : Int32(clamping: (distance &+ 999_999) / 1_000_000)
  }

  package func microseconds(since earlier: Instant) -> Int64 {
    (nanoseconds &- earlier.nanoseconds) / 1000
  }

  package static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

package enum WallClock {
  package static func unixSeconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec)
  }
}
