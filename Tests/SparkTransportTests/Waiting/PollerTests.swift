import Foundation
import Glibc
import SparkWire
import Testing

@testable import SparkTransport

private func pair() throws -> (Descriptor, Descriptor) {
  var descriptors: [Int32] = [-1, -1]
  #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &descriptors) == 0)
  return (Descriptor(owning: descriptors[0]), Descriptor(owning: descriptors[1]))
}

private func wait(
  _ descriptor: Descriptor, reading: Bool = false, writing: Bool = false, _ milliseconds: Int32
) throws -> WaitOutcome {
  var poller = Poller()
  return try poller.wait(Waker(), timeoutMilliseconds: milliseconds) {
    $0.append(Interest(descriptor, reading: reading, writing: writing))
  }
}

struct PollerTests {
  @Test func `tells what is ready from what is not`() throws {
    let (near, far) = try pair()
    #expect(try wait(near, reading: true, 0) == .timedOut)
    #expect(try wait(near, reading: true, 5) == .timedOut)
    #expect(try wait(near, writing: true, patience) == .ready)
    #expect(write(far.raw, "x", 1) == 1)
    #expect(try wait(near, reading: true, patience) == .ready)
  }

  @Test func `the end of a connection is something to look at`() throws {
    let near = try pair().0
    #expect(try wait(near, reading: true, patience) == .ready)
  }

  @Test func `forgets what it waited for`() throws {
    let (near, far) = try pair()
    var poller = Poller()
    let waker = Waker()
    let ready = try poller.wait(waker, timeoutMilliseconds: patience) {
      $0.append(Interest(near, reading: false, writing: true))
    }
    #expect(ready == .ready)
    #expect(try poller.wait(waker, timeoutMilliseconds: 0) { _ in } == .timedOut)
    #expect(far.raw >= 0)
  }

  @Test func `does not even look once it is cancelled`() throws {
    let waker = Waker()
    waker.cancel()
    var poller = Poller()
    let outcome = try poller.wait(waker, timeoutMilliseconds: patience) { _ in
      Issue.record("asked for descriptors")
    }
    #expect(outcome == .ready)
  }

  @Test func `a handled signal ends the wait`() throws {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in }
    // Even a handler that asks the system to restart calls.
    action.sa_flags = SA_RESTART
    sigaction(SIGUSR2, &action, nil)
    let waiter = unblocking(SIGUSR2)
    let isOver = Waker()
    Thread.detachNewThread {
      while !isOver.isCancelled {
        pthread_kill(waiter, SIGUSR2)
        usleep(1_000)
      }
    }
    defer { isOver.cancel() }
    var poller = Poller()
    #expect(
      try poller.wait(Waker(), timeoutMilliseconds: patience) { _ in } == .interrupted)
  }
}
