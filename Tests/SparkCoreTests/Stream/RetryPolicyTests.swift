import SparkTransport
import SparkWire
import Testing

@testable import SparkCore

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

  /// Returns how long the policy waits; the random part is at its maximum.
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
      // Another request of the caller is still running.
      (failure(.rateLimited, code: 10006), false), (failure(.rateLimited, code: 10007), false),
      (failure(.contentFiltered, retryable: false, code: 10013), false),
      (failure(.auth, retryable: false), false), (failure(.cancelled, retryable: false), false),
      // A request is retried if the service cannot be reached, but not if it is slow.
      (failure(.timeout, phase: .resolve), true), (failure(.timeout, phase: .connect), true),
      (failure(.timeout, phase: .tls), true), (failure(.timeout, phase: .upgrade), true),
      (failure(.timeout, phase: .firstToken), false), (failure(.timeout, phase: .idle), false),
      (failure(.timeout, phase: .total), false), (failure(.timeout, phase: .queue), false),
    ] as [(SparkError, Bool)])
  func `tries again what may pass by itself`(error: SparkError, isTried: Bool) {
    #expect((delay(error) != nil) == isTried)
  }

  @Test func `never asks twice what may be billed twice`() {
    var error = failure(.truncated)
    error.mayBeBilled = true
    #expect(delay(error) == nil)
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
    // A limit counts requests per second: after a short wait, a retry would exceed it again.
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
