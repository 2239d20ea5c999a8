import Foundation
import Glibc
import SparkCore
import SparkTransport
import SparkWire
import Synchronization
import Testing

/// An exchange may be stopped at any time, by any thread.
@Suite(.withEmulator)
struct ChatStreamCancelTests {
  private let dead: DeadServer

  init() throws { dead = try DeadServer() }

  @Test(arguments: Stuck.allCases)
  func `another thread ends a wait, wherever it is`(place: Stuck) throws {
    let tag = newTag()
    let stream = try client(place.url(dead, tag: tag)).open(.asking())
    let taken = try takeUntilQuiet(stream, in: place.phase)
    cancelLater(stream)
    let seen = try finish(stream, after: taken)
    #expect(seen.outcome == .cancelled)
    #expect(seen.error?.status == .cancelled)
    #expect(seen.error?.phase == place.phase)
    #expect(seen.error?.retryable == false)
    #expect(seen.text.isEmpty == (place.phase != .idle))
    if place.isOpen { try expectGoodbye(tag) }
  }

  @Test(arguments: Stuck.allCases)
  func `a cancel before the wait ends the wait`(place: Stuck) throws {
    let stream = try client(place.url(dead)).open(.asking())
    let taken = try takeUntilQuiet(stream, milliseconds: 20)
    stream.cancel()
    stream.cancel()
    #expect(try finish(stream, after: taken).outcome == .cancelled)
  }

  /// Releasing a stream in the middle of an answer makes the service stop.
  @Test(arguments: Stuck.allCases)
  func `a stream that is let go says goodbye`(place: Stuck) throws {
    let tag = newTag()
    do {
      let stream = try client(place.url(dead, tag: tag)).open(.asking())
      _ = try takeUntilQuiet(stream, in: place.phase)
    }
    if place.isOpen { try expectGoodbye(tag) }
    let halfOpen = place == .halfUpgraded || place == .unanswered
    if halfOpen { #expect(try Emulator.running().records(tag).first?.ended == "client_drop") }
  }

  @Test func `a cancel before the first step sends nothing`() throws {
    let tag = newTag()
    let stream = try client(Emulator.running().url(.ws, tag: tag)).open(.asking())
    stream.cancel()
    let seen = try finish(stream)
    #expect(seen.outcome == .cancelled)
    #expect(seen.error?.phase == Phase.none)
    #expect(try Emulator.running().records(tag).isEmpty)
  }

  @Test(arguments: Wire.allCases)
  func `a cancel between two events leaves what came before`(wire: Wire) throws {
    let url = try Emulator.running().url(wire, scenario: "count:n=1000000")
    let stream = try client(url).open(.asking())
    var taken = Taken()
    while taken.pieces.count < 50 {
      switch try stream.next(timeoutMilliseconds: -1) {
      case .event: taken.take(stream.event)
      default: break
      }
    }
    stream.cancel()
    let seen = try finish(stream, after: taken)
    #expect(seen.outcome == .cancelled)
    // No further event, even though many have arrived.
    #expect(seen.pieces.count == 50)
    #expect(seen.text == (0..<50).map { "\($0) " }.joined())
  }

  @Test(arguments: Wire.allCases)
  func `a cancel while the server does not close is a cancel`(wire: Wire) throws {
    let url = try Emulator.running().url(wire, scenario: "no_close:content=\(greeting)")
    let stream = try client(url) { try $0.setTimeout(\.close, "close", 20_000) }.open(.asking())
    var taken = Taken()
    while stream.response.usage.total < 0 {
      let more = try takeUntilQuiet(stream)
      taken = Taken(pieces: taken.pieces + more.pieces, isReady: taken.isReady || more.isReady)
    }
    cancelLater(stream)
    let seen = try finish(stream, after: taken)
    #expect(seen.outcome == .cancelled)
    #expect(seen.text == greeting)
  }

  @Test func `a cancel after the end changes nothing`() throws {
    let stream = try client(Emulator.running().url(.ws, scenario: "single:content=x")).open(
      .asking())
    let before = try finish(stream)
    stream.cancel()
    guard case .done = try stream.next(timeoutMilliseconds: 0) else {
      Issue.record("the end is not the end")
      return
    }
    #expect(before.outcome == .complete)
    #expect(stream.response.outcome == .complete)
  }

  @Test func `a signal handler cancels`() throws {
    let stream = try client(Emulator.running().url(.wss, scenario: "stall")).open(.asking())
    target.store(Unmanaged.passRetained(stream).toOpaque())
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in target.load()?.cancel() }
    // The handler stays installed for a signal that arrives late.
    sigaction(SIGVTALRM, &action, nil)
    let waiter = unblocking(SIGVTALRM)
    let taken = try takeUntilQuiet(stream, in: .firstToken)
    Thread.detachNewThread { pthread_kill(waiter, SIGVTALRM) }
    let seen = try finish(stream, after: taken)
    #expect(seen.outcome == .cancelled)
  }

  @Test func `a signal that is handled interrupts a wait, and no more`() throws {
    let url = try Emulator.running().url(.ws, scenario: "stall:at=middle,content=\(greeting)")
    let stream = try client(url).open(.asking())
    let taken = try takeUntilQuiet(stream, in: .idle)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in }
    sigaction(SIGPROF, &action, nil)
    let waiter = unblocking(SIGPROF)
    let isOver = Waker()
    Thread.detachNewThread {
      while !isOver.isCancelled {
        pthread_kill(waiter, SIGPROF)
        usleep(2_000)
      }
    }
    var outcome = try stream.next(timeoutMilliseconds: 10_000)
    isOver.cancel()
    guard case .interrupted = outcome else {
      Issue.record("not interrupted")
      return
    }
    repeat { outcome = try stream.next(timeoutMilliseconds: 20) } while outcome.isInterrupted
    guard case .again = outcome else {
      Issue.record("the exchange does not continue")
      return
    }
    stream.cancel()
    #expect(try finish(stream, after: taken).outcome == .cancelled)
  }

  private func cancelLater(_ stream: ChatStream) {
    let stream = Shared(stream)
    Thread.detachNewThread {
      usleep(20_000)
      stream.value.cancel()
    }
  }

  private func expectGoodbye(_ tag: String) throws {
    let record = try #require(try Emulator.running().records(tag).first)
    #expect(record.clientClose?.code == 1000)
    #expect(record.ended == "client_close")
    #expect(record.violation == nil)
  }
}

/// The stream that the signal handler cancels.
private final class Target: Sendable {
  private let stream = Atomic<UInt>(0)

  func store(_ pointer: UnsafeMutableRawPointer) {
    stream.store(UInt(bitPattern: pointer), ordering: .sequentiallyConsistent)
  }

  func load() -> ChatStream? {
    UnsafeRawPointer(bitPattern: stream.load(ordering: .sequentiallyConsistent)).map {
      Unmanaged<ChatStream>.fromOpaque($0).takeUnretainedValue()
    }
  }
}

private let target = Target()

/// Passes a stream to another thread, which only cancels it.
private struct Shared: @unchecked Sendable {
  let value: ChatStream

  init(_ value: ChatStream) { self.value = value }
}

extension ChatStream.Next {
  fileprivate var isInterrupted: Bool {
    if case .interrupted = self { true } else { false }
  }
}

/// Unblocks a signal on this thread, because tests run with all signals blocked. Returns the thread.
private func unblocking(_ signal: Int32) -> pthread_t {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, signal)
  pthread_sigmask(SIG_UNBLOCK, &set, nil)
  return pthread_self()
}
