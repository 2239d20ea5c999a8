import Testing

@testable import SparkWire

private func body(
  _ text: String, _ domain: EmbeddingDomain = .para, userID: String? = nil
) throws(SparkError) -> String {
  var buffer = ByteBuffer()
  try EmbeddingQuestion(text, domain).append(appID: "a1b2c3d4", userID: userID, to: &buffer)
  return buffer.bytes.text
}

struct EmbeddingQuestionTests {
  @Test func `is what the service takes`() throws {
    // {"messages":[{"content":"你好","role":"user"}]}
    let text = "eyJtZXNzYWdlcyI6W3siY29udGVudCI6IuS9oOWlvSIsInJvbGUiOiJ1c2VyIn1dfQ=="
    #expect(
      try body("你好")
        == #"{"header":{"app_id":"a1b2c3d4","status":3},"parameter":{"emb":{"domain":"para","feature":{"encoding":"utf8"}}},"payload":{"messages":{"text":"\#(text)"}}}"#
    )
    #expect(try body("你好", .query, userID: "me").contains(#""uid":"me","status":3"#))
    #expect(try body("你好", .query).contains(#""domain":"query""#))
  }

  @Test func `refuses what can have no vector`() {
    for text in ["", String(repeating: "x", count: (1 << 20) + 1)] {
      let error = failure { () throws(SparkError) in _ = try body(text) }
      #expect(error?.status == .invalidArgument)
      #expect(error?.hint.isEmpty == false)
    }
    #expect(failure { () throws(SparkError) in _ = try body("\0") } == nil)
  }
}

struct EmbeddingEndpointTests {
  @Test func `is the service's own, unless another is given`() throws {
    let own = try Endpoint.embedding(at: nil)
    #expect(own.url.description == "https://emb-cn-huabei-1.xf-yun.com/")
    #expect(own.isSigned && own.isEmbedding && own.model == nil)
    let other = try Endpoint.embedding(at: "http://localhost:1/a?b=c")
    #expect(other.url.description == "http://localhost:1/a?b=c")
    let error = failure { () throws(SparkError) in _ = try Endpoint.embedding(at: "wss://a.b/") }
    #expect(error?.hint.contains("over HTTP") == true)
  }

  @Test(
    arguments: [
      (11200, "granted separately from chat"), (11201, "granted separately from chat"),
      (10907, "split the text"),
    ] as [(Int32, String)])
  func `hints are about embeddings`(code: Int32, words: String) throws {
    let head = HTTPResponseHead(status: 400, reason: "", headers: [])
    let body = #"{"header":{"code":\#(code),"message":"no","sid":"emb1"}}"#
    var error = RefusalDiagnosis(
      head, body: body, over: .http, isSigned: true, ourUnixSeconds: 0
    ).error
    error.addHint(at: try .embedding(at: nil))
    #expect(error.serviceCode == code)
    #expect(error.sid == "emb1")
    #expect(error.hint.contains(words), "\(error.hint)")
  }

  @Test(arguments: [
    (401, #"{"message":"HMAC signature does not match"}"#, "check the API secret"),
    (
      401, #"{"message":"HMAC signature cannot be verified: fail to retrieve credential"}"#,
      "not swapped"
    ),
    (403, #"{"message":"x, a valid date or x-date header is required"}"#, "this machine's clock"),
    (404, "", "check the path of the URL"),
  ])
  func `refusals blame the signature, and no password`(
    status: Int, body: String, words: String
  ) throws {
    let head = HTTPResponseHead(status: status, reason: "", headers: [])
    var error = RefusalDiagnosis(
      head, body: body, over: .http, isSigned: true, ourUnixSeconds: 0
    ).error
    error.addHint(at: try .embedding(at: nil))
    #expect(error.hint.contains(words), "\(error.hint)")
    #expect(!error.hint.contains("password") && !error.hint.contains("plans"))
  }
}
