import SparkChat
import Testing

/// Many tasks of one client share no state between their answers.
///
/// The run with the thread sanitizer selects these tests by name.
@Suite(.withEmulator, .timeLimit(.minutes(15)))
struct SparkClientIsolationTests {
  @Test func `many tasks never get each other's answers`() async throws {
    let client = try client(.ws, scenario: "echo:chunks=5")
    try await withThrowingTaskGroup(of: (String, String).self) { group in
      for number in 0..<100 {
        group.addTask {
          let question = "this is \(number)"
          if number.isMultiple(of: 2) { return (question, try await client.ask(question).text) }
          return (question, try await Seen(client.stream(question)).text)
        }
      }
      for try await (question, answer) in group { #expect(question == answer) }
    }
  }

  @Test func `tasks that are cancelled at any moment leave the others alone`() async throws {
    let client = try client(.ws, scenario: "echo:chunks=20")
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<60 {
        let question = "this is \(number)"
        group.addTask {
          let task = Task { () -> String? in try? await Seen(client.stream(question)).text }
          if number.isMultiple(of: 3) {
            for _ in 0..<number { await Task.yield() }
            task.cancel()
            _ = await task.value
          } else {
            #expect(await task.value == question)
          }
        }
      }
    }
  }

  @Test func `loops that are left at any event leave the others alone`() async throws {
    let client = try client(.ws, scenario: "echo:chunks=20")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<40 {
        group.addTask {
          var count = 0
          for try await _ in client.stream("this is \(number)") {
            count += 1
            if count > number { break }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await client.ask("and now").text == "and now")
  }
}
