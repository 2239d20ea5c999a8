internal import SparkWire
internal import Synchronization

/// Lets one at a time use what is not for two: a second thread, or a callback that calls back, is
/// told so instead.
struct ExclusiveAccess: ~Copyable {
  private let isBusy = Atomic<Bool>(false)

  func pass<Result>(
    _ what: StaticString, _ body: () throws(SparkError) -> Result
  ) throws(SparkError) -> Result {
    guard !isBusy.exchange(true, ordering: .acquiring) else {
      throw SparkError(
        .state, "another thread, or a callback, is using \(what)",
        hint: "use it in one thread at a time, and not from inside a callback")
    }
    defer { isBusy.store(false, ordering: .releasing) }
    return try body()
  }
}
