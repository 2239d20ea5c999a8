import Foundation
import Glibc
import Synchronization
import Testing

@testable import SparkTransport

/// What the signal handler cancels: a handler takes no arguments of ours.
private let signalled = Interruption()

private func wait(_ interruption: Interruption, _ milliseconds: Int32?) throws -> Poller.Outcome {
  var poller = Poller()
  return try poller.wait(interruption, timeoutMilliseconds: milliseconds) { _ in }
}

struct InterruptionTests {
  @Test func `is cancelled once and for ever`() throws {
    let interruption = Interruption()
    #expect(!interruption.isCancelled)
    interruption.cancel()
    interruption.cancel()
    #expect(interruption.isCancelled)
    #expect(try wait(interruption, patience) == .ready)
    #expect(try wait(interruption, 0) == .timedOut)
    #expect(interruption.isCancelled)
  }

  @Test func `costs no descriptor before the first wait, and one then`() throws {
    let interruption = Interruption()
    interruption.wake()
    #expect(interruption.takeSignal())
    let wake = try interruption.prepare()
    #expect(try interruption.prepare() === wake)
    #expect(fcntl(wake.descriptor.raw, F_GETFD) & FD_CLOEXEC != 0)
    #expect(!interruption.takeSignal())
  }

  @Test func `a wake ends one wait, whether it came before or during it`() throws {
    let interruption = Interruption()
    interruption.wake()
    #expect(try wait(interruption, patience) == .ready)
    #expect(try wait(interruption, 0) == .timedOut)
    Thread.detachNewThread { interruption.wake() }
    #expect(try wait(interruption, patience) == .ready)
    #expect(!interruption.isCancelled)
  }

  @Test func `wakes the group that its stream is in, and itself when it has left`() throws {
    let interruption = Interruption()
    let group = try WakeDescriptor()
    let own = try interruption.prepare()
    interruption.attach(to: group)
    interruption.wake()
    #expect(isReadable(group))
    #expect(!isReadable(own))
    group.drain()
    interruption.detach()
    interruption.wake()
    #expect(isReadable(own))
    #expect(!isReadable(group))
  }

  private func isReadable(_ wake: WakeDescriptor) -> Bool {
    var interest = pollfd(fd: wake.descriptor.raw, events: Int16(POLLIN), revents: 0)
    return poll(&interest, 1, 0) == 1
  }

  @Test func `another thread ends a wait`() throws {
    for _ in 0..<50 {
      let interruption = Interruption()
      Thread.detachNewThread { interruption.cancel() }
      #expect(try wait(interruption, patience) == .ready)
      while !interruption.isCancelled { sched_yield() }
    }
  }

  @Test func `many threads may cancel at once`() throws {
    let interruption = Interruption()
    let count = Atomic<Int>(0)
    for _ in 0..<8 {
      Thread.detachNewThread {
        interruption.cancel()
        interruption.wake()
        count.add(1, ordering: .relaxed)
      }
    }
    #expect(try wait(interruption, patience) == .ready)
    while count.load(ordering: .relaxed) < 8 { sched_yield() }
    #expect(interruption.isCancelled)
  }

  @Test func `a signal handler ends a wait`() throws {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      errno = EINTR
      signalled.cancel()
    }
    // The handler stays: a signal that comes late must find one.
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
