import SparkWire
import Testing

@testable import SparkChat

/// Errors use the names of settings that Swift programs use.
@Suite(.timeLimit(.minutes(15)))
struct SettingNamesTests {
  @Test(arguments: [
    ("", ""),
    ("set app_id, api_key and api_secret", "set appID, apiKey and apiSecret"),
    ("allow more time (first_token_timeout)", "allow more time (timeouts.firstToken)"),
    ("max_tokens", "maxTokens"),
    ("limit them with max_rate and max_concurrency", "limit them with maxRate and maxConcurrency"),
    ("my_max_tokens, IFLYTEK_SPARK_API_KEY; 你好 ", "my_max_tokens, IFLYTEK_SPARK_API_KEY; 你好 "),
  ])
  func `words are whole`(core: String, swift: String) {
    #expect(SettingNames.inSwift(core) == swift)
  }

  @Test func `credentials that are missing`() throws {
    var configuration = SparkConfiguration()
    configuration.usesEnvironment = false
    let error = #expect(throws: SparkChat.SparkError.self) { try SparkClient(configuration) }
    #expect(error?.status == .config)
    #expect(error?.hint.hasPrefix("set appID, apiKey and apiSecret; ") == true)
    #expect(error?.hint.contains("was not read") == true)
  }

  @Test func `every deadline has a name`() {
    let names = Mirror(reflecting: SparkConfiguration.Timeouts()).children.compactMap(\.label)
    for name in names {
      let core = name == "firstToken" ? "first_token" : name
      #expect(SettingNames.inSwift("\(core)_timeout") == "timeouts.\(name)")
    }
    #expect(names.count == 9)
  }

  @Test func `every option has a name`() {
    // The core names these in words.
    let others = ["extraJSON", "sendsCitations", "toolChoice"]
    for name in Mirror(reflecting: SparkOptions()).children.compactMap(\.label)
    where !others.contains(name) {
      #expect(SettingNames.inSwift(underscored(name)) == name)
    }
  }

  @Test(.withEmulator) func `a deadline that has passed`() async throws {
    let client = try client(scenario: "stall") { $0.timeouts.total = .milliseconds(50) }
    let error = await failure { () throws(SparkChat.SparkError) in _ = try await client.ask("Hi") }
    #expect(error?.status == .timeout)
    #expect(error?.hint.contains("(timeouts.total)") == true)
  }

  @Test func `the service's own words stay`() {
    let said = SparkChat.SparkError(SparkWire.SparkError(.invalidRequest, "max_tokens is wrong"))
    #expect(said.message == "max_tokens is wrong")
    let ours = SparkChat.SparkError(SparkWire.SparkError(.invalidArgument, "max_tokens is 0"))
    #expect(ours.message == "maxTokens is 0")
  }
}

/// Returns a name as C and Python write it: `top_k` for `topK`.
private func underscored(_ name: String) -> String {
  var result = ""
  var previous: Character?
  for letter in name {
    if letter.isUppercase, previous?.isLowercase == true { result += "_" }
    result += letter.lowercased()
    previous = letter
  }
  return result
}
