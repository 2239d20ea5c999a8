import SparkChat
import Testing

/// Every way in which Swift can abandon an answer stops the service.
@Suite(.withEmulator, .timeLimit(.minutes(15)))
struct SparkCancellingTests {
  private let tag = newTag()

  /// The number of pieces before the service falls silent. Stopping it while a piece is in transit closes the socket
  /// with unread data, and the service may not receive the close frame.
  private let said = 3

  /// Waits for all pieces.
  private func pause(in pieces: AsyncStream<Void>) async {
    var count = 0
    for await _ in pieces {
      count += 1
      if count == said { break }
    }
  }

  /// Expects that the WebSocket was closed properly in mid-answer.
  private func expectGoodbye() throws {
    let record = try #require(try Emulator.running().records(tag).first)
    #expect(record.clientClose?.code == 1_000)
    #expect(record.ended == "client_close")
  }

  @Test func `a cancelled task`() async throws {
    let client = try client(scenario: "stall:at=middle,after=3", tag: tag)
    let (stream, started) = AsyncStream<Void>.makeStream()
    let task = Task { () -> SparkError? in
      await failure { () throws(SparkError) in
        for try await event in client.stream("Tell me a story") {
          if case .text = event { started.yield() }
        }
      }
    }
    await pause(in: stream)
    task.cancel()
    let error = try #require(await task.value)
    #expect(error.status == .cancelled)
    #expect(error.response?.outcome == .cancelled)
    #expect(error.response?.text.isEmpty == false)
    try expectGoodbye()
  }

  @Test func `a task that waits for the whole answer`() async throws {
    let client = try client(scenario: "stall", tag: tag)
    let task = Task { () -> SparkError? in
      await failure { () throws(SparkError) in _ = try await client.ask("Hi") }
    }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    #expect(await task.value?.status == .cancelled)
  }

  @Test func `a task that was cancelled before it asks`() async throws {
    let client = try client(tag: tag)
    let task = Task { () -> SparkError? in
      withUnsafeCurrentTask { $0?.cancel() }
      return await failure { () throws(SparkError) in _ = try await client.ask("Hi") }
    }
    #expect(await task.value?.status == .cancelled)
    _ = try await client.ask("now")
    #expect(try Emulator.running().records(tag).count == 1)
  }

  @Test func `a loop that is left early`() async throws {
    let client = try client(scenario: "stall:at=middle,after=3", tag: tag)
    var count = 0
    for try await event in client.stream("Tell me a story") {
      if case .text = event { count += 1 }
      if count == said { break }
    }
    try expectGoodbye()
  }

  @Test func `a loop that is left with a full buffer`() async throws {
    let question = String(repeating: "word ", count: 1_000)
    let client = try client(scenario: "echo:chunks=1000", tag: tag)
    for try await event in client.stream(question) {
      guard case .text = event else { continue }
      try await Task.sleep(for: .milliseconds(50))
      break
    }
    #expect(try Emulator.running().records(tag).count == 1)
  }

  @Test func `a stream that nobody reads asks nothing`() async throws {
    let client = try client(tag: tag)
    _ = client.stream("Hi")
    _ = try await client.ask("now")
    #expect(try Emulator.running().records(tag).count == 1)
  }

  @Test func `a client that is let go in mid-answer`() async throws {
    var iterator = try client(scenario: "echo:chunks=5").stream("Hello").makeAsyncIterator()
    var text = ""
    while let event = try await iterator.next() {
      if case .text(let piece) = event { text += piece }
    }
    #expect(text == "Hello")
  }
}
