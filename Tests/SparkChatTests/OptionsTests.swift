import SparkWire
import Testing

@testable import SparkChat

struct OptionsTests {
  /// Set new options here as well.
  @Test func `every option goes into the request`() throws {
    var options = SparkOptions()
    options.temperature = 0.5
    options.topK = 1
    options.topP = 0.5
    options.maxTokens = 1
    options.presencePenalty = 1
    options.frequencyPenalty = 1
    options.chatID = "c"
    options.auditing = "strict"
    options.thinking = .automatic
    options.reasoningEffort = "low"
    options.search = .normal
    options.toolChoice = .automatic
    options.format = .text
    options.extraJSON = "{}"
    #expect(unset(in: options) == [])
    var request = ChatRequest()
    try options.apply(to: &request)
    #expect(unset(in: request) == [])
  }
}

/// Returns the optional members that are nil.
private func unset(in value: Any) -> [String?] {
  Mirror(reflecting: value).children.filter { member in
    let value = Mirror(reflecting: member.value)
    return value.displayStyle == .optional && value.children.isEmpty
  }.map(\.label)
}
