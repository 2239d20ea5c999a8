internal import SparkWire
internal import Synchronization

/// Allows one user at a time. A second thread, or a callback that calls back, gets an error.
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
