import SparkChat
import Synchronization
import Testing

/// A cancelled task sends nothing, because requests may be billed.
@Suite(.withEmulator, .timeLimit(.minutes(15)))
struct SparkCancelledBeforeTests {
  private let tag = newTag()
  private let limiter = Counter()

  /// Returns what `body` throws in a task that has been cancelled.
  private func cancelled(
    _ body: @escaping @Sendable () async throws(SparkError) -> Void
  ) async -> SparkError? {
    await Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await failure(of: body)
    }.value
  }

  @Test(arguments: Wire.both)
  func `nothing is begun`(wire: Wire) async throws {
    let ready = try Emulator.running().ready
    let client = try client(
      wire, path: wire.isHTTP ? "/v1/chat/completions" : "/v3.5/chat"
    ) {
      $0.limiter = limiter
      $0.embeddingURL = "https://127.0.0.1:\(ready.wssPort)/"
      ($0.appID, $0.apiKey, $0.apiSecret) = (ready.appId, ready.apiKey, ready.apiSecret)
    }
    let conversation = try client.conversation()
    let errors = [
      await cancelled { () throws(SparkError) in _ = try await client.ask("Hi") },
      await cancelled { () throws(SparkError) in for try await _ in client.stream("Hi") {} },
      await cancelled { () throws(SparkError) in _ = try await client.embed("Hi") },
      await cancelled { () throws(SparkError) in _ = try await conversation.ask("Hi") },
    ]
    #expect(errors.map(\.?.status) == Array(repeating: .cancelled, count: errors.count))
    #expect(errors.allSatisfy { $0?.response == nil })
    #expect(limiter.count == 0)
    #expect(await conversation.messages.isEmpty)
    _ = try await conversation.ask("now")
    #expect(limiter.count == 1)
  }

  @Test func `a connection has its question still before it`() async throws {
    let client = try client(.ws, scenario: "echo", tag: tag)
    let connecting = await cancelled { () throws(SparkError) in _ = try await client.connect() }
    #expect(connecting?.status == .cancelled)
    let connection = try await client.connect()
    for _ in 0..<20 {
      let error = await cancelled { () throws(SparkError) in
        _ = try await connection.ask(SparkRequest("Hi"))
      }
      #expect(error?.status == .cancelled)
    }
    #expect(try await connection.ask(SparkRequest("now")).text == "now")
    #expect(try Emulator.running().records(tag).map(\.requests.count).reduce(0, +) == 1)
  }

  @Test func `a tool that does not heed it has no further request`() async throws {
    struct Place: Decodable { let city: String }
    let tool = SparkTool(
      "get_weather", "The weather in a city", parameters: .object(["city": .string()])
    ) { (place: Place) in
      withUnsafeCurrentTask { $0?.cancel() }
      return "22 degrees"
    }
    let conversation = try client { $0.limiter = limiter }.conversation(tools: [tool])
    let task = Task { () -> SparkError? in
      await failure { () throws(SparkError) in
        _ = try await conversation.ask("What is the weather in Hefei?")
      }
    }
    let error = await task.value
    #expect(error?.status == .cancelled)
    // The response belongs to the first request; there was no second one.
    #expect(error?.response?.toolCalls.count == 1)
    #expect(await conversation.messages.isEmpty)
    try await conversation.keep()
    #expect(await conversation.messages.count == 3)
    #expect(limiter.count == 1)
  }
}

/// Admits every attempt, and counts them.
private final class Counter: SparkLimiter {
  private let begun = Mutex(0)

  var count: Int { begun.withLock { $0 } }

  func acquire(_ attempt: Int64) -> SparkAdmission {
    begun.withLock { $0 += 1 }
    return .now
  }

  func report(_ attempt: Int64, _ failure: SparkError.Status?, serviceCode: Int) {}
  func release(_ attempt: Int64) {}
}
