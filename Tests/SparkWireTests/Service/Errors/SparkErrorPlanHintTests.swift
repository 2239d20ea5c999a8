import SparkWire
import Testing

struct SparkErrorPlanHintTests {
  private func hint(_ url: String, code: Int32 = 0, body: String = "") throws -> String {
    let head = HTTPResponseHead(status: 401, reason: "", headers: [])
    let json = #"{"message":"\#(body)","code":\#(code)}"#
    var error = RefusalDiagnosis(head, body: json, over: .http, ourUnixSeconds: 0).error
    error.addHint(at: try ServiceURL(url))
    return error.hint
  }

  @Test(arguments: [
    ("https://maas-token-api.cn-huabei-1.xf-yun.com/v2", "the Token Plan takes only its own keys"),
    (
      "https://maas-coding-api.cn-huabei-1.xf-yun.com/v2", "the Coding Plan takes only its own keys"
    ),
    ("https://maas-api.cn-huabei-1.xf-yun.com/v2", "MaaS takes only its own keys"),
    ("https://spark-api-open.xf-yun.com/v1", "the chat service takes only its own keys"),
  ])
  func `an unknown key may be another plan's`(url: String, words: String) throws {
    for body in [
      "HMAC signature cannot be verified: apikey not found", "invalid user", "Unauthorized",
      "no such key",
    ] {
      #expect(try hint(url, body: body).contains(words))
    }
    #expect(try !hint(url, body: "Your IP address is not allowed").contains("only its own keys"))
    #expect(
      try !hint("https://gateway.example/v2", body: "invalid user").contains("only its own keys"))
  }

  @Test(
    arguments: [
      (11200, "order the model", "the Token Plan"), (11210, "wait a minute", "the Token Plan"),
      (11221, "choose a model", "the Token Plan"), (10404, "the model's id", "the Token Plan"),
    ] as [(Int32, String, String)])
  func `codes about a plan name it`(code: Int32, words: String, plan: String) throws {
    let hint = try hint("https://maas-token-api.cn-huabei-1.xf-yun.com/v2", code: code)
    #expect(hint.contains(words) && hint.contains(plan), "\(hint)")
    #expect(try !self.hint("https://gateway.example/v2", code: code).contains(plan))
  }

  @Test func `a path that is not there names the plan's`() throws {
    let head = HTTPResponseHead(status: 404, reason: "", headers: [])
    var error = RefusalDiagnosis(head, body: "no route", over: .http, ourUnixSeconds: 0).error
    error.addHint(at: try ServiceURL("https://maas-coding-api.cn-huabei-1.xf-yun.com/v1"))
    #expect(error.hint.contains("https://maas-coding-api.cn-huabei-1.xf-yun.com/v2"))
    let older = try hint("https://maas-api.cn-huabei-1.xf-yun.com/v1", code: 10404)
    #expect(older.contains("https://maas-api.cn-huabei-1.xf-yun.com/v2"))
  }

  @Test func `the chat service's own hints for its codes stay`() throws {
    let url = "https://spark-api-open.xf-yun.com/v1"
    #expect(try hint(url, code: 11200).contains("app id"))
    #expect(try hint(url, code: 10404).contains("belong together"))
  }
}
