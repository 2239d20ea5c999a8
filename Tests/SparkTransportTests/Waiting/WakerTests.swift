import Foundation
import Glibc
import Synchronization
import Testing

@testable import SparkTransport

/// The object that the signal handler cancels; global, because a handler cannot take arguments.
private let signalled = Waker()

private func wait(_ waker: Waker, _ milliseconds: Int32?) throws -> WaitOutcome {
  var poller = Poller()
  return try poller.wait(waker, timeoutMilliseconds: milliseconds) { _ in }
}

struct InterruptionTests {
  @Test func `is cancelled once and for ever`() throws {
    let waker = Waker()
    #expect(!waker.isCancelled)
    waker.cancel()
    waker.cancel()
    #expect(waker.isCancelled)
    #expect(try wait(waker, patience) == .ready)
    #expect(try wait(waker, 0) == .timedOut)
    #expect(waker.isCancelled)
  }

  @Test func `costs no descriptor before the first wait, and one then`() throws {
    let waker = Waker()
    waker.wake()
    #expect(waker.takeSignal())
    let wake = try waker.prepare()
    #expect(try waker.prepare() === wake)
    #expect(fcntl(wake.descriptor.raw, F_GETFD) & FD_CLOEXEC != 0)
    #expect(!waker.takeSignal())
  }

  @Test func `a wake ends one wait, whether it came before or during it`() throws {
    let waker = Waker()
    waker.wake()
    #expect(try wait(waker, patience) == .ready)
    #expect(try wait(waker, 0) == .timedOut)
    Thread.detachNewThread { waker.wake() }
    #expect(try wait(waker, patience) == .ready)
    #expect(!waker.isCancelled)
  }

  @Test func `wakes the group that its stream is in, and itself when it has left`() throws {
    let waker = Waker()
    let group = try WakeDescriptor()
    let own = try waker.prepare()
    waker.attach(to: group)
    waker.wake()
    #expect(isReadable(group))
    #expect(!isReadable(own))
    group.drain()
    waker.detach()
    waker.wake()
    #expect(isReadable(own))
    #expect(!isReadable(group))
  }

  @Test func `a nudge makes the descriptor readable, and is no signal`() throws {
    let wake = try WakeDescriptor()
    for _ in 0..<3 { wake.nudge() }
    #expect(isReadable(wake))
    #expect(!wake.drain())
    #expect(!isReadable(wake))
    wake.nudge()
    wake.signal()
    #expect(wake.drain())
    #expect(!wake.drain())
  }

  private func isReadable(_ wake: WakeDescriptor) -> Bool {
    var interest = pollfd(fd: wake.descriptor.raw, events: Int16(POLLIN), revents: 0)
    return poll(&interest, 1, 0) == 1
  }

  @Test func `another thread ends a wait`() throws {
    for _ in 0..<50 {
      let waker = Waker()
      Thread.detachNewThread { waker.cancel() }
      #expect(try wait(waker, patience) == .ready)
      while !waker.isCancelled { sched_yield() }
    }
  }

  @Test func `many threads may cancel at once`() throws {
    let waker = Waker()
    let count = Atomic<Int>(0)
    for _ in 0..<8 {
      Thread.detachNewThread {
        waker.cancel()
        waker.wake()
        count.add(1, ordering: .relaxed)
      }
    }
    #expect(try wait(waker, patience) == .ready)
    while count.load(ordering: .relaxed) < 8 { sched_yield() }
    #expect(waker.isCancelled)
  }

  @Test func `a signal handler ends a wait`() throws {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      errno = EINTR
      signalled.cancel()
    }
    // The handler stays installed for a signal that arrives late.
    sigaction(SIGUSR1, &action, nil)
    let waiter = unblocking(SIGUSR1)
    Thread.detachNewThread {
      while !signalled.isCancelled {
        pthread_kill(waiter, SIGUSR1)
        usleep(1_000)
      }
    }
    var outcome = try wait(signalled, patience)
    // The signal itself may end the wait first.
    if outcome == .interrupted { outcome = try wait(signalled, patience) }
    #expect(outcome == .ready)
    #expect(signalled.isCancelled)
  }
}
