import SparkWire
import Testing

/// What an error adds about the address.
struct SparkErrorEndpointHintTests {
  private func endpoint(_ url: String, domain: String = "generalv3.5") throws -> Endpoint {
    try Endpoint.resolve(url: url, domain: domain)
  }

  private func hint(
    of status: Int, _ body: String = "", at endpoint: Endpoint
  ) -> String {
    let head = HTTPResponseHead(status: status, reason: "", headers: [])
    var error = RefusalDiagnosis(
      head, body: body, over: endpoint.transport, ourUnixSeconds: 0
    ).error
    error.addHint(at: endpoint, speaksScheme: true)
    return error.hint
  }

  @Test(
    arguments: [
      ("https://gw/v3.5/chat", "WebSocket: write wss://"),
      ("http://gw/spark/v1/x1", "WebSocket: write ws://"),
      ("wss://gw/v1", "HTTP: write https://"), ("ws://gw/spark/v2/", "HTTP: write http://"),
      ("wss://gw/openai/chat/completions", "HTTP: write https://"),
      // Both transports have the path, or neither.
      ("https://gw/x2", nil), ("wss://gw/x2", nil), ("https://gw/openai", nil),
      ("wss://gw/spark", nil), ("https://gw", nil), ("wss://gw", nil),
      ("wss://gw/v3.5/chat", nil), ("https://gw/v1", nil), ("https://gw/v1/chat/completions", nil),
    ] as [(String, String?)])
  func `after 404, a path of the other transport tells the scheme`(
    url: String, words: String?
  ) throws {
    let endpoint = try endpoint(url)
    for status in [404, 405, 426] {
      let hint = hint(of: status, at: endpoint)
      #expect(hint.contains("the path of the URL is for ") == (words != nil), "\(hint)")
      #expect(hint.hasSuffix(words ?? ""), "\(hint)")
    }
    #expect(!hint(of: 401, at: endpoint).contains("the path of the URL is for"))
  }

  @Test(arguments: [
    (10003, ""), (10404, ""), (11221, "model unauthorized"),
    (11200, "AppIdNoAuthError: domain"), (11200, "no active order"),
  ])
  func `a refused model is named`(code: Int32, message: String) throws {
    let body = #"{"message":"\#(message)","code":\#(code)}"#
    for url in ["https://gw/v1", "https://maas-api.cn-huabei-1.xf-yun.com/v2"] {
      let hint = hint(of: 400, body, at: try endpoint(url, domain: "mine"))
      #expect(hint.contains("; the domain is \"mine\""), "\(hint)")
      // A plan for hosted models takes any domain.
      #expect(hint.contains("path is that of") == (code == 10003 && url.contains("gw")), "\(hint)")
    }
  }

  @Test func `other refusals do not name the model`() throws {
    for code in [10004, 10013, 11202, 11210, 11201] {
      let hint = hint(
        of: 400, #"{"message":"x","code":\#(code)}"#, at: try endpoint("https://gw/v1"))
      #expect(!hint.contains("domain"), "\(hint)")
    }
  }

  @Test(arguments: [
    ("ws://gw/v3.5/chat", Phase.upgrade, "wss"), ("http://gw/v1", Phase.firstToken, "https"),
  ])
  func `if nothing but a close came, TLS is the first thing to check`(
    url: String, phase: Phase, scheme: String
  ) throws {
    var error = SparkError(.truncated, "closed", hint: "ask again")
    error.phase = phase
    let endpoint = try endpoint(url)
    var early = error
    early.addHint(at: endpoint)
    let first = "if the server expects TLS at this port, write \(scheme):// in the URL; "
    #expect(early.hint == first + "ask again")
    error.addHint(at: endpoint, speaksScheme: true)
    #expect(error.hint == "ask again")
  }

  @Test func `a test service gives the hints of the service it stands for`() throws {
    var options = Endpoint.Options()
    (options.model, options.domain) = ("maas", "mine")
    (options.transport, options.testService) = (.http, "http://127.0.0.1:1")
    let endpoint = try Endpoint.resolve(options)
    #expect(endpoint.isAtTestService)
    #expect(
      hint(of: 401, at: endpoint).hasSuffix(
        "MaaS takes only its own keys, and refuses those of other plans"))
    let busy = hint(of: 400, #"{"message":"x","code":11210}"#, at: endpoint)
    #expect(busy.hasPrefix("MaaS allows no more tokens"))
    #expect(try !self.endpoint("http://127.0.0.1:1/v1").isAtTestService)
  }
}
