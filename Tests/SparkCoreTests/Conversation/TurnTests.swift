import SparkCore
import SparkWire
import Testing

private let call = Message.Call(id: "1", name: "f", arguments: "{}")

extension ChatRequest {
  fileprivate mutating func offer(_ tool: String) throws {
    try Array("{}".utf8).withUnsafeBytes {
      try addTool(name: tool, description: "", parameters: $0)
    }
  }
}

private func options(_ choice: ChatRequest.ToolChoice? = nil) throws -> ChatRequest {
  var options = ChatRequest()
  try options.offer("f")
  if let choice { try options.setToolChoice(choice) }
  return options
}

private func history(turns: Int) throws -> History {
  var history = History()
  for turn in 0..<turns {
    try history.append(Message(.user, "question \(turn), with some words"))
    try history.append(Message(.assistant, "answer \(turn), with some words"))
  }
  try history.append(Message(.user, "the last question"))
  return history
}

struct TurnTests {
  @Test func `asks with all that fits`() throws {
    var history = try history(turns: 3)
    var turn = Turn(after: history, options: try options(), budget: nil, maxRounds: 8)
    #expect(turn.request(&history).messages.count == 7)
    turn = Turn(after: history, options: try options(), budget: 1, maxRounds: 8)
    #expect(turn.request(&history).messages.map(\.content) == ["the last question"])
    #expect(turn.offers("f") && !turn.offers("g"))
  }

  @Test(arguments: [nil, 10, 1_000_000])
  func `asks with less and less, until nothing can be left out`(budget: Int?) throws {
    var history = try history(turns: 20)
    var turn = Turn(after: history, options: try options(), budget: budget, maxRounds: 8)
    var count = turn.request(&history).messages.count
    while let shorter = turn.shorterRequest(&history) {
      #expect(shorter.messages.count < count)
      #expect(shorter.messages.last?.content == "the last question")
      count = shorter.messages.count
    }
    #expect(count == 1)
    #expect(history.count == 41)
    // The reduced budget applies to the rest of the turn.
    try history.append([Message(.assistant, "", calls: [call]), Message(resultOf: call, "r")])
    #expect(turn.request(&history).messages.count == 3)
  }

  @Test(arguments: [
    (ChatRequest.ToolChoice.required, ChatRequest.ToolChoice.auto), (.named("f"), .auto),
    (.none, .none), (.auto, .auto),
  ])
  func `the choice is the model's once there are results`(
    choice: ChatRequest.ToolChoice, then: ChatRequest.ToolChoice
  ) throws {
    var history = try history(turns: 1)
    var turn = Turn(after: history, options: try options(choice), budget: nil, maxRounds: 8)
    #expect(turn.request(&history).toolChoice == choice)
    try history.append([Message(.assistant, "", calls: [call]), Message(resultOf: call, "r")])
    #expect(turn.request(&history).toolChoice == then)
    // A turn that begins after results behaves the same.
    turn = Turn(after: history, options: try options(choice), budget: nil, maxRounds: 8)
    #expect(turn.request(&history).toolChoice == then)
    try history.append([Message(.assistant, "a"), Message(.user, "u")])
    #expect(turn.request(&history).toolChoice == choice)
  }

  @Test(arguments: [0, 1, 8])
  func `rounds have a limit`(rounds: Int) throws {
    var turn = Turn(after: History(), options: ChatRequest(), budget: nil, maxRounds: rounds)
    for _ in 0..<rounds { try turn.countRound() }
    for _ in 0..<2 {
      #expect { try turn.countRound() } throws: { ($0 as? SparkError)?.status == .toolLimit }
    }
  }

  @Test func `options of a turn are set over the others`() throws {
    var merged = try options(.required)
    try merged.setTemperature(0.2)
    try merged.setTopK(3)
    var more = ChatRequest()
    try more.setTemperature(0.7)
    try more.offer("g")
    try more.addMessage(.user, "not used")
    try merged.apply(more)
    #expect(merged.temperature == 0.7 && merged.topK == 3 && merged.toolChoice == .required)
    #expect(merged.hasTool(named: "f") && merged.hasTool(named: "g"))
    #expect(merged.messages.isEmpty)
    #expect { try merged.apply(more) } throws: {
      ($0 as? SparkError)?.message.contains("offered twice") == true
    }
    _ = try? more.setTopK(9)
    #expect { try merged.apply(more) } throws: {
      ($0 as? SparkError)?.message.contains("top_k") == true
    }
  }
}
