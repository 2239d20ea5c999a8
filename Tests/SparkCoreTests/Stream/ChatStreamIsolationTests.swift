import Foundation
import SparkCore
import SparkWire
import Synchronization
import Testing

/// One client, many threads: no state is shared between their exchanges.
///
/// These tests also run under the thread sanitizer, which selects them by name.
@Suite(.withEmulator)
struct ChatStreamIsolationTests {
  private static let threads = 64

  @Test(.needsDescriptors(512), arguments: [(Wire.ws, 16), (Wire.wss, 16)])
  func `64 threads on one client never get each other's answers`(
    wire: Wire, rounds: Int
  ) throws {
    let client = try client(Emulator.running().url(wire, scenario: "echo:chunks=5"))
    let mixedUp = Mutex<[String]>([])
    onThreads(Self.threads) { thread in
      for round in 0..<rounds {
        let question =
          "thread \(thread) asks question \(round): 你好 😀 \(UInt64.random(in: 0 ... .max))"
        do {
          let seen = try finish(client.open(.asking(question)))
          guard seen.text == question, seen.outcome == .complete else {
            mixedUp.withLock {
              $0.append("\(question) -> \(seen.text) \(seen.error?.message ?? "")")
            }
            continue
          }
        } catch {
          mixedUp.withLock { $0.append("\(question): \(error)") }
        }
      }
    }
    mixedUp.withLock { #expect($0.isEmpty) }
  }

  @Test func `failures of some threads are no others'`() throws {
    let client = try client(Emulator.running().url(.wss)) { try $0.setTimeout(.idle, 1_500) }
    let wrong = Mutex<[String]>([])
    let troubles = [
      "error:code=10013", "drop:how=reset", "bad_json", "stall:at=middle", "close_early", "masked",
    ]
    onThreads(24) { thread in
      let question = "this is \(thread)"
      do {
        if thread.isMultiple(of: 2) {
          let trouble = troubles[thread / 2 % troubles.count]
          let seen = try finish(client.open(.asking("#scenario \(trouble)\n\(question)")))
          if seen.error == nil { wrong.withLock { $0.append("\(trouble) is no failure") } }
        } else {
          let seen = try finish(client.open(.asking("#scenario echo\n\(question)")))
          if seen.text != question { wrong.withLock { $0.append("\(question): \(seen.text)") } }
        }
      } catch {
        wrong.withLock { $0.append("\(error)") }
      }
    }
    wrong.withLock { #expect($0.isEmpty) }
  }

  @Test func `many threads cancel and abandon at once`() throws {
    let client = try client(Emulator.running().url(.wss, scenario: "count:n=100000"))
    let wrong = Mutex<[String]>([])
    onThreads(32) { thread in
      do {
        for round in 0..<3 {
          let stream = try client.open(.asking())
          let shared = SharedStream(stream)
          Thread.detachNewThread { shared.value.cancel() }
          if (thread + round).isMultiple(of: 3) { continue }
          if try finish(stream).outcome != .cancelled { wrong.withLock { $0.append("\(thread)") } }
        }
      } catch {
        wrong.withLock { $0.append("\(error)") }
      }
    }
    wrong.withLock { #expect($0.isEmpty) }
  }

  /// Runs `body` on `count` threads at the same time, and waits for all of them.
  private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for number in 0..<count {
      group.enter()
      Thread.detachNewThread {
        body(number)
        group.leave()
      }
    }
    group.wait()
  }
}

private struct SharedStream: @unchecked Sendable {
  let value: ChatStream

  init(_ value: ChatStream) { self.value = value }
}
